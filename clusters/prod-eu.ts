import { AwsCluster, type Fleet } from '../constructs';

/** Production in Europe: three control-plane machines and three workers, one of each in every zone. */
export function prodEu(fleet: Fleet): void {
  new AwsCluster(fleet, 'prod-eu', {
    kubernetesVersion: 'v1.35.4',
    secretsFile: 'clusters/prod-eu.sops.yaml',
    labels: { env: 'prod', continent: 'europe' },
    region: 'eu-central-1',
    zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
    networks: { pods: ['10.128.0.0/14'], services: ['10.132.0.0/20'], vpc: '10.10.0.0/16' },
    controlPlane: { replicas: 3, instanceType: 'm7i.large' },
    pools: [
      { name: 'general', replicas: 3, instanceType: 'm7i.xlarge', labels: { 'example.com/tier': 'general' } },
    ],
    image: { lookup: { org: '123456789012' } },
    tenants: [
      {
        name: 'team-payments',
        source: { url: 'https://github.com/example/payments-deploy', ref: { branch: 'main' } },
        path: './prod',
      },
    ],
  });
}
