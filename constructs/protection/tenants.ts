import type { Construct } from 'constructs';
import { addAdmissionPolicy } from './admission-policy';

/** The label of namespaces that belong to a tenant. */
const TENANT = 'fleetwright.dev/tenant';

/** Every place in a sync where a source is named. */
const SOURCES = [
  'object.spec.?sourceRef',
  'object.spec.?chartRef',
  'object.spec.?chart.?spec.?sourceRef',
] as const;

/**
 * Refuses syncs of tenants that act as Flux itself, or that read another namespace's source. The hub cannot
 * use Flux' own switch for it: that would impersonate on the clusters it fills, too.
 */
export function addTenantPolicy(scope: Construct): void {
  addAdmissionPolicy(scope, 'fleetwright-tenants', {
    matchConstraints: {
      namespaceSelector: { matchExpressions: [{ key: TENANT, operator: 'Exists' }] },
      resourceRules: [
        sync('helm.toolkit.fluxcd.io', 'helmreleases'),
        sync('kustomize.toolkit.fluxcd.io', 'kustomizations'),
      ],
    },
    matchConditions: [
      {
        // One that is being deleted must be able to lose its finalizer, and nothing more: who can hold it
        // back with a finalizer of their own would else change it, and Flux remove as itself what it made.
        name: 'not-only-ending',
        expression:
          '!has(object.metadata.deletionTimestamp) || oldObject == null || object.spec != oldObject.spec',
      },
    ],
    validations: [
      {
        expression: "object.spec.?serviceAccountName.orValue('') != ''",
        message:
          "a tenant's sync needs spec.serviceAccountName: without it, it would act with all that Flux may do",
        reason: 'Forbidden',
      },
      {
        expression: `[${SOURCES.map((source) => `${source}.?namespace.orValue('')`).join(', ')}].all(written, written in ['', request.namespace])`,
        message:
          "a tenant's sync reads sources of its own namespace only: leave the namespace of its source out",
        reason: 'Forbidden',
      },
    ],
  });
}

/** @see the deletion policy for why any version */
function sync(group: string, resource: string) {
  return {
    apiGroups: [group],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources: [resource],
  };
}
