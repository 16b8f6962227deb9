import type {
  EksClusterProps,
  EksFargateProfile,
  EksManagedPool,
  EksSelfManagedPool,
} from '../../../constructs';

/** A managed pool with nothing but what is needed. */
export const managed: EksManagedPool = { name: 'general', replicas: 3, instanceType: 'm7i.xlarge' };

/** A self-managed pool with nothing but what is needed. */
export const selfManaged: EksSelfManagedPool = {
  name: 'batch',
  kind: 'self-managed',
  replicas: 2,
  instanceType: 'c7g.2xlarge',
};

/** A VPC that exists, which Fargate needs. */
export const network = {
  vpcId: 'vpc-01234567',
  subnets: [
    { id: 'subnet-0123456789abcdef1', zone: 'us-west-2a' },
    { id: 'subnet-0123456789abcdef2', zone: 'us-west-2b' },
  ],
};

/** A cluster in a VPC of its own, with nothing but what is needed. */
export const reference: EksClusterProps = {
  kubernetesVersion: 'v1.36',
  networks: { services: ['172.20.0.0/16'], vpc: '10.20.0.0/16' },
  region: 'us-west-2',
  zones: ['us-west-2a', 'us-west-2b'],
  endpoint: { publicCidrs: ['203.0.113.0/24'] },
  secretsKey: 'arn:aws:kms:us-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef',
  addOns: {
    vpcCni: { version: 'v1.22.4-eksbuild.3' },
    coreDns: { version: 'v1.14.3-eksbuild.14' },
    kubeProxy: { version: 'v1.36.0-eksbuild.17' },
    ebsCsi: {
      version: 'v1.65.0-eksbuild.1',
      serviceAccountRole: 'arn:aws:iam::123456789012:role/ebs-csi',
    },
  },
  pools: [managed, selfManaged],
};

const allManaged: Required<EksManagedPool> = {
  name: 'general',
  kind: 'managed',
  replicas: { min: 2, max: 8 },
  kubernetesVersion: 'v1.35',
  labels: { 'acme.example/tier': 'general' },
  taints: [
    { key: 'acme.example/gpu', effect: 'PreferNoSchedule' },
    { key: 'acme.example/batch', value: 'only', effect: 'NoExecute' },
    { key: 'acme.example/batch', value: 'only', effect: 'NoSchedule' },
  ],
  rollout: { maxUnavailable: '25%' },
  teardown: 'allowed',
  instanceType: 'g5g.xlarge',
  amiType: 'BOTTLEROCKET_ARM_64_NVIDIA',
  volumeSize: 100,
  spot: true,
  role: 'acme-nodes',
  zones: ['us-west-2b', 'us-west-2a'],
};

const allSelfManaged: Required<EksSelfManagedPool> = {
  name: 'batch',
  kind: 'self-managed',
  replicas: { min: 2, max: 6 },
  kubernetesVersion: 'v1.35',
  labels: { 'acme.example/tier': 'batch', 'node-role.kubernetes.io/batch': '' },
  taints: [{ key: 'acme.example/batch', value: 'only', effect: 'NoSchedule' }],
  rollout: { maxSurge: '25%', maxUnavailable: 0 },
  deletion: { drain: '30m', volumeDetach: '10m', node: '30s' },
  unhealthyLimit: '30%',
  unhealthyAfter: '10m',
  startupTimeout: '20m',
  teardown: 'allowed',
  instanceType: 'c7g.2xlarge',
  volumeSize: 200,
  spot: { maxPrice: '0.1' },
  iamInstanceProfile: 'acme-nodes',
  image: { id: 'ami-0123456789abcdef0', architecture: 'arm64' },
  zones: ['us-west-2b', 'us-west-2a'],
};

const allFargate: Required<EksFargateProfile> = {
  name: 'ci',
  selectors: [{ namespace: 'ci-*', labels: { 'acme.example/runs-on': 'fargate' } }, { namespace: 'build' }],
  role: 'acme-fargate',
  teardown: 'allowed',
};

/** A cluster that has every prop there is. */
export const allProps: Required<EksClusterProps> = {
  ...reference,
  labels: { env: 'prod' },
  connectedTo: [],
  tenants: [],
  secretsFile: 'test/support/flux.sops.yaml',
  versions: { flux: 'v2.7.4' },
  teardown: 'allowed',
  network: {
    ...network,
    subnets: [...network.subnets, { id: 'subnet-0123456789abcdef3', zone: 'us-west-2a', public: true }],
  },
  endpoint: { publicCidrs: ['203.0.113.0/24', '198.51.100.7/32'] },
  pools: [allManaged, allSelfManaged],
  fargate: [allFargate],
  role: 'acme-control-plane',
  admins: ['arn:aws:iam::123456789012:role/platform/operators'],
  viewers: ['arn:aws:iam::123456789012:role/developers', 'arn:aws:iam::210987654321:role/auditors'],
  identity: { kind: 'AWSClusterRoleIdentity', name: 'prod' },
  sshKeyName: 'operators',
};
