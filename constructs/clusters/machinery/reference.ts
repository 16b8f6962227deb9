/** A reference between Cluster API objects: same namespace, and the version that the contract picks. */
export interface Reference {
  readonly apiGroup: string;
  readonly kind: string;
  readonly name: string;
}

/** The API group of each part of Cluster API. */
export const GROUPS = {
  cluster: 'cluster.x-k8s.io',
  controlPlane: 'controlplane.cluster.x-k8s.io',
  bootstrap: 'bootstrap.cluster.x-k8s.io',
  infrastructure: 'infrastructure.cluster.x-k8s.io',
} as const;

/** The version of the core kinds and of the kubeadm kinds; AWS and Dev kinds have one of the same name. */
export const VERSION = 'v1beta2';

/** The label by which a machine's cluster is found. */
export const CLUSTER_NAME_LABEL = 'cluster.x-k8s.io/cluster-name';

/** The label of machines of a pool, whatever their zone. */
export const POOL_LABEL = 'fleetwright.dev/pool';
