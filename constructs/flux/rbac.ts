import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type * as k8s from '../../imports/kubernetes';
import { checkEach, checkFields, type Fields } from '../fleet/check/fields';
import type { Plain } from '../plain';
import type { Problem } from '../problem';

/** What a role allows: verbs on resources of API groups. `*` is refused. */
export type PolicyRule = Plain<k8s.PolicyRule>;

/** Verbs that change nothing. */
export const READ = ['get', 'list', 'watch'];

/** Verbs on objects one by one; not `deletecollection`. */
export const WRITE = [...READ, 'create', 'update', 'patch', 'delete'];

/** What an account needs for workloads, their configuration and their network in one namespace. */
export const WORKLOAD_RULES: readonly PolicyRule[] = [
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

type Metadata = Plain<Pick<k8s.ObjectMeta, 'name' | 'namespace' | 'labels' | 'annotations'>>;

const API = 'rbac.authorization.k8s.io/v1';
const GROUP = 'rbac.authorization.k8s.io';

/** An account that Flux acts as. It has no token: Flux impersonates it, and pods get their own. */
export function addAccount(scope: Construct, id: string, metadata: Metadata): void {
  new ApiObject(scope, id, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata,
    automountServiceAccountToken: false,
  });
}

/** A role with these rules. */
export function addRole(
  scope: Construct,
  id: string,
  kind: 'Role' | 'ClusterRole',
  metadata: Metadata,
  rules: readonly PolicyRule[],
): void {
  new ApiObject(scope, id, { apiVersion: API, kind, metadata, rules });
}

/** Lets an account do what a role says: in one namespace, or for a ClusterRoleBinding everywhere. */
export function addBinding(
  scope: Construct,
  id: string,
  kind: 'RoleBinding' | 'ClusterRoleBinding',
  metadata: Metadata,
  role: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string },
  account: { readonly name: string; readonly namespace: string },
): void {
  new ApiObject(scope, id, {
    apiVersion: API,
    kind,
    metadata,
    roleRef: { apiGroup: GROUP, kind: role.kind, name: role.name },
    subjects: [{ kind: 'ServiceAccount', name: account.name, namespace: account.namespace }],
  });
}

/** A role of a namespace has no rules for URLs. */
const RULE: Fields<Omit<PolicyRule, 'nonResourceURLs'>> = {
  apiGroups: 'strings?',
  resources: 'strings?',
  resourceNames: 'strings?',
  verbs: 'strings',
};

/** What is wrong with the shape of rules. */
export function checkRuleFields(
  path: string,
  field: string,
  rules: readonly PolicyRule[] | undefined,
): Problem[] {
  return checkEach(rules, (rule, i) => checkFields<object>(path, `${field}[${i}]`, rule, RULE));
}

/** Rules that allow everything of some sort, which nobody can review. */
export function checkRules(path: string, field: string, rules: readonly PolicyRule[]): Problem[] {
  const idle = [...rules.entries()].filter(([, { verbs }]) => verbs.length === 0);
  const allowing = rules.flatMap((rule, i) =>
    (['apiGroups', 'resources', 'verbs'] as const)
      .filter((member) => rule[member]?.some((value) => value.includes('*')))
      .map((member) => ({
        code: 'rbac-wildcard',
        path,
        field: `${field}[${i}].${member}`,
        value: rule[member],
        problem: 'allows what nobody has listed, today and after every upgrade',
        remedy: 'list what is needed',
      })),
  );
  return [
    ...allowing,
    ...idle.map(([i]) => ({
      code: 'value-invalid',
      path,
      field: `${field}[${i}].verbs`,
      value: [],
      problem: 'is empty: the API server takes no rule that allows nothing',
      remedy: 'list what is allowed, such as get, list and watch',
    })),
  ];
}
