import type { EksClusterProps, EksManagedPool, EksSelfManagedPool } from '../../../constructs';

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
