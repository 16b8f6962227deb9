import type { RedisPlatform } from '../redis-backup/platform';
import type { Rule } from './rbac';

const READ = ['get', 'list', 'watch'] as const;
const OWN = [...READ, 'create', 'patch', 'delete'] as const;

/**
 * What the operator may do in every namespace for bundles. Bundles are wherever apps are, so these rights
 * cannot be bound to known namespaces.
 *
 * A role cannot say "only its own": names follow from the resource's, and patterns are not to be had. So the
 * admission policy in guard.ts says it, for everything that is written. Reading cannot be limited like that: who
 * has the operator's token reads every Secret of the cluster, of which it needs those of each bundle, and the
 * ones that `restart-on` and `spec.restore` name.
 */
export const BUNDLE_RULES: readonly Rule[] = [
  // Annotations ask for bundles; Events go to the Deployment.
  { apiGroups: ['apps'], resources: ['deployments'], verbs: READ },
  { apiGroups: ['fleetwright.dev'], resources: ['redisbackups'], verbs: OWN },
  {
    apiGroups: ['fleetwright.dev'],
    resources: ['redisbackups/status', 'redisbackups/finalizers'],
    verbs: ['patch', 'update'],
  },
  // The cluster's identity is the UID of this one.
  { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
  { apiGroups: [''], resources: ['secrets', 'serviceaccounts'], verbs: OWN },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'], verbs: OWN },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: OWN },
  // Why a job failed is in its pod's termination message; where the data stays is a volume claim.
  { apiGroups: [''], resources: ['pods', 'persistentvolumeclaims'], verbs: ['get', 'list'] },
  // With the reclaim policy Delete the volume goes, too.
  { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['delete'] },
];

/** The annotation of a workload's pods whose change restarts them: the one thing of a workload's spec that is written. */
export const RESTARTED_AT = 'fleetwright.dev/restarted-at';

/** What `fleetwright.dev/restart-on` needs: what a workload names, never watched, and the workloads that roll. */
export const RESTART_RULES: readonly Rule[] = [
  { apiGroups: [''], resources: ['configmaps', 'secrets'], verbs: ['get'] },
  {
    apiGroups: ['apps'],
    resources: ['deployments', 'statefulsets', 'daemonsets'],
    verbs: [...READ, 'patch'],
  },
];

/** In the namespace of HelmReleases: these, and the source of their chart. */
export function releaseRules(chart: RedisPlatform['chart']): readonly Rule[] {
  const source = chart?.kind === 'OCIRepository' ? 'ocirepositories' : 'helmcharts';
  return [
    { apiGroups: ['helm.toolkit.fluxcd.io'], resources: ['helmreleases'], verbs: OWN },
    { apiGroups: ['source.toolkit.fluxcd.io'], resources: [source], verbs: READ },
  ];
}

/** In its own namespace: what it has to remember of resources that are gone. */
export const OWN_RULES: readonly Rule[] = [{ apiGroups: [''], resources: ['configmaps'], verbs: OWN }];
