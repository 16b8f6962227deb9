import { awsCharts } from '../../../constructs/clusters/aws/boot';
import { cniCharts } from '../../../constructs/clusters/boot';
import { CLUSTER_API_OPERATOR_CHART } from '../../../constructs/versions';
import { Aws } from '../../stack/aws';
import { startClusterApi } from '../../stack/cluster-api';
import { importedModules } from '../../stack/crds';
import { prepareAccount } from '../../stack/live/aws-account';
import { serveCharts } from '../../stack/live/chart-sites';
import { installProviders } from '../../stack/live/cluster-api-operator';
import { fluxArtifact } from '../../stack/live/flux-artifact';
import { type LiveCluster, LiveFleet } from '../../stack/live/live-fleet';
import { Registry } from '../../stack/registry';
import { KUBERNETES_VERSION, REGION, withClusters } from './clusters';

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
export async function startAwsHub(): Promise<AwsHub> {
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
    await fleet.push(withClusters({ color: 'red' }));
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
