import { ApiObject } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import {
  AddOn,
  AwsCluster,
  type AwsClusterProps,
  EksCluster,
  type Fleet,
  LocalCluster,
  type NodePool,
} from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { wire } from '../../constructs/flux/wiring';
import { reference as eks, network } from '../clusters/eks/sample';
import { objectsOf, renderCluster } from '../support/clusters';
import { emptyFleet, problemsOf, renderAlone } from '../support/fleet';

const PRUNE = 'kustomize.toolkit.fluxcd.io/prune';
const KEEP = { [PRUNE]: 'disabled' };
const ALLOW = { 'fleetwright.dev/allow-deletion': 'true' };

const props: AwsClusterProps = {
  kubernetesVersion: 'v1.36.3',
  networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' },
  region: 'eu-central-1',
  zones: ['eu-central-1a'],
  controlPlane: { replicas: 3, instanceType: 'm7i.large' },
  pools: [{ name: 'workers', replicas: 3, instanceType: 'm7i.xlarge' }],
};

function documents(yaml = ''): Manifest[] {
  return parseAllDocuments(yaml).map((document) => document.toJS() as Manifest);
}

/** What becomes of the annotations of one object in an add-on. */
function annotationsOf(apiVersion: string, kind: string, annotations?: Record<string, string>) {
  const { yaml } = renderAlone((chart) => {
    new ApiObject(chart, 'it', { apiVersion, kind, metadata: { name: 'it', annotations } });
  });
  return documents(yaml)[0]?.metadata.annotations;
}

function compile(teardown: AwsClusterProps['teardown']) {
  const fleet = emptyFleet();
  new AwsCluster(fleet, 'prod', { ...props, teardown });
  return fleet.compile().files;
}

const hubSync = (files: ReadonlyMap<string, string>) =>
  documents(files.get('management/clusters/prod.yaml')).find(({ kind }) => kind === 'Kustomization');

