import type { Construct } from 'constructs';
import { keep } from '../../protection/protect';
import { addAccount, addBinding, addRole, type PolicyRule } from '../rbac';
import type { HelmAppPermissions } from './props';

/** The label of an account and its roles: they stay when the HelmApp goes. */
export const HELM_APP_LABEL = 'fleetwright.dev/helm-app';

/** Helm writes each revision of a release into a Secret. */
const STORAGE: PolicyRule = {
  apiGroups: [''],
  resources: ['secrets'],
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
};

interface AccountProps {
  readonly name: string;
  readonly namespace: string;
  readonly targetNamespace: string;
  readonly storageNamespace: string;
  readonly permissions: HelmAppPermissions;
}

/**
 * Adds the account of a release and what it may do.
 *
 * None of it is ever pruned. Flux deletes what a folder no longer holds in the reverse order of kinds, but
 * waits for nothing: the HelmRelease would still be ending when its account is gone, and helm-controller
 * then skips the uninstall and leaves the release running.
 *
 * @returns the account's name: not the release's, which charts give to an account of their own
 */
export function addReleaseAccount(scope: Construct, props: AccountProps): string {
  const { name, namespace, targetNamespace, storageNamespace, permissions } = props;
  const account = { name: `helm-${name}`, namespace };
  const kept = { labels: { [HELM_APP_LABEL]: name }, annotations: keep };
  addAccount(scope, 'account', { ...account, ...kept });
  if (permissions === 'cluster') {
    const role = { kind: 'ClusterRole', name: 'cluster-admin' } as const;
    const binding = { name: `helm:${namespace}:${name}`, ...kept };
    addBinding(scope, 'binding', 'ClusterRoleBinding', binding, role, account);
    return account.name;
  }
  const apart = storageNamespace !== targetNamespace;
  const inTarget = { name: account.name, namespace: targetNamespace, ...kept };
  // A binding cannot change its role: Flux makes it anew when the permissions change.
  const binding = { ...inTarget, annotations: { ...keep, 'kustomize.toolkit.fluxcd.io/force': 'enabled' } };
  if (permissions === 'namespace') {
    addBinding(scope, 'binding', 'RoleBinding', binding, { kind: 'ClusterRole', name: 'admin' }, account);
  } else {
    addRole(scope, 'role', inTarget, apart ? permissions : [...permissions, STORAGE]);
    addBinding(scope, 'binding', 'RoleBinding', binding, { kind: 'Role', name: account.name }, account);
  }
  if (apart) {
    const inStorage = { name: `${account.name}-storage`, namespace: storageNamespace, ...kept };
    addRole(scope, 'storage-role', inStorage, [STORAGE]);
    const role = { kind: 'Role', name: inStorage.name } as const;
    addBinding(scope, 'storage-binding', 'RoleBinding', inStorage, role, account);
  }
  return account.name;
}
