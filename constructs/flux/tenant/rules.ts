import type { Problem } from '../../problem';
import { checkRules, type PolicyRule, WORKLOAD_RULES } from '../rbac';

/**
 * What every tenant's account may do in its namespace.
 *
 * The built-in ClusterRole `edit` would be too much: Flux adds its own kinds to it, and an account that can
 * write a Kustomization can leave out `serviceAccountName`, whereupon Flux applies as cluster-admin.
 *
 * @see https://github.com/fluxcd/flux2/blob/main/manifests/rbac/edit.yaml
 */
export const TENANT_RULES = WORKLOAD_RULES;

/** Groups of Flux, and of the operator that installs it and makes its objects. */
const FLUX = /(^|\.)fluxcd\./;

/** Rules by which a tenant could become somebody else. */
export function checkTenantRules(path: string, rules: readonly PolicyRule[]): Problem[] {
  const escalating = rules.flatMap((rule, i) => {
    const groups = rule.apiGroups?.filter((group) => FLUX.test(group)) ?? [];
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
