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

/** The labels of the providers of Cluster API that set machines up by kubeadm. */
export const KUBEADM_PROVIDERS = ['bootstrap-kubeadm', 'control-plane-kubeadm'] as const;

/** The label by which a machine's cluster is found. */
export const CLUSTER_NAME_LABEL = 'cluster.x-k8s.io/cluster-name';

/** The label of machines of a pool, whatever their zone. */
export const POOL_LABEL = 'fleetwright.dev/pool';

/** The label of objects that nothing changes in place: a job removes those that nothing refers to any more. */
export const TEMPLATE_LABEL = 'fleetwright.dev/template';
