import type { Api, Kind } from '../kit';
import { REDIS_BACKUP } from '../redis-backup/kinds';
import type { RedisBackupResource } from '../redis-backup/resource';

/** What an app's Deployment asks for a bundle by. */
export const REQUEST = 'fleetwright.dev/redis-backup';
/** The label by which a `RedisBackup` refers back to the Deployment that asked for it. Without it, it is someone's own. */
export const REQUESTED_BY = 'fleetwright.dev/requested-by';
/** The annotation with the spec that was asked for last: what is in it and no longer asked for goes. */
export const REQUESTED_SPEC = 'fleetwright.dev/requested-spec';
/** The annotations that say since when Deployment or annotation are gone, and until when that was seen. */
export const ORPHANED_SINCE = 'fleetwright.dev/orphaned-since';
export const ORPHANED_SEEN = 'fleetwright.dev/orphaned-seen';

export const DEPLOYMENT: Kind = { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments' };
/** Who wrote what of an object. */
interface Written {
  readonly operation?: string;
  readonly subresource?: string;
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Whether it is as its Deployment asks: made from one, and declared by no one else since. Flux or a person may bring a
 * resource of that name a moment later, and it becomes theirs.
 */
export function isOurs({ metadata }: RedisBackupResource): boolean {
  const {
    name,
    labels,
    annotations = {},
    managedFields = [],
  } = metadata as RedisBackupResource['metadata'] & {
    readonly managedFields?: readonly Written[];
  };
  const applied = managedFields.some(({ operation, subresource }) => operation === 'Apply' && !subresource);
  return labels?.[REQUESTED_BY] === name && !applied && !(LAST_APPLIED in annotations);
}

/** Changes annotations of this very version, and its spec if asked to; null removes an annotation. */
export function annotate(
  { metadata: { name, namespace = '', resourceVersion } }: RedisBackupResource,
  api: Api,
  annotations: Readonly<Record<string, string | null>>,
  spec?: object,
): Promise<RedisBackupResource> {
  return api.merge(REDIS_BACKUP, { namespace, name }, { metadata: { resourceVersion, annotations }, spec });
}
