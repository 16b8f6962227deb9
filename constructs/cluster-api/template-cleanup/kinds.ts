/** A kind of Cluster API's, as the API server has it in its paths. */
export interface Kind {
  readonly group: string;
  readonly version: string;
  /** Such as `machinesets`. */
  readonly plural: string;
}

const version = 'v1beta2';

/** Kinds of templates that this library makes, by the provider that brings them. */
export const TEMPLATES = {
  kubeadm: [{ group: 'bootstrap.cluster.x-k8s.io', version, plural: 'kubeadmconfigtemplates' }],
  aws: [
    { group: 'bootstrap.cluster.x-k8s.io', version, plural: 'nodeadmconfigtemplates' },
    { group: 'infrastructure.cluster.x-k8s.io', version, plural: 'awsmachinetemplates' },
  ],
  docker: [{ group: 'infrastructure.cluster.x-k8s.io', version, plural: 'devmachinetemplates' }],
} as const satisfies Record<string, readonly Kind[]>;

/** Kinds that refer to templates: a control plane's machines, a pool's, and those of a pool's earlier versions. */
export const REFERRERS = {
  controlPlanes: { group: 'controlplane.cluster.x-k8s.io', version, plural: 'kubeadmcontrolplanes' },
  deployments: { group: 'cluster.x-k8s.io', version, plural: 'machinedeployments' },
  sets: { group: 'cluster.x-k8s.io', version, plural: 'machinesets' },
} as const satisfies Record<string, Kind>;
