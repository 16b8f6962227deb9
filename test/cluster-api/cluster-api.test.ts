import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  AddOn,
  AwsCluster,
  ClusterApi,
  type ClusterApiProps,
  EksCluster,
  ExistingCluster,
  Fleet,
  LocalCluster,
} from '../../constructs';
import { PROVIDERS } from '../../constructs/cluster-api/providers';
import type { Manifest } from '../../constructs/emit/manifest';
import {
  CLUSTER_API_AWS_VERSION,
  CLUSTER_API_OPERATOR_CHART,
  CLUSTER_API_VERSION,
} from '../../constructs/versions';
import { reference } from '../clusters/eks/sample';
import { emptyFleet, parseObjects, texts } from '../support/fleet';
import { ROOT } from '../support/folder';
import { expectGolden } from '../support/golden';
import { expectValid } from '../support/schema';
import { allProps, roleArn } from './sample';

/** The add-ons' own files of a management cluster with Cluster API, one after the other. */
function render(props: ClusterApiProps): string {
  const fleet = emptyFleet();
  if (props.certManager) {
    const { certManager } = props;
    new AddOn(fleet, certManager, {
      layer: 'controllers',
      namespace: 'pki',
      placement: {},
      define: () => {},
    });
  }
  new ClusterApi(fleet, props);
  const { files } = fleet.compile();
  return [...files]
    .filter(([file]) => /^management\/controllers\/.*(?<!kustomization)\.yaml$/.test(file))
    .map(([, yaml]) => yaml)
    .join('');
}

const syncsOf = (fleet: Fleet, file = 'syncs.yaml') =>
  parseObjects(fleet.compile().files.get(`management/${file}`) ?? '');

interface SyncSpec {
  readonly prune: boolean;
  readonly dependsOn?: readonly { readonly name: string; readonly namespace?: string }[];
  readonly healthCheckExprs?: readonly { readonly kind: string; readonly current: string }[];
}

const specOf = (object: Manifest | undefined) => object?.spec as unknown as SyncSpec;

function namespaceLevels(fleet: Fleet): string[] {
  return parseObjects(fleet.compile().files.get('management/namespaces.yaml') ?? '').flatMap((object) => {
    const { name, labels } = object.metadata as { name: string; labels: Record<string, string> };
    return object.kind === 'Namespace' ? [`${name} ${labels['pod-security.kubernetes.io/enforce']}`] : [];
  });
}

/** A cluster of containers and one of EC2 machines. */
function addClusters(fleet: Fleet): void {
  const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };
  const kubernetesVersion = 'v1.35.4';
  new LocalCluster(fleet, 'lab', { kubernetesVersion, networks, controlPlane: { replicas: 1 }, pools: [] });
  new AwsCluster(fleet, 'prod', {
    ...{ kubernetesVersion, networks, region: 'eu-central-1', zones: ['eu-central-1a'], pools: [] },
    controlPlane: { replicas: 3, instanceType: 'm7i.large' },
  });
}

