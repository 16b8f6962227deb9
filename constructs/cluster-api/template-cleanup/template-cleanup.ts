import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { NetworkPolicySpec } from '../../../imports/kubernetes';
import { addAccount, addBinding, addRole, type PolicyRule } from '../../flux/rbac';
import { CLUSTERS_NAMESPACE } from '../../flux/wiring/names';
import type { Plain } from '../../plain';
import { PLATFORM_NAMESPACE } from '../../redis-backup/platform';
import { toServers } from '../network';
import { cleanupJob, cleanupProgram } from './job';
import { type Kind, REFERRERS } from './kinds';

/** Properties of a `TemplateCleanup`. */
export interface TemplateCleanupProps {
  /** The kinds of templates that it looks through: those that the installed providers bring. */
  readonly templates: readonly Kind[];
  /** Addresses of the API server, of its Service too, in CIDR notation. @default any */
  readonly apiServerCidrs?: readonly string[];
}

/** The name of all that belongs to it. */
const NAME = 'template-cleanup';

/**
 * A job that removes templates of machines which nothing uses any more, for an add-on of the management cluster in
 * the namespace `fleetwright-system`. Flux must not remove them: only that cluster knows when a rollout is over.
 *
 * What it removes and what it leaves is said in operator/template-cleanup/decide.ts.
 */
export class TemplateCleanup extends Construct {
  constructor(scope: Construct, id: string, { templates, apiServerCidrs }: TemplateCleanupProps) {
    super(scope, id);
    const account = { name: NAME, namespace: PLATFORM_NAMESPACE };
    const there = { name: NAME, namespace: CLUSTERS_NAMESPACE };
    addAccount(this, 'account', account);
    addRole(this, 'role', 'Role', there, [
      ...rulesFor(Object.values(REFERRERS), ['list']),
      ...rulesFor(templates, ['list', 'delete']),
    ]);
    addBinding(this, 'binding', 'RoleBinding', there, { kind: 'Role', name: NAME }, account);
    new ApiObject(this, 'program', cleanupProgram(account));
    new ApiObject(this, 'job', cleanupJob(account, templates));
    const spec: Plain<NetworkPolicySpec> = {
      podSelector: { matchLabels: { 'app.kubernetes.io/name': NAME } },
      policyTypes: ['Ingress', 'Egress'],
      // The way to DNS is in the namespace's own policy.
      egress: [toServers(apiServerCidrs)],
    };
    new ApiObject(this, 'network', {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: account,
      spec,
    });
  }
}

/** One rule for each group. */
function rulesFor(kinds: readonly Kind[], verbs: readonly string[]): PolicyRule[] {
  const groups = [...new Set(kinds.map(({ group }) => group))];
  return groups.map((group) => ({
    apiGroups: [group],
    resources: kinds.filter((kind) => kind.group === group).map(({ plural }) => plural),
    verbs,
  }));
}
