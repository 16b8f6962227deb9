/** A field that an object keeps for life. */
export interface Immutable {
  readonly path: string;
  /** What the model calls it, in the cluster or in the pool. */
  readonly field: string;
  /** The end of a sentence that says what it was. */
  readonly why: string;
  /** What has to be made anew. */
  readonly instead: 'cluster' | 'pool';
  /** Whether the cluster's subnets change with it. @default no */
  readonly network?: boolean;
  /** Changes that are taken all the same. @default none */
  readonly may?: (before: unknown, after: unknown) => boolean;
  /** The value as the model has it. @default as it is */
  readonly show?: (value: unknown) => unknown;
}

/** What a `Cluster` is made of: references to objects of other kinds or names are another cluster. */
export const REFERENCES = ['spec.infrastructureRef', 'spec.controlPlaneRef'];

const REFUSED = 'the AWS provider refuses to change it';
const STAYS = 'AWS cannot change it, and the provider goes on with what is there';
const NODES = 'every node and every certificate of the cluster was made for that';

const unset = (before: unknown) => before === undefined;

/** The network of an AWS cluster, which two kinds have in the same place. */
const NETWORK: readonly Immutable[] = [
  { path: 'spec.region', field: 'region', why: REFUSED, instead: 'cluster', network: true },
  { path: 'spec.network.vpc.id', field: 'network.vpcId', why: REFUSED, instead: 'cluster', network: true },
  {
    path: 'spec.network.vpc.cidrBlock',
    field: 'networks.vpc',
    why: STAYS,
    instead: 'cluster',
    network: true,
  },
];

const balancer = (field: string): Immutable => ({
  path: `spec.controlPlaneLoadBalancer.${field}`,
  field: `loadBalancer.${field}`,
  why: 'every kubeconfig has its address, and the AWS provider makes no other one',
  instead: 'cluster',
});

const pool = (path: string, field: string, rest: Partial<Immutable> = {}): Immutable => ({
  path: `spec.${path}`,
  field,
  why: REFUSED,
  instead: 'pool',
  ...rest,
});

/**
 * By kind, what may not change once it is there: what the webhooks of Cluster API and of its AWS provider
 * refuse, and what they let pass though nothing acts on it. Templates are not among them: a changed one has
 * another name. Nor is KubeadmControlPlane: all that is rendered of it may change, but for its version.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/v2.13.0/webhooks/awscluster_webhook.go
 * @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/v2.13.0/controlplane/eks/webhooks/awsmanagedcontrolplane_webhook.go
 * @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/v2.13.0/exp/webhooks/awsmanagedmachinepool_webhook.go
 */
export const FIELDS: Readonly<Record<string, readonly Immutable[]>> = {
  Cluster: [
    { path: 'spec.clusterNetwork.pods.cidrBlocks', field: 'networks.pods', why: NODES, instead: 'cluster' },
    {
      path: 'spec.clusterNetwork.services.cidrBlocks',
      field: 'networks.services',
      why: NODES,
      instead: 'cluster',
    },
  ],
  AWSCluster: [...NETWORK, ...['loadBalancerType', 'scheme', 'healthCheckProtocol'].map(balancer)],
  AWSManagedControlPlane: [
    ...NETWORK,
    { path: 'spec.eksClusterName', field: 'name', why: REFUSED, instead: 'cluster' },
    { path: 'spec.roleName', field: 'role', why: STAYS, instead: 'cluster' },
    // It can be switched on later, and never off again.
    {
      path: 'spec.encryptionConfig.provider',
      field: 'secretsKey',
      why: REFUSED,
      instead: 'cluster',
      may: unset,
    },
    {
      path: 'spec.accessConfig.authenticationMode',
      field: 'accessConfig.authenticationMode',
      why: 'EKS only ever goes on towards `api`',
      instead: 'cluster',
      may: (before, after) => before === undefined || before === 'config_map' || after === 'api',
    },
  ],
  DevCluster: [
    {
      path: 'spec.backend',
      field: 'backend',
      why: 'a machine of one does not become one of the other',
      instead: 'cluster',
      show: (backend) => Object.keys(backend as object).join(),
    },
  ],
  MachineDeployment: [
    // One name can be made of two: `a-b` and `c`, `a` and `b-c`.
    { path: 'spec.clusterName', field: 'name', why: 'Cluster API refuses to change it', instead: 'pool' },
    { path: 'spec.selector', field: 'name', why: 'its machines would be forgotten', instead: 'pool' },
    {
      path: 'spec.template.spec.failureDomain',
      field: 'zones',
      why: 'its machines have their disks and addresses there',
      instead: 'pool',
    },
  ],
  MachinePool: [
    { path: 'spec.clusterName', field: 'name', why: 'Cluster API refuses to change it', instead: 'pool' },
  ],
  AWSManagedMachinePool: [
    pool('eksNodegroupName', 'name', { may: unset }),
    pool('roleName', 'role', { may: unset }),
    pool('capacityType', 'spot', { may: unset, show: (type) => type === 'spot' }),
    pool('diskSize', 'volumeSize'),
    pool('amiType', 'amiType'),
    pool('availabilityZones', 'zones'),
    pool('instanceType', 'instanceType', { why: STAYS }),
  ],
  AWSFargateProfile: [
    pool('clusterName', 'name'),
    pool('profileName', 'name'),
    pool('roleName', 'role'),
    pool('selectors', 'selectors'),
  ],
};
