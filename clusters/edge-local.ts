import { type Fleet, LocalCluster } from '../constructs';

/** An edge site in miniature: its machines are containers on the management cluster's host. */
export function edgeLocal(fleet: Fleet): void {
  new LocalCluster(fleet, 'edge-local', {
    kubernetesVersion: 'v1.35.4',
    secretsFile: 'clusters/edge-local.sops.yaml',
    labels: { env: 'edge' },
    networks: { pods: ['10.240.0.0/16'], services: ['10.241.0.0/20'] },
    controlPlane: { replicas: 1 },
    pools: [{ name: 'workers', replicas: 2 }],
  });
}
