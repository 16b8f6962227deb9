/** Where the CRDs of one Go module are, and which of them become bindings. */
export interface CrdSource {
  readonly module: string;
  /** Folders inside the module that hold one CRD a file. */
  readonly folders: readonly string[];
  /** Whether a kind is taken; all kinds when absent. */
  readonly takes?: (group: string, kind: string) => boolean;
}

const bases = 'config/crd/bases';

/** Every CRD that is imported. */
export const crdSources: readonly CrdSource[] = [
  {
    module: 'sigs.k8s.io/cluster-api',
    folders: [`core/${bases}`, `bootstrap/kubeadm/${bases}`, `controlplane/kubeadm/${bases}`],
    takes: (group) => !['ipam.cluster.x-k8s.io', 'runtime.cluster.x-k8s.io'].includes(group),
  },
  {
    module: 'sigs.k8s.io/cluster-api/test',
    folders: [`infrastructure/docker/${bases}`],
    takes: (_group, kind) => /^Dev(Cluster|Machine)(Template)?$/.test(kind),
  },
  {
    module: 'sigs.k8s.io/cluster-api-provider-aws/v2',
    folders: [bases],
    takes: (_group, kind) => !kind.startsWith('ROSA'),
  },
  {
    module: 'sigs.k8s.io/cluster-api-operator',
    folders: [bases],
    takes: (_group, kind) => !['IPAMProvider', 'RuntimeExtensionProvider'].includes(kind),
  },
  { module: 'github.com/fluxcd/source-controller', folders: [bases] },
  { module: 'github.com/fluxcd/kustomize-controller', folders: [bases] },
  { module: 'github.com/fluxcd/helm-controller', folders: [bases] },
  { module: 'github.com/fluxcd/notification-controller', folders: [bases] },
  {
    module: 'github.com/prometheus-operator/prometheus-operator',
    folders: ['example/prometheus-operator-crd'],
    takes: (_group, kind) => ['PodMonitor', 'PrometheusRule', 'ServiceMonitor'].includes(kind),
  },
];

/** The Kubernetes versions whose built-in kinds are imported, and the folder below imports/ that pins each. */
export const kubernetesVersions = [
  { minor: '1.35', pins: 'kubernetes-1.35' },
  { minor: '1.36', pins: '.' },
] as const;

/** The built-in kinds that imports/kubernetes.ts has an interface for, at their newest served version. */
export const typedKinds: readonly string[] = [
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1/MutatingWebhookConfiguration',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration',
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
  'apiregistration.k8s.io/v1/APIService',
  'apps/v1/DaemonSet',
  'apps/v1/Deployment',
  'apps/v1/ReplicaSet',
  'apps/v1/StatefulSet',
  'autoscaling/v2/HorizontalPodAutoscaler',
  'batch/v1/CronJob',
  'batch/v1/Job',
  'coordination.k8s.io/v1/Lease',
  'discovery.k8s.io/v1/EndpointSlice',
  'networking.k8s.io/v1/Ingress',
  'networking.k8s.io/v1/IngressClass',
  'networking.k8s.io/v1/NetworkPolicy',
  'policy/v1/PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1/ClusterRole',
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding',
  'rbac.authorization.k8s.io/v1/Role',
  'rbac.authorization.k8s.io/v1/RoleBinding',
  'scheduling.k8s.io/v1/PriorityClass',
  'storage.k8s.io/v1/StorageClass',
  'v1/ConfigMap',
  'v1/Event',
  'v1/LimitRange',
  'v1/Namespace',
  'v1/Node',
  'v1/PersistentVolume',
  'v1/PersistentVolumeClaim',
  'v1/Pod',
  'v1/ResourceQuota',
  'v1/Secret',
  'v1/Service',
  'v1/ServiceAccount',
];
