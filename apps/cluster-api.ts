import { ClusterApi, type Fleet } from '../constructs';

/**
 * What makes this fleet's clusters: on EC2 and EKS with a role of AWS's, and in containers for edge-local.
 *
 * `docker` is there for edge-local alone, and must go with it from a hub that holds real clusters: its pod is
 * privileged, has the host's Docker socket, and may connect to anywhere.
 */
export function clusterApi(fleet: Fleet): void {
  new ClusterApi(fleet, {
    aws: { credentials: { roleArn: 'arn:aws:iam::123456789012:role/fleet-controllers' } },
    docker: {},
  });
}
