import type { Problem } from '../../problem';
import { checkRules, type PolicyRule } from '../rbac';

const READ = ['get', 'list', 'watch'];
const WRITE = [...READ, 'create', 'update', 'patch', 'delete'];

/**
 * What every tenant's account may do in its namespace.
 *
 * The built-in ClusterRole `edit` would be too much: Flux adds its own kinds to it, and an account that can
 * write a Kustomization can leave out `serviceAccountName`, whereupon Flux applies as cluster-admin.
 *
 * @see https://github.com/fluxcd/flux2/blob/main/manifests/rbac/edit.yaml
 */
export const TENANT_RULES: readonly PolicyRule[] = [
  {
    apiGroups: [''],
    resources: ['configmaps', 'persistentvolumeclaims', 'pods', 'secrets', 'serviceaccounts', 'services'],
    verbs: WRITE,
  },
  { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'statefulsets'], verbs: WRITE },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: WRITE },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: WRITE },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'], verbs: WRITE },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: WRITE },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: READ },
];

/** Rules by which a tenant could become somebody else. */
export function checkTenantRules(path: string, rules: readonly PolicyRule[]): Problem[] {
  const escalating = rules.flatMap((rule, i) => {
    const groups = rule.apiGroups?.filter((group) => group.endsWith('fluxcd.io')) ?? [];
    const verbs = rule.verbs.filter((verb) => ['impersonate', 'escalate', 'bind'].includes(verb));
    return [...groups, ...verbs].map((value) => ({
      code: 'tenant-rule-escalates',
      path,
      field: `rules[${i}].${groups.includes(value) ? 'apiGroups' : 'verbs'}`,
      value,
      problem: 'would let the tenant act as somebody else',
      remedy: 'remove it: add the Flux object or the binding to the fleet instead',
    }));
  });
  return [...checkRules(path, 'rules', rules), ...escalating];
}
