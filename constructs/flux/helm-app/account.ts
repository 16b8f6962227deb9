import type { Construct } from 'constructs';
import { keep } from '../../protection/protect';
import { addAccount, addBinding, addRole } from '../rbac';
import type { HelmAppPermissions } from './props';
import { CRD_RULES, NAMESPACE_RULES, STORAGE_RULES } from './rules';

/** The label of an account and its roles: they stay when the HelmApp goes. */
export const HELM_APP_LABEL = 'fleetwright.dev/helm-app';

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
  const inTarget = { name: account.name, namespace: targetNamespace, ...kept };
  const inStorage = { name: `${account.name}-storage`, namespace: storageNamespace, ...kept };
  addAccount(scope, 'account', { ...account, ...kept });
  // A binding cannot change its role: where permissions lead to another role, the binding has another name.
  if (permissions === 'cluster') {
    const role = { kind: 'ClusterRole', name: 'cluster-admin' } as const;
    const binding = { name: `helm:${namespace}:${name}`, ...kept };
    addBinding(scope, 'binding', 'ClusterRoleBinding', binding, role, account);
  } else if (permissions === 'crds') {
    const role = { name: `helm:${namespace}:${name}:crds`, ...kept };
    addRole(scope, 'role', 'ClusterRole', role, CRD_RULES);
    addBinding(
      scope,
      'binding',
      'ClusterRoleBinding',
      role,
      { kind: 'ClusterRole', name: role.name },
      account,
    );
  } else {
    addRole(scope, 'role', 'Role', inTarget, permissions === 'namespace' ? NAMESPACE_RULES : permissions);
    addBinding(scope, 'binding', 'RoleBinding', inTarget, { kind: 'Role', name: inTarget.name }, account);
  }
  const reachesStorage =
    permissions === 'cluster' || (permissions === 'namespace' && storageNamespace === targetNamespace);
  if (!reachesStorage) {
    addRole(scope, 'storage-role', 'Role', inStorage, STORAGE_RULES);
    addBinding(
      scope,
      'storage-binding',
      'RoleBinding',
      inStorage,
      { kind: 'Role', name: inStorage.name },
      account,
    );
  }
  return account.name;
}
