import {
  AddOn,
  AwsCluster,
  type AwsClusterProps,
  ClusterApi,
  ExistingCluster,
  type Fleet,
  FleetProtection,
} from '../../../constructs';
import { awsCharts } from '../../../constructs/clusters/aws/boot';
import { cniCharts } from '../../../constructs/clusters/boot';
import { CLUSTER_API_OPERATOR_CHART } from '../../../constructs/versions';
import { ACCOUNT_ID, Aws } from '../../stack/aws';
import { startClusterApi } from '../../stack/cluster-api';
import { importedModules } from '../../stack/crds';
import { prepareAccount } from '../../stack/live/aws-account';
import { serveCharts } from '../../stack/live/chart-sites';
import { installProviders } from '../../stack/live/cluster-api-operator';
import { fluxArtifact } from '../../stack/live/flux-artifact';
import { type LiveCluster, LiveFleet } from '../../stack/live/live-fleet';
import { Registry } from '../../stack/registry';

export const REGION = 'eu-central-1';
export const KUBERNETES_VERSION = 'v1.36.3';

const REGISTRY_HOST = 'registry.example.com';

/** The charts that the fleet installs, on the management cluster and on those that it makes. */
const CHARTS = [
  ...[...cniCharts('cilium'), ...awsCharts(undefined)].map(({ repository: url, name, version }) => ({
    url,
    name,
    version,
  })),
  {
    name: 'cluster-api-operator',
    version: CLUSTER_API_OPERATOR_CHART,
    url: 'https://kubernetes-sigs.github.io/cluster-api-operator',
  },
];

/** A fleet whose management cluster makes clusters in AWS. */
export interface AwsHub {
  readonly fleet: LiveFleet;
  readonly hub: LiveCluster;
  readonly aws: Aws;
}

/** Starts it all, from an empty management cluster to one that has the first commit and Cluster API for AWS. */
export async function startAwsHub(define: (fleet: Fleet) => unknown): Promise<AwsHub> {
  const { fleet, aws } = await startFleet();
  try {
    // Where nobody can ask etcd for its members no cluster is Available, and each run would wait a minute for that.
    const flags = { 'kustomize-controller': ['--feature-gates=CancelHealthCheckOnNewRevision=true'] };
    const hub = await fleet.cluster('management', { flags });
    const options = { reconcile: true, outside: fleet.outside, aws };
    await Promise.all([
      startClusterApi(fleet.stack, hub.server, await importedModules(), options),
      prepareAccount(aws, [KUBERNETES_VERSION]),
    ]);
    await fleet.push(define);
    await fleet.connect(hub);
    await installProviders(hub.server, ['core', 'bootstrap', 'controlPlane', 'aws']);
    return { fleet, hub, aws };
  } catch (error) {
    await fleet.stop();
    throw error;
  }
}

/** Starts a fleet whose clusters find AWS, their charts, which are stand-ins, and Flux's manifests. */
async function startFleet(): Promise<Omit<AwsHub, 'hub'>> {
  const started: Aws[] = [];
  const fleet = await LiveFleet.start(
    async (stack) => {
      const aws = await Aws.start(stack, REGION);
      started.push(aws);
      const registry = await Registry.start(stack, 'registry');
      await registry.push(await fluxArtifact(await importedModules()));
      return {
        ...serveCharts(stack, CHARTS),
        [REGISTRY_HOST]: { port: registry.port },
        // The provider has no flag for it.
        'iam.amazonaws.com': { port: aws.port },
        // Whoever makes an OIDC provider asks its issuer for nothing but its certificate.
        [`oidc.eks.${REGION}.amazonaws.com`]: { files: stack.path('sites') },
      };
    },
    { flux: { url: `oci://${REGISTRY_HOST}/fluxcd/flux-manifests` } },
  );
  return { fleet, aws: started[0] as Aws };
}

/** Adds the management cluster, protected, with Cluster API for AWS. */
export function addManagement(fleet: Fleet): void {
  const labels = { env: 'management' };
  new ExistingCluster(fleet, 'management', {
    kubernetesVersion: KUBERNETES_VERSION,
    management: true,
    labels,
  });
  new AddOn(fleet, 'protection', {
    layer: 'controllers',
    namespace: 'fleetwright-system',
    placement: {},
    define: (chart) => {
      new FleetProtection(chart, 'protection');
    },
  });
  // In place of cert-manager: the webhooks of these tests have certificates of the stack.
  new AddOn(fleet, 'certificates', {
    layer: 'controllers',
    namespace: 'certificates',
    placement: { matchLabels: labels },
    define: () => {},
  });
  new ClusterApi(fleet, {
    aws: { credentials: { roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/fleet-controllers` } },
    certManager: 'certificates',
  });
}

/** Adds a cluster of one control-plane machine and two pools. */
export function addProd(fleet: Fleet, change: Partial<AwsClusterProps> = {}): void {
  new AwsCluster(fleet, 'prod', {
    kubernetesVersion: KUBERNETES_VERSION,
    region: REGION,
    zones: ['eu-central-1a', 'eu-central-1b'],
    networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' },
    controlPlane: { replicas: 1, instanceType: 'm5.large' },
    pools: [
      { name: 'general', replicas: 2, instanceType: 'm5.xlarge' },
      { name: 'batch', replicas: 2, instanceType: 'c5.large', zones: ['eu-central-1b'] },
    ],
    image: { lookup: { org: ACCOUNT_ID } },
    ...change,
  });
}
