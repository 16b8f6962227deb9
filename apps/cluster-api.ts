import { ClusterApi, type Fleet } from '../constructs';

/** What makes this fleet's clusters: on EC2 and EKS with a role of AWS's, and in containers for edge-local. */
export function clusterApi(fleet: Fleet): void {
  new ClusterApi(fleet, {
    aws: { credentials: { roleArn: 'arn:aws:iam::123456789012:role/fleet-controllers' } },
    docker: {},
  });
}