describe('what Flux never prunes', () => {
  it.each([
    ['v1', 'Namespace'],
    ['v1', 'PersistentVolumeClaim'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy'],
    ['admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicyBinding'],
    ['cluster.x-k8s.io/v1beta2', 'Cluster'],
    ['cluster.x-k8s.io/v1beta2', 'MachineDeployment'],
    ['controlplane.cluster.x-k8s.io/v1beta2', 'KubeadmControlPlane'],
    ['bootstrap.cluster.x-k8s.io/v1beta2', 'KubeadmConfigTemplate'],
    ['infrastructure.cluster.x-k8s.io/v1beta2', 'AWSMachineTemplate'],
    ['operator.cluster.x-k8s.io/v1alpha2', 'CoreProvider'],
    ['operator.cluster.x-k8s.io/v1alpha2', 'InfrastructureProvider'],
  ])('is %s %s, whatever app brings it', (apiVersion, kind) => {
    expect(annotationsOf(apiVersion, kind)).toEqual(KEEP);
  });

  it.each([
    ['v1', 'ConfigMap'],
    ['apps/v1', 'Deployment'],
    ['addons.cluster.x-k8s.io/v1beta2', 'ClusterResourceSet'],
  ])('is not %s %s', (apiVersion, kind) => {
    expect(annotationsOf(apiVersion, kind)).toBeUndefined();
  });

  it('keeps the annotations that are there', () => {
    expect(annotationsOf('v1', 'PersistentVolumeClaim', { a: 'b' })).toEqual({ a: 'b', ...KEEP });
  });

  it('lets go of what is annotated so', () => {
    expect(annotationsOf('v1', 'PersistentVolumeClaim', ALLOW)).toEqual(ALLOW);
  });

  it('does not let go for any other word than true', () => {
    const other = { 'fleetwright.dev/allow-deletion': 'yes' };
    expect(annotationsOf('v1', 'PersistentVolumeClaim', other)).toEqual({ ...other, ...KEEP });
  });

  it('is the namespace of an app', () => {
    const fleet = emptyFleet();
    new AddOn(fleet, 'sample', { layer: 'configs', namespace: 'sample', placement: {}, define: () => {} });
    const [namespace] = documents(fleet.compile().files.get('management/namespaces.yaml')).filter(
      ({ kind }) => kind === 'Namespace',
    );
    expect(namespace?.metadata).toMatchObject({
      annotations: KEEP,
      labels: { 'fleetwright.dev/protected': 'true' },
    });
  });

  it('is every object of a cluster', () => {
    for (const yaml of [
      renderCluster('prod', (fleet) => new AwsCluster(fleet, 'prod', props)),
      renderCluster('dev', (fleet) => {
        new LocalCluster(fleet, 'dev', {
          kubernetesVersion: 'v1.36.3',
          networks: props.networks,
          controlPlane: { replicas: 1 },
          pools: [{ name: 'workers', replicas: 1 }],
        });
      }),
      renderCluster('eks', (fleet) => {
        new EksCluster(fleet, 'eks', {
          ...eks,
          network,
          fargate: [{ name: 'ci', selectors: [{ namespace: 'ci' }] }],
        });
      }),
    ]) {
      const found = documents(yaml);
      expect(found.length).toBeGreaterThan(6);
      for (const { metadata } of found) expect(metadata.annotations).toEqual(KEEP);
    }
  });
});

describe('a cluster', () => {
  it('outlives its sync', () => {
    expect(hubSync(compile(undefined))?.spec).toMatchObject({ prune: true, deletionPolicy: 'Orphan' });
  });

  it('may go when its teardown is allowed: Flux deletes the Cluster, Cluster API the rest', () => {
    const files = compile('allowed');
    const found = documents(files.get('management/clusters/prod/prod.yaml'));
    expect(found.map(({ kind }) => kind)).toEqual(
      documents(compile(undefined).get('management/clusters/prod/prod.yaml')).map(({ kind }) => kind),
    );
    for (const { kind, metadata } of found) {
      expect(metadata.annotations).toEqual(kind === 'Cluster' ? ALLOW : { ...ALLOW, ...KEEP });
    }
    expect(hubSync(files)?.spec).toMatchObject({ prune: true, deletionPolicy: 'WaitForTermination' });
  });

  it('may go with its Fargate profiles, which nobody else would delete, and EKS waits for', () => {
    const yaml = renderCluster('prod', (fleet) => {
      const fargate = [{ name: 'ci', selectors: [{ namespace: 'ci' }] }];
      new EksCluster(fleet, 'prod', { ...eks, network, fargate, teardown: 'allowed' });
    });
    const pruned = documents(yaml).filter(
      ({ metadata }) => !Object.keys(metadata.annotations ?? {}).includes(PRUNE),
    );
    expect(pruned.map(({ kind }) => kind)).toEqual(['AWSFargateProfile', 'Cluster']);
    for (const { metadata } of pruned) expect(metadata.annotations).toEqual(ALLOW);
  });

  it('is gone when it is removed, while its sync stays to prune it', () => {
    const files = compile('removed');
    const found = documents(files.get('management/clusters/prod/prod.yaml'));
    expect(found.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([['ConfigMap', 'prod-removed']]);
    expect(hubSync(files)?.spec).toMatchObject({ prune: true });
    expect([...files.keys()].filter((file) => file.startsWith('prod/'))).toEqual([]);
  });

  it.each(['alowed', 'forbidden', '', true, null])('does not go for any other word: %j', (teardown) => {
    const fleet = emptyFleet();
    const cluster = new AwsCluster(fleet, 'prod', { ...props, teardown } as never);
    wire(fleet, cluster);
    expect(cluster.node.findChild('cluster-api')).toMatchObject({ protection: 'always' });
    const sync = cluster.node.findChild('hub').node.findChild('cluster') as ApiObject;
    expect(sync.toJson().spec).toMatchObject({ deletionPolicy: 'Orphan' });
    for (const child of cluster.node.children) cluster.node.tryRemoveChild(child.node.id);
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'value-unknown',
        path: 'clusters/prod',
        field: 'teardown',
        value: teardown,
        problem: 'is none of the values that it takes',
        remedy: expect.stringContaining('use allowed or removed'),
      },
    ]);
  });
});

