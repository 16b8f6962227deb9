import { checkFields, type Fields } from '../fleet/check/fields';
import type {
  ClusterNetworks,
  ClusterProps,
  ClusterVersions,
  DeletionTimeouts,
  NodePool,
  ReplicaRange,
  Rollout,
  Taint,
} from '../fleet/cluster';
import type { Problem } from '../problem';
import type { KubeadmVersions } from './boot';
import type {
  KubeadmClusterProps,
  KubeadmControlPlane,
  MadeClusterProps,
  Remediation,
  Retries,
} from './machinery';

/** The fields that every kind of cluster has. */
export const CLUSTER_FIELDS: Fields<ClusterProps> = {
  labels: 'optional',
  kubernetesVersion: 'required',
  networks: 'optional',
  connectedTo: 'optional',
  tenants: 'optional',
  secretsFile: 'optional',
  versions: 'optional',
};

/** What every kind of cluster can pin. */
export const VERSION_FIELDS: Fields<ClusterVersions> = { flux: 'optional' };

/** What a cluster that kubeadm sets up can pin. */
export const KUBEADM_VERSION_FIELDS: Fields<KubeadmVersions> = {
  ...VERSION_FIELDS,
  cilium: 'optional',
  calico: 'optional',
};

/** The fields of every cluster that Cluster API makes. */
export const MADE_FIELDS: Fields<MadeClusterProps> = {
  ...CLUSTER_FIELDS,
  networks: 'required',
  teardown: 'optional',
};

/** The fields of every cluster that kubeadm sets up. */
export const KUBEADM_CLUSTER_FIELDS: Fields<KubeadmClusterProps> = {
  ...MADE_FIELDS,
  cni: 'optional',
  firstBoot: 'optional',
};

const REMEDIATION: Fields<Remediation> = {
  unhealthyLimit: 'optional',
  unhealthyAfter: 'optional',
  startupTimeout: 'optional',
};

/** The fields of every control plane that kubeadm sets up. */
export const KUBEADM_FIELDS: Fields<KubeadmControlPlane> = {
  ...REMEDIATION,
  replicas: 'required',
  retries: 'optional',
  deletion: 'optional',
};

/** The fields that every kind of pool has. */
export const POOL_FIELDS: Fields<NodePool & Remediation> = {
  ...REMEDIATION,
  name: 'required',
  replicas: 'required',
  kubernetesVersion: 'optional',
  labels: 'optional',
  taints: 'optional',
  rollout: 'optional',
  deletion: 'optional',
  teardown: 'optional',
};

const RANGE: Fields<ReplicaRange> = { min: 'required', max: 'required' };
const TAINT: Fields<Taint> = { key: 'required', value: 'optional', effect: 'required' };
const ROLLOUT: Fields<Rollout> = { maxSurge: 'optional', maxUnavailable: 'optional' };
const DELETION: Fields<DeletionTimeouts> = { drain: 'optional', volumeDetach: 'optional', node: 'optional' };
const RETRIES: Fields<Retries> = {
  maxRetry: 'optional',
  retryPeriod: 'optional',
  minHealthyPeriod: 'optional',
};
const NETWORKS_FIELDS: Fields<ClusterNetworks> = { pods: 'required', services: 'required', vpc: 'optional' };

/** Misspelt and missing fields of a cluster and of its networks. */
export function checkClusterFields<
  P extends ClusterProps & { readonly versions?: V },
  V extends ClusterVersions,
>(path: string, props: P, known: Fields<P>, versions: Fields<V>): Problem[] {
  return [
    ...checkFields<P>(path, '', props, known),
    ...checkFields<V>(path, 'versions', props.versions, versions),
    ...checkFields(path, 'networks', props.networks, NETWORKS_FIELDS),
  ];
}

/** Misspelt and missing fields of a control plane that kubeadm sets up. */
export function checkKubeadmFields<C extends KubeadmControlPlane>(
  path: string,
  controlPlane: C | undefined,
  known: Fields<C>,
): Problem[] {
  return [
    ...checkFields<C>(path, 'controlPlane', controlPlane, known),
    ...checkFields(path, 'controlPlane.retries', controlPlane?.retries, RETRIES),
    ...checkFields(path, 'controlPlane.deletion', controlPlane?.deletion, DELETION),
  ];
}

/** Misspelt and missing fields of a pool. */
export function checkPoolFields<P extends NodePool>(
  path: string,
  i: number,
  pool: P,
  known: Fields<P>,
): Problem[] {
  const field = `pools[${i}]`;
  const { replicas, taints, rollout, deletion } = pool ?? {};
  const range = typeof replicas === 'object' ? replicas : undefined;
  return [
    ...checkFields<P>(path, field, pool, known),
    ...checkFields(path, `${field}.replicas`, range, RANGE),
    ...(taints ?? []).flatMap((taint, t) => checkFields(path, `${field}.taints[${t}]`, taint, TAINT)),
    ...checkFields(path, `${field}.rollout`, rollout, ROLLOUT),
    ...checkFields(path, `${field}.deletion`, deletion, DELETION),
  ];
}
