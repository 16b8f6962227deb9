import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  Role,
  RoleBinding,
  ServiceAccount,
} from '../../imports/kubernetes';
import type { Manifest } from '../emit/manifest';
import type { Plain } from '../plain';
import { typed } from '../redis-backup/typed';

/** One rule of a role: never a wildcard. */
export type Rule = Plain<PolicyRule>;

const RBAC = 'rbac.authorization.k8s.io';
const API_VERSION = 'rbac.authorization.k8s.io/v1';

/** A ServiceAccount; who needs its token mounts it. */
export function serviceAccount(
  name: string,
  namespace: string,
  annotations?: Readonly<Record<string, string>>,
): Manifest {
  return typed<ServiceAccount>({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, annotations },
    automountServiceAccountToken: false,
  });
}

/** Rights in every namespace. */
export function clusterRole(name: string, rules: readonly Rule[]): Manifest {
  return typed<ClusterRole>({ apiVersion: API_VERSION, kind: 'ClusterRole', metadata: { name }, rules });
}

/** Gives the rights of the ClusterRole to the ServiceAccount of the same name. */
export function clusterRoleBinding(name: string, namespace: string, account = name): Manifest {
  return typed<ClusterRoleBinding>({
    apiVersion: API_VERSION,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });
}

/** Rights in one namespace, and who has them. */
export function roleIn(
  namespace: string,
  name: string,
  rules: readonly Rule[],
  account: { readonly name: string; readonly namespace: string },
): [Manifest, Manifest] {
  const metadata = { name, namespace };
  return [
    typed<Role>({ apiVersion: API_VERSION, kind: 'Role', metadata, rules }),
    typed<RoleBinding>({
      apiVersion: API_VERSION,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', ...account }],
    }),
  ];
}
