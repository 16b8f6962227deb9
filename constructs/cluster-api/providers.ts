import { CLUSTER_API_AWS_VERSION, CLUSTER_API_VERSION } from '../versions';

/** A provider of Cluster API as the operator knows it. */
export interface Provider {
  /** The add-on that installs it. */
  readonly unit: string;
  /** The label of all that belongs to it. */
  readonly label: string;
  readonly kind: 'CoreProvider' | 'BootstrapProvider' | 'ControlPlaneProvider' | 'InfrastructureProvider';
  /** The name by which the operator knows where its releases are. */
  readonly name: string;
  /** As in its own manifests: the deletion policy knows its controllers by it, and roles in a cloud do. */
  readonly namespace: string;
  readonly version: string;
}

/**
 * The providers that can be installed.
 *
 * @see https://cluster-api-operator.sigs.k8s.io/
 */
export const PROVIDERS = {
  core: {
    unit: 'cluster-api-core',
    label: 'cluster-api',
    kind: 'CoreProvider',
    name: 'cluster-api',
    namespace: 'capi-system',
    version: CLUSTER_API_VERSION,
  },
  bootstrap: {
    unit: 'cluster-api-bootstrap',
    label: 'bootstrap-kubeadm',
    kind: 'BootstrapProvider',
    name: 'kubeadm',
    namespace: 'capi-kubeadm-bootstrap-system',
    version: CLUSTER_API_VERSION,
  },
  controlPlane: {
    unit: 'cluster-api-control-plane',
    label: 'control-plane-kubeadm',
    kind: 'ControlPlaneProvider',
    name: 'kubeadm',
    namespace: 'capi-kubeadm-control-plane-system',
    version: CLUSTER_API_VERSION,
  },
  aws: {
    unit: 'cluster-api-aws',
    label: 'infrastructure-aws',
    kind: 'InfrastructureProvider',
    name: 'aws',
    namespace: 'capa-system',
    version: CLUSTER_API_AWS_VERSION,
  },
  docker: {
    unit: 'cluster-api-docker',
    label: 'infrastructure-docker',
    kind: 'InfrastructureProvider',
    name: 'docker',
    namespace: 'capd-system',
    version: CLUSTER_API_VERSION,
  },
} as const satisfies Record<string, Provider>;
