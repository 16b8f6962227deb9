import { ExistingCluster, type Fleet } from '../constructs';

/** Runs Cluster API and holds the `Cluster` objects of the others. Its own machines are made elsewhere. */
export function management(fleet: Fleet): void {
  new ExistingCluster(fleet, 'management', {
    management: true,
    kubernetesVersion: 'v1.36.3',
    labels: { env: 'management' },
  });
}
