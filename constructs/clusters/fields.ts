import { checkFields, type Fields } from '../fleet/check/fields';
import type { ClusterNetworks, ClusterProps, ControlPlane, NodePool } from '../fleet/cluster';
import type { Problem } from '../problem';

/** The fields that every kind of cluster has. */
export const CLUSTER_FIELDS: Fields<ClusterProps> = {
  labels: 'optional',
  kubernetesVersion: 'required',
  networks: 'optional',
  connectedTo: 'optional',
  tenants: 'optional',
};

/** The fields that every kind of control plane has. */
export const CONTROL_PLANE_FIELDS: Fields<ControlPlane> = { replicas: 'required' };

/** The fields that every kind of pool has. */
export const POOL_FIELDS: Fields<NodePool> = {
  name: 'required',
  replicas: 'required',
  kubernetesVersion: 'optional',
  labels: 'optional',
  teardown: 'optional',
};

const NETWORKS_FIELDS: Fields<ClusterNetworks> = { pods: 'required', services: 'required', vpc: 'optional' };

/** Misspelt and missing fields of a cluster and of its networks. */
export function checkClusterFields<P extends ClusterProps>(
  path: string,
  props: P,
  known: Fields<P>,
): Problem[] {
  return [
    ...checkFields<P>(path, '', props, known),
    ...checkFields(path, 'networks', props.networks, NETWORKS_FIELDS),
  ];
}
