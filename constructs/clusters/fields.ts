import { checkEach, checkFields, type Fields, isMap } from '../fleet/check/fields';
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
  labels: 'map?',
  kubernetesVersion: 'string',
  networks: 'object?',
  connectedTo: 'strings?',
  tenants: 'list?',
  secretsFile: 'string?',
  versions: 'object?',
};

/** What every kind of cluster can pin. */
export const VERSION_FIELDS: Fields<ClusterVersions> = { flux: 'string?' };

/** What a cluster that kubeadm sets up can pin. */
export const KUBEADM_VERSION_FIELDS: Fields<KubeadmVersions> = {
  ...VERSION_FIELDS,
  cilium: 'string?',
  calico: 'string?',
};

/** The fields of every cluster that Cluster API makes. */
export const MADE_FIELDS: Fields<MadeClusterProps> = {
  ...CLUSTER_FIELDS,
  networks: 'object',
  teardown: 'choice?',
};

/** The fields of every cluster that kubeadm sets up. */
export const KUBEADM_CLUSTER_FIELDS: Fields<KubeadmClusterProps> = {
  ...MADE_FIELDS,
  cni: 'any?',
  firstBoot: 'object?',
};

const REMEDIATION: Fields<Remediation> = {
  unhealthyLimit: 'any?',
  unhealthyAfter: 'string?',
  startupTimeout: 'string?',
};

/** The fields of every control plane that kubeadm sets up. */
export const KUBEADM_FIELDS: Fields<KubeadmControlPlane> = {
  ...REMEDIATION,
  replicas: 'number',
  retries: 'object?',
  deletion: 'object?',
};

/** The fields that every kind of pool has. */
export const POOL_FIELDS: Fields<NodePool & Remediation> = {
  ...REMEDIATION,
  name: 'string',
  replicas: 'any',
  kubernetesVersion: 'string?',
  labels: 'map?',
  taints: 'list?',
  rollout: 'object?',
  deletion: 'object?',
  teardown: 'choice?',
};

const RANGE: Fields<ReplicaRange> = { min: 'number', max: 'number' };
const TAINT: Fields<Taint> = { key: 'string', value: 'string?', effect: 'choice' };
const ROLLOUT: Fields<Rollout> = { maxSurge: 'any?', maxUnavailable: 'any?' };
const DELETION: Fields<DeletionTimeouts> = { drain: 'string?', volumeDetach: 'string?', node: 'string?' };
const RETRIES: Fields<Retries> = {
  maxRetry: 'number?',
  retryPeriod: 'string?',
  minHealthyPeriod: 'string?',
};
const NETWORKS_FIELDS: Fields<ClusterNetworks> = { pods: 'strings', services: 'strings', vpc: 'string?' };

/** Misspelt and missing fields of a cluster and of its networks. */
export function checkClusterFields<
  P extends ClusterProps & { readonly versions?: V },
  V extends ClusterVersions,
>(path: string, props: P, known: Fields<P>, versions: Fields<V>): Problem[] {
  return [
    ...checkFields<P>(path, '', props, known),
    ...checkFields<V>(path, 'versions', props?.versions, versions),
    ...checkFields(path, 'networks', props?.networks, NETWORKS_FIELDS),
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
  return [
    ...checkFields<P>(path, field, pool, known),
    ...checkReplicasShape(path, `${field}.replicas`, replicas),
    ...checkEach(taints, (taint, t) => checkFields(path, `${field}.taints[${t}]`, taint, TAINT)),
    ...checkFields(path, `${field}.rollout`, rollout, ROLLOUT),
    ...checkFields(path, `${field}.deletion`, deletion, DELETION),
  ];
}

function checkReplicasShape(path: string, field: string, replicas: unknown): Problem[] {
  if (replicas === undefined || typeof replicas === 'number') return [];
  if (isMap(replicas)) return checkFields<object>(path, field, replicas, RANGE);
  return [
    {
      code: 'field-malformed',
      path,
      field,
      value: replicas,
      problem: 'is no number of machines',
      remedy: 'use a whole number, 0 or more, or a range: { min: 2, max: 10 }',
    },
  ];
}
