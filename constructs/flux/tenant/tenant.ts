import { Construct } from 'constructs';
import { checkDnsLabel } from '../../fleet/check/names';
import { addCheck, type Problem } from '../../problem';
import { keep } from '../../protection/protect';
import { addAccount, addBinding, addRole } from '../rbac';
import { GitSource } from '../source';
import { Sync } from '../sync';
import { CLUSTERS_NAMESPACE, FLUX_NAMESPACE } from '../wiring/names';
import { addNamespace } from '../wiring/namespaces';
import { checkTenantFields } from './fields';
import type { TenantProps } from './props';
import { addQuota, checkQuota } from './quota';
import { checkTenantRules, TENANT_RULES } from './rules';

/** The label of a tenant's Namespace; its value is the tenant's name. */
export const TENANT_LABEL = 'fleetwright.dev/tenant';

/** The account that Flux acts as in a tenant's namespace. */
const ACCOUNT = 'flux-tenant';

/**
 * A team that brings manifests from a repository of its own: a restricted namespace with a quota, and a
 * source and sync there that Flux applies as an account of that namespace, never as itself.
 *
 * When a tenant is removed, its sync prunes what it applied. The Namespace stays with its network policy and
 * quota, and so do the account and its role: without them Flux would leave the team's workloads running.
 * Deleting the Namespace ends all.
 *
 * @see https://fluxcd.io/flux/installation/configuration/multitenancy/
 */
export class Tenant extends Construct {
  constructor(scope: Construct, id: string, props: TenantProps) {
    super(scope, id);
    const shape = checkTenantFields(this.node.path, props);
    if (shape.length > 0) {
      addCheck(this, () => shape);
      return;
    }
    const { name, source, path = './', sync, quota = {}, rules = [] } = props;
    const { url, ref, secretName, interval } = source;
    addNamespace(this, name, { podSecurity: 'restricted', network: 'deny' }, { [TENANT_LABEL]: name });
    addQuota(this, name, quota);
    const kept = { name: ACCOUNT, namespace: name, annotations: keep };
    addAccount(this, 'account', kept);
    addRole(this, 'role', 'Role', kept, [...TENANT_RULES, ...rules]);
    addBinding(this, 'binding', 'RoleBinding', kept, { kind: 'Role', name: ACCOUNT }, kept);
    new GitSource(this, 'source', { name, namespace: name, url, ref, secretName, interval });
    new Sync(this, 'sync', {
      ...sync,
      name,
      namespace: name,
      path,
      sourceRef: { kind: 'GitRepository', name },
      serviceAccountName: ACCOUNT,
      targetNamespace: name,
    });
    addCheck(this, () => [
      ...checkDnsLabel(this.node.path, 'name', name),
      ...checkReserved(this.node.path, name),
      ...checkQuota(this.node.path, quota),
      ...checkTenantRules(this.node.path, rules),
    ]);
  }
}

const RESERVED = new Set(['default', FLUX_NAMESPACE, CLUSTERS_NAMESPACE, 'fleetwright-system']);

function checkReserved(path: string, name: string): Problem[] {
  if (!RESERVED.has(name) && !name.startsWith('kube-')) return [];
  return [
    {
      code: 'tenant-reserved',
      path,
      field: 'name',
      value: name,
      problem: 'is a namespace of the platform',
      remedy: 'give the tenant another name',
    },
  ];
}