describe('ClusterApi', () => {
  it('renders cert-manager, the operator and the providers', () => {
    const yaml = render({ aws: { credentials: { roleArn } }, docker: {} });
    expectGolden(__dirname, 'cluster-api.golden.yaml', yaml);
    expectValid(yaml);
    expectValid(yaml, '1.35');
  });

  it('takes every property', () => {
    const yaml = render(allProps);
    expectGolden(__dirname, 'cluster-api-all-props.golden.yaml', yaml);
    expectValid(yaml);
  });

  it('installs one after the other', () => {
    const fleet = emptyFleet();
    new ClusterApi(fleet, { aws: { credentials: { roleArn } }, docker: {} });
    const order = syncsOf(fleet).map((sync) => [
      sync.metadata.name,
      specOf(sync).dependsOn?.map(({ name }) => name) ?? [],
    ]);
    const kubeadm = ['cluster-api-bootstrap', 'cluster-api-control-plane'];
    expect(Object.fromEntries(order)).toEqual({
      'cert-manager': [],
      'cluster-api-operator': ['cert-manager'],
      'cluster-api-core': ['cluster-api-operator'],
      'cluster-api-bootstrap': ['cluster-api-core'],
      'cluster-api-control-plane': ['cluster-api-core'],
      'cluster-api-aws': kubeadm,
      'cluster-api-docker': kubeadm,
      'template-cleanup': [...kubeadm, 'cluster-api-aws', 'cluster-api-docker'],
    });
  });

  it('never has Flux prune what clusters live by, though it does the job that tidies up', () => {
    const fleet = emptyFleet();
    new ClusterApi(fleet, { docker: {} });
    const pruned = syncsOf(fleet).filter((sync) => specOf(sync).prune);
    expect(pruned.map(({ metadata }) => metadata.name)).toEqual(['template-cleanup']);
  });

  it('waits until a provider is ready in the version that was asked for', () => {
    const fleet = emptyFleet();
    new ClusterApi(fleet, { docker: {} });
    const health = syncsOf(fleet).flatMap((sync) => specOf(sync).healthCheckExprs ?? []);
    expect(health.map(({ kind }) => kind)).toEqual([
      'BootstrapProvider',
      'ControlPlaneProvider',
      'CoreProvider',
      'InfrastructureProvider',
    ]);
    for (const { current } of health) {
      expect(current).toContain("c.type == 'Ready' && c.status == 'True'");
      expect(current).toContain('status.installedVersion == spec.version');
    }
  });

  it('is on the management cluster only, whatever that one is called', () => {
    const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git' } });
    new ClusterApi(fleet, {});
    new ExistingCluster(fleet, 'hub', { kubernetesVersion: 'v1.36.3', management: true });
    new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3' });
    const { files } = fleet.compile();
    expect(files.has('hub/controllers/cluster-api-core/cluster-api-core.yaml')).toBe(true);
    expect([...files.keys()].filter((file) => file.startsWith('management/controllers'))).toEqual([]);
  });

  it('gives every namespace the strictest level that its pods pass', () => {
    const fleet = emptyFleet();
    new ClusterApi(fleet, { aws: { credentials: { roleArn } }, docker: {} });
    expect(namespaceLevels(fleet)).toEqual([
      'capa-system restricted',
      'capd-system privileged',
      'capi-kubeadm-bootstrap-system restricted',
      'capi-kubeadm-control-plane-system restricted',
      'capi-operator-system restricted',
      'capi-system restricted',
      'cert-manager restricted',
      'clusters restricted',
      'fleetwright-system restricted',
    ]);
  });

  it('installs providers where the deletion policy expects their controllers', () => {
    const policy = fs.readFileSync(path.join(ROOT, 'test/protection/fleet-protection.golden.yaml'), 'utf8');
    for (const { namespace } of Object.values(PROVIDERS)) {
      expect(policy).toContain(`'system:serviceaccount:${namespace}:`);
    }
  });

  it('pins the versions whose kinds imports/ has', () => {
    const pins = fs.readFileSync(path.join(ROOT, 'imports/go.mod'), 'utf8');
    expect(pins).toContain(`\tsigs.k8s.io/cluster-api ${CLUSTER_API_VERSION}\n`);
    expect(pins).toContain(`\tsigs.k8s.io/cluster-api-provider-aws/v2 ${CLUSTER_API_AWS_VERSION}\n`);
    expect(pins).toContain(`\tsigs.k8s.io/cluster-api-operator v${CLUSTER_API_OPERATOR_CHART}\n`);
  });
});

describe('clusters', () => {
  it('wait for the providers that make them', () => {
    const fleet = emptyFleet();
    addClusters(fleet);
    new ClusterApi(fleet, { aws: { credentials: { roleArn } }, docker: {} });
    const providersOf = (name: string) =>
      specOf(syncsOf(fleet, `clusters/${name}.yaml`).find(({ metadata }) => metadata.name === name))
        .dependsOn;
    const namespace = 'flux-system';
    const kubeadm = [
      { name: 'cluster-api-bootstrap', namespace },
      { name: 'cluster-api-control-plane', namespace },
    ];
    expect(providersOf('lab')).toEqual([...kubeadm, { name: 'cluster-api-docker', namespace }]);
    expect(providersOf('prod')).toEqual([{ name: 'cluster-api-aws', namespace }, ...kubeadm]);
  });

  it('wait for nothing where somebody else installs Cluster API', () => {
    const fleet = emptyFleet();
    addClusters(fleet);
    const [sync] = syncsOf(fleet, 'clusters/prod.yaml').filter(({ metadata }) => metadata.name === 'prod');
    expect(specOf(sync).dependsOn).toBeUndefined();
  });

  it('need their provider', () => {
    const fleet = emptyFleet();
    addClusters(fleet);
    new ClusterApi(fleet, {});
    expect(texts(fleet)).toEqual([
      `clusters/lab [provider-missing]
  provider is "infrastructure-docker": makes this cluster, and ClusterApi does not install it
  remedy: add \`docker\` to the properties of ClusterApi`,
      `clusters/prod [provider-missing]
  provider is "infrastructure-aws": makes this cluster, and ClusterApi does not install it
  remedy: add \`aws\` to the properties of ClusterApi`,
    ]);
  });

  it('need the switches that EKS needs', () => {
    const featureGates = { EKSEnableIAM: false, EKSFargate: false, ROSA: false };
    const aws = { credentials: { roleArn }, featureGates };
    const others = emptyFleet();
    new ClusterApi(others, { aws });
    expect(texts(others)).toEqual([]);
    const fleet = emptyFleet();
    new ClusterApi(fleet, { aws });
    new EksCluster(fleet, 'prod', reference);
    expect(texts(fleet)).toEqual([
      `add-ons/cluster-api [gate-needed]
  aws.featureGates.EKSEnableIAM is false: keeps the cluster "prod" without its add-ons for ever
  remedy: leave it out: it is on by default, and docs/clusters.md tells which rights the provider needs`,
    ]);
  });
});
