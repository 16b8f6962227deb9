import { type PolicyRule, READ, WORKLOAD_RULES, WRITE } from '../rbac';

/** Helm writes each revision of a release into a Secret. */
export const STORAGE_RULES: readonly PolicyRule[] = [
  { apiGroups: [''], resources: ['secrets'], verbs: WRITE },
];

/**
 * What a release may do with `permissions: 'namespace'`: workloads, their configuration and network, and
 * what charts let their pods do. A role of the chart cannot allow more than this: Kubernetes refuses one.
 *
 * The built-in ClusterRole `admin` would be too much: Flux adds its own kinds to it, and an account that can
 * write a Kustomization or HelmRelease can leave out `serviceAccountName`, whereupon Flux applies as
 * cluster-admin.
 *
 * @see https://github.com/fluxcd/flux2/blob/main/manifests/rbac/edit.yaml
 * @see https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping
 */
export const NAMESPACE_RULES: readonly PolicyRule[] = [
  ...WORKLOAD_RULES,
  { apiGroups: ['rbac.authorization.k8s.io'], resources: ['rolebindings', 'roles'], verbs: WRITE },
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: WRITE },
  { apiGroups: [''], resources: ['events'], verbs: [...READ, 'create', 'patch'] },
  { apiGroups: [''], resources: ['endpoints', 'pods/log'], verbs: READ },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: READ },
];

/** What a release may do on the whole cluster with `permissions: 'crds'`. */
export const CRD_RULES: readonly PolicyRule[] = [
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: WRITE },
];
