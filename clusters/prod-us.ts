import { EksCluster, type Fleet } from '../constructs';

/** Production in America: a control plane that AWS runs, in a VPC that was there before. */
export function prodUs(fleet: Fleet): void {
  new EksCluster(fleet, 'prod-us', {
    kubernetesVersion: 'v1.35',
    secretsFile: 'clusters/prod-us.sops.yaml',
    labels: { env: 'prod', continent: 'america' },
    region: 'us-east-1',
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    networks: { services: ['10.133.0.0/20'], vpc: '10.20.0.0/16' },
    network: {
      vpcId: 'vpc-0a1b2c3d4e5f60718',
      subnets: [
        { id: 'subnet-0a1b2c3d4e5f6070a', zone: 'us-east-1a' },
        { id: 'subnet-0a1b2c3d4e5f6070b', zone: 'us-east-1b' },
        { id: 'subnet-0a1b2c3d4e5f6070c', zone: 'us-east-1c' },
        { id: 'subnet-0a1b2c3d4e5f6071a', zone: 'us-east-1a', public: true },
        { id: 'subnet-0a1b2c3d4e5f6071b', zone: 'us-east-1b', public: true },
        { id: 'subnet-0a1b2c3d4e5f6071c', zone: 'us-east-1c', public: true },
      ],
    },
    endpoint: { publicCidrs: ['203.0.113.0/24'] },
    secretsKey: 'arn:aws:kms:us-east-1:123456789012:key/0b6f7a52-3c1d-4e8f-9a2b-5d7c8e9f0a1b',
    admins: ['arn:aws:iam::123456789012:role/operators'],
    addOns: {
      vpcCni: { version: 'v1.22.4-eksbuild.3' },
      coreDns: { version: 'v1.13.2-eksbuild.21' },
      kubeProxy: { version: 'v1.35.3-eksbuild.21' },
      ebsCsi: {
        version: 'v1.65.0-eksbuild.1',
        serviceAccountRole: 'arn:aws:iam::123456789012:role/prod-us-ebs-csi',
      },
    },
    pools: [
      {
        name: 'general',
        replicas: { min: 3, max: 9 },
        instanceType: 'm7i.xlarge',
        labels: { 'example.com/tier': 'general' },
      },
      {
        name: 'batch',
        kind: 'self-managed',
        replicas: 3,
        instanceType: 'c7i.2xlarge',
        spot: true,
        labels: { 'example.com/tier': 'batch' },
        taints: [{ key: 'example.com/batch', value: 'only', effect: 'NoSchedule' }],
      },
    ],
    fargate: [{ name: 'ci', selectors: [{ namespace: 'ci', labels: { 'example.com/runs-on': 'fargate' } }] }],
  });
}