describe('a pool', () => {
  const networks = props.networks;
  const makers: [string, (fleet: Fleet, pools: readonly NodePool[]) => void][] = [
    [
      'AwsCluster',
      (fleet, pools) => {
        const machines = pools.map((pool) => ({ ...pool, instanceType: 'm7i.large' }));
        new AwsCluster(fleet, 'prod', {
          ...props,
          zones: ['eu-central-1a', 'eu-central-1b'],
          pools: machines,
        });
      },
    ],
    [
      'LocalCluster',
      (fleet, pools) => {
        const { kubernetesVersion } = props;
        new LocalCluster(fleet, 'prod', {
          kubernetesVersion,
          networks,
          controlPlane: { replicas: 1 },
          pools,
        });
      },
    ],
  ];

  for (const kind of ['managed', 'self-managed'] as const) {
    makers.push([
      `EksCluster, ${kind}`,
      (fleet, pools) => {
        const machines = pools.map((pool) => ({ ...pool, kind, instanceType: 'm7i.large' }));
        new EksCluster(fleet, 'prod', { ...eks, kubernetesVersion: 'v1.36', pools: machines as never });
      },
    ]);
  }

  describe.each(makers)('of a %s', (_, make) => {
    const objects = (teardown?: NodePool['teardown']) => {
      const yaml = renderCluster('prod', (fleet) =>
        make(fleet, [
          { name: 'old', replicas: 2, teardown },
          { name: 'workers', replicas: 2 },
        ]),
      );
      return documents(yaml);
    };
    const isOld = ({ metadata }: Manifest) => /^prod-old(-|$)/.test(String(metadata.name));

    it('may go when its teardown is allowed: Flux prunes its machines, not the templates they need', () => {
      const found = objects('allowed');
      expect(found.map(({ kind, metadata }) => [kind, metadata.name])).toEqual(
        objects().map(({ kind, metadata }) => [kind, metadata.name]),
      );
      for (const object of found) {
        const goes =
          isOld(object) && /^(Machine(Deployment|HealthCheck|Pool)|AWSManagedMachinePool)$/.test(object.kind);
        expect([object.metadata.name, object.metadata.annotations]).toEqual([
          object.metadata.name,
          goes ? ALLOW : KEEP,
        ]);
      }
    });

    it('is gone when it is removed, and nothing else is', () => {
      expect(objects('removed')).toEqual(objects().filter((object) => !isOld(object)));
      expect(objects().filter(isOld).length).toBeGreaterThan(1);
    });

    it.each(['alowed', ''])('does not go for any other word: %j', (teardown) => {
      const fleet = emptyFleet();
      make(fleet, [{ name: 'old', replicas: 2, teardown } as never]);
      expect(problemsOf(fleet)).toMatchObject([
        { code: 'value-unknown', path: 'clusters/prod', field: 'pools[0].teardown', value: teardown },
      ]);
    });
  });
});

describe('a Fargate profile', () => {
  const profiles = (teardown?: NodePool['teardown']) =>
    objectsOf(
      renderCluster('prod', (fleet) => {
        const selectors = [{ namespace: 'ci' }];
        const fargate = [
          { name: 'old', selectors, teardown },
          { name: 'ci', selectors },
        ];
        new EksCluster(fleet, 'prod', { ...eks, network, fargate });
      }),
      'AWSFargateProfile',
    ).map(({ metadata }) => [metadata.name, metadata.annotations]);

  it('goes in two steps, like a pool', () => {
    expect(profiles()).toEqual([
      ['prod-ci', KEEP],
      ['prod-old', KEEP],
    ]);
    expect(profiles('allowed')).toEqual([
      ['prod-ci', KEEP],
      ['prod-old', ALLOW],
    ]);
    expect(profiles('removed')).toEqual([['prod-ci', KEEP]]);
  });
});
