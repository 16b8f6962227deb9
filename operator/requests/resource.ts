import type { RedisBackupSpec } from '../../constructs/redis-backup/spec';
import type { Api, Condition, Kind, KubeObject } from '../kit';

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
export const REDIS_BACKUP: Kind = {
  ...{ group: 'fleetwright.dev', version: 'v1alpha1' },
  ...{ kind: 'RedisBackup', plural: 'redisbackups' },
};

/** A `RedisBackup`, as far as it is read here. */
export interface RedisBackup extends KubeObject {
  readonly spec: RedisBackupSpec;
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** Whether it was made from a Deployment. */
export function isOurs({ metadata: { name, labels } }: RedisBackup): boolean {
  return labels?.[REQUESTED_BY] === name;
}

/** Changes annotations of this very version, and its spec if asked to; null removes an annotation. */
export function annotate(
  { metadata: { name, namespace = '', resourceVersion } }: RedisBackup,
  api: Api,
  annotations: Readonly<Record<string, string | null>>,
  spec?: object,
): Promise<RedisBackup> {
  return api.merge(REDIS_BACKUP, { namespace, name }, { metadata: { resourceVersion, annotations }, spec });
}
