import { minutesOf } from '../../constructs/redis-backup/pause';
import { resolveSpec } from '../../constructs/redis-backup/spec';
import { REQUESTED } from '../../constructs/redis-backup/status-schema';
import { type Api, type ItemRun, type Key, record } from '../kit';
import { REDIS_BACKUP } from '../redis-backup/kinds';
import type { RedisBackupResource } from '../redis-backup/resource';
import { annotate, isOurs, ORPHANED_SEEN, ORPHANED_SINCE, REQUEST } from './resource';
import { judge } from './say';

const MINUTE = 60_000;
/** How long the operator may not have looked. What was in a longer pause, no one knows. */
const PAUSE = 3 * MINUTE;

/** For how long a resource has been without the Deployment that asked for it. */
export interface Orphanage {
  readonly since: Date;
  /** When it may be deleted. */
  readonly until: Date;
}

/**
 * Only time counts in which it was seen to be without, by looks that followed each other. An event says that the
 * Deployment was there; while the operator was down, or its clock was moved, it may have been: then it all starts
 * again. It looks once a minute, so that no look counts for more, however far a clock jumps.
 */
export function orphanageOf(
  { metadata, spec }: RedisBackupResource,
  { reason, now }: Pick<ItemRun, 'reason' | 'now'>,
): Orphanage {
  const { [ORPHANED_SINCE]: began = '', [ORPHANED_SEEN]: last = '' } = metadata.annotations ?? {};
  const [since, seen] = [Date.parse(began), Date.parse(last)];
  const pause = now.getTime() - seen;
  const wasThere = reason === 'changed' || reason === 'start';
  const goesOn = !wasThere && since <= seen && pause >= 0 && pause <= PAUSE;
  const start = goesOn ? since + Math.max(0, pause - MINUTE) : now.getTime();
  const grace = minutesOf(resolveSpec(spec).orphanGrace) * MINUTE;
  return { since: new Date(start), until: new Date(start + grace) };
}

/** Deployment or annotation are not there: counts the time, and deletes the resource when it is up. */
export async function gone(key: Key, run: ItemRun): Promise<void> {
  const { api, now } = run;
  const backup = await api.get<RedisBackupResource>(REDIS_BACKUP, key);
  if (!backup || !isOurs(backup) || backup.metadata.deletionTimestamp) return;
  const { since, until } = orphanageOf(backup, run);
  const { uid, resourceVersion } = backup.metadata;
  const why = `Deployment ${key.name}, or its annotation ${REQUEST}, is gone since ${since.toISOString()}`;
  if (now >= until) {
    const note = `deleted: ${why}`;
    await record(api, backup, { type: 'Normal', reason: 'Orphaned', action: 'Delete', note }, now);
    await api.remove(REDIS_BACKUP, key, uid, resourceVersion);
    return;
  }
  const seen = { [ORPHANED_SINCE]: since.toISOString(), [ORPHANED_SEEN]: now.toISOString() };
  const marked = await annotate(backup, api, seen);
  const message = `${why}; if that lasts until ${until.toISOString()}, this resource is deleted as its reclaimPolicy says`;
  await judge(marked, { type: REQUESTED, status: 'False', reason: 'Orphaned', message }, run);
}

/** Deployment and annotation are there: nothing counts any more. */
export async function unorphan(backup: RedisBackupResource, api: Api): Promise<RedisBackupResource> {
  const { annotations = {} } = backup.metadata;
  if (!(ORPHANED_SINCE in annotations) && !(ORPHANED_SEEN in annotations)) return backup;
  return annotate(backup, api, { [ORPHANED_SINCE]: null, [ORPHANED_SEEN]: null });
}
