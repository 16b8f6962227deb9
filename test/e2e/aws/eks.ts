import type { Aws } from '../../stack/aws';
import { until } from '../../stack/command';
import { fetchNow, type LiveCluster, type LiveFleet, synced } from '../../stack/live/live-fleet';
import { type ClustersInGit, EBS_CSI, KEY, OPERATORS, withClusters } from './clusters';
import type { AwsHub } from './fleet';
import { leftOf } from './made';

/** What `ec2Tests` leave. */
const WITHOUT_PROD: ClustersInGit = { color: 'blue', prod: { teardown: 'removed' } };

/**
 * What is tested of the `EksCluster`, which was made beside the `AwsCluster`. As far as moto carries it: it has no API server behind a cluster, so that none of it becomes Ready, and no machines
 * behind a node group; access entries and add-ons are added to it by `parts/moto/eks.py`.
 */
export function eksTests(there: () => AwsHub): void {
  let fleet: LiveFleet;
  let hub: LiveCluster;
  let aws: Aws;

  const shop = <Answer>(operation: string, more: object = {}) =>
    aws.call<Answer>('eks', operation, { clusterName: 'shop', ...more });
  const names = async (operation: string, field: string) => {
    const answer = await shop<Record<string, string[]>>(operation).catch(() => undefined);
    return answer?.[field] ?? [];
  };
  /** Whose tokens AWS takes: of all clusters, of which this one alone has a provider. */
  const providers = async () =>
    (await aws.call<Providers>('iam', 'list_open_id_connect_providers')).OpenIDConnectProviderList;
  const read = (...args: string[]) =>
    hub.server.kubectl.output(['get', ...args, '--namespace=clusters', '--ignore-not-found']);

  beforeAll(() => {
    ({ fleet, hub, aws } = there());
  });

  test('is a control plane in AWS as it is declared', async () => {
    await until(
      'its add-ons are there',
      400,
      async () => (await names('list_addons', 'addons')).length === 4,
    );
    const { cluster } = await aws.call<{ readonly cluster: object }>('eks', 'describe_cluster', {
      name: 'shop',
    });
    expect(cluster).toMatchObject({
      version: '1.35',
      roleArn: expect.stringMatching(/:role\/eks-controlplane\.cluster-api-provider-aws\.sigs\.k8s\.io$/),
      resourcesVpcConfig: {
        endpointPrivateAccess: true,
        endpointPublicAccess: true,
        publicAccessCidrs: ['203.0.113.0/24'],
      },
      kubernetesNetworkConfig: { serviceIpv4Cidr: '10.133.0.0/20' },
      logging: {
        clusterLogging: [
          { enabled: true, types: ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'] },
        ],
      },
      encryptionConfig: [{ resources: ['secrets'], provider: { keyArn: KEY } }],
      accessConfig: { authenticationMode: 'API_AND_CONFIG_MAP' },
    });
  });

  test('lets the administrators in, and has its add-ons and an OIDC provider', async () => {
    expect(await names('list_access_entries', 'accessEntries')).toEqual([OPERATORS]);
    const policies = await shop('list_associated_access_policies', { principalArn: OPERATORS });
    expect(policies).toMatchObject({
      associatedAccessPolicies: [
        {
          policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy',
          accessScope: { type: 'cluster' },
        },
      ],
    });
    const driver = await shop('describe_addon', { addonName: 'aws-ebs-csi-driver' });
    expect(driver).toMatchObject({
      addon: { addonVersion: 'v1.65.0-eksbuild.1', serviceAccountRoleArn: EBS_CSI },
    });
    expect(await providers()).toHaveLength(1);
  });

  test('has a node group for a pool', async () => {
    await until('it is there', 300, async () => (await names('list_nodegroups', 'nodegroups')).length > 0);
    expect(await shop('describe_nodegroup', { nodegroupName: 'general' })).toMatchObject({
      nodegroup: {
        instanceTypes: ['m7i.large'],
        amiType: 'AL2023_x86_64_STANDARD',
        scalingConfig: { minSize: 1, maxSize: 3 },
        diskSize: 50,
      },
    });
  });

  test('is removed in two steps, with all that was made for it', async () => {
    await fleet.push(withClusters({ ...WITHOUT_PROD, shop: 'allowed' }));
    await fetchNow(hub);
    const mayGo = '--output=jsonpath={.metadata.annotations.fleetwright\\.dev/allow-deletion}';
    await until('it may go', 180, async () => (await read('cluster/shop', mayGo)) === 'true');
    const commit = await fleet.push(withClusters({ ...WITHOUT_PROD, shop: 'removed' }));
    await fetchNow(hub);
    await until('it is gone', 400, async () => (await read('clusters', '--output=name')) === '');
    await synced(hub, 'shop', commit, { namespace: 'clusters', seconds: 240 });
    expect(await leftOf(aws, 'shop')).toEqual([]);
    expect(await aws.call('eks', 'list_clusters')).toMatchObject({ clusters: [] });
    expect(await providers()).toEqual([]);
  });
}

interface Providers {
  readonly OpenIDConnectProviderList: readonly { readonly Arn: string }[];
}
