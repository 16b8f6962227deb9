import type { KubernetesObject } from '../../stack/kubernetes-object';

/** An object that is made or changed, and what `fleetwright-references` says. */
export interface Copy {
  readonly what: string;
  /** What it is a copy of, for kubectl; it is in the namespace `clusters`. */
  readonly of: string;
  /** What it has besides, as a merge patch. */
  readonly with: object;
  /** What the server says. */
  readonly answer: RegExp;
}

/** What a sync of the clusters' namespace adds. */
const OF_FLUX = { 'kustomize.toolkit.fluxcd.io/namespace': 'clusters' };

/** Made, or refused for another reason than the policy's: it is there already, a webhook does not take it. */
const TAKEN = /^(?!.*refusing)/s;

const PREFIXED = { name: 'other-fargate' };
const OTHER = { infrastructureRef: { name: 'other' } };
const CLASS = { topology: { classRef: { name: 'small' }, version: 'v1.36.3' } };
const SELECTOR = { matchLabels: { 'cluster.x-k8s.io/deployment-name': 'other' } };
const POOL = { template: { spec: OTHER } };
const FROM_A_CLASS = { 'topology.cluster.x-k8s.io/owned': '' };
const OLD = '.v1beta1.cluster.x-k8s.io';

/** Objects that are made anew. */
export const MADE: readonly Copy[] = [
  // As clusterctl makes them on another management cluster.
  ...['cluster/prod', 'cluster/lab', 'cluster/fargate'].map((of) => ({
    ...{ what: `${of}, moved`, of, with: { spec: { paused: true } }, answer: /already exists/ },
  })),
  ...[
    'machinedeployment/prod-workers-a',
    'machinedeployment/fargate-batch-a',
    'machinepool/fargate-general',
  ].map((of) => ({ what: `${of}, moved`, of, with: {}, answer: /already exists/ })),
  {
    what: 'the Cluster of an EKS cluster, with a prefix',
    of: 'cluster/fargate',
    with: { metadata: PREFIXED },
    answer: /refusing Cluster clusters\/other-fargate: .* must be its own, other-fargate and other-fargate-c/,
  },
  {
    what: 'the same, by an older version of the API',
    of: `clusters${OLD}/fargate`,
    with: { metadata: PREFIXED },
    answer: /refusing Cluster clusters\/other-fargate:/,
  },
  {
    what: 'a managed pool with a prefix',
    of: 'machinepool/fargate-general',
    with: { metadata: PREFIXED },
    answer: /refusing MachinePool clusters\/other-fargate: .* its own, other-fargate, not fargate-general:/,
  },
  {
    what: 'the same, by an older version of the API',
    of: `machinepools${OLD}/fargate-general`,
    with: { metadata: PREFIXED },
    answer: /refusing MachinePool clusters\/other-fargate:/,
  },
  {
    what: 'a managed pool with a prefix, whose machines have it too',
    of: 'machinepool/fargate-general',
    with: {
      metadata: PREFIXED,
      spec: { template: { spec: { infrastructureRef: PREFIXED } } },
    },
    answer: TAKEN,
  },
  {
    what: 'a managed pool of a ClusterClass',
    of: 'machinepool/fargate-general',
    with: { metadata: { ...PREFIXED, labels: FROM_A_CLASS } },
    answer: TAKEN,
  },
  {
    what: 'a self-managed pool with a prefix',
    of: 'machinedeployment/fargate-batch-a',
    with: { metadata: PREFIXED },
    answer: /refusing MachineDeployment clusters\/other-fargate: it selects the machines of fargate-batch-a,/,
  },
  {
    what: 'a Cluster of a ClusterClass',
    of: 'cluster/lab',
    with: { metadata: { name: 'other' }, spec: CLASS },
    answer: TAKEN,
  },
  {
    what: 'a Cluster of a ClusterClass that Flux puts into another namespace',
    of: 'cluster/lab',
    with: { metadata: { name: 'other', namespace: 'scratch', labels: OF_FLUX }, spec: CLASS },
    answer: /refusing Cluster scratch\/other: it belongs into the namespace clusters,/,
  },
  {
    what: 'a pool that Flux puts into another namespace',
    of: 'machinepool/fargate-general',
    with: { metadata: { namespace: 'scratch', labels: OF_FLUX } },
    answer: /refusing MachinePool scratch\/fargate-general: it belongs into the namespace clusters,/,
  },
  {
    what: "somebody else's Cluster in another namespace",
    of: 'cluster/lab',
    with: { metadata: { name: 'other', namespace: 'scratch' } },
    answer: /created/,
  },
];

/** Objects that are there, and are changed. */
export const CHANGED: readonly Copy[] = [
  {
    what: 'the infrastructure of a Cluster',
    of: 'cluster/fargate',
    with: { spec: OTHER },
    answer: /refusing Cluster clusters\/fargate:/,
  },
  {
    what: 'the same, by an older version of the API',
    of: `clusters${OLD}/fargate`,
    with: { spec: OTHER },
    answer: /refusing Cluster clusters\/fargate:/,
  },
  {
    what: 'the machines of a managed pool',
    of: 'machinepool/fargate-general',
    with: { spec: POOL },
    answer: /refusing MachinePool clusters\/fargate-general: .* not other:/,
  },
  {
    what: 'whom a pool selects',
    of: 'machinedeployment/prod-workers-a',
    with: { spec: { selector: SELECTOR, template: { metadata: { labels: SELECTOR.matchLabels } } } },
    answer: /refusing MachineDeployment clusters\/prod-workers-a: it selects the machines of other,/,
  },
  {
    what: 'the template of a pool',
    of: 'machinedeployment/prod-workers-a',
    with: { spec: POOL },
    answer: /patched/,
  },
  { what: 'a label', of: 'cluster/fargate', with: { metadata: { labels: { a: 'b' } } }, answer: /patched/ },
];

/** What is left of an object that a server has when somebody makes it elsewhere. */
export function asNew({ apiVersion, kind, metadata, spec }: KubernetesObject): KubernetesObject {
  const { name, namespace, labels, annotations } = metadata;
  return { apiVersion, kind, metadata: { name, namespace, labels, annotations }, spec };
}

/** An object with a merge patch. */
export function merged<T extends object>(object: T, patch: object): T {
  const entries = Object.entries(patch).map(([key, value]) => {
    const nested = typeof value === 'object' && value !== null && !Array.isArray(value);
    return [key, nested ? merged(Object(object[key as keyof T] ?? {}), value) : value] as const;
  });
  return { ...object, ...Object.fromEntries(entries) };
}
