import { minutesOf } from '../../constructs/redis-backup/pause';
import { resolveSpec } from '../../constructs/redis-backup/spec';
import { REQUESTED } from '../../constructs/redis-backup/status-schema';
import { type Api, type ItemRun, type Key, record } from '../kit';
import { REDIS_BACKUP } from '../redis-backup/kinds';
import type { RedisBackupResource } from '../redis-backup/resource';
import { annotate, isOurs, ORPHANED_SEEN, ORPHANED_SINCE, REQUEST } from './resource';
import { judge } from './say';

/** How long the operator may not have looked: it looks once a minute. What was in a longer pause, no one knows. */
const PAUSE = 3 * 60_000;

/** For how long a resource has been without the Deployment that asked for it. */
export interface Orphanage {
  readonly since: Date;
  /** When it may be deleted. */
  readonly until: Date;
}

/**
 * Only time counts in which it was seen to be without, by looks that followed each other. While the operator was down,
 * or its clock was moved, the Deployment may have been there: then it all starts again.
 */
export function orphanageOf({ metadata, spec }: RedisBackupResource, now: Date): Orphanage {
  const { [ORPHANED_SINCE]: began = '', [ORPHANED_SEEN]: last = '' } = metadata.annotations ?? {};
  const [since, seen] = [Date.parse(began), Date.parse(last)];
  const pause = now.getTime() - seen;
  const goesOn = since <= seen && pause >= 0 && pause <= PAUSE;
  const start = goesOn ? since : now.getTime();
  const grace = minutesOf(resolveSpec(spec).orphanGrace) * 60_000;
  return { since: new Date(start), until: new Date(start + grace) };
}

/** Deployment or annotation are not there: counts the time, and deletes the resource when it is up. */
export async function gone(key: Key, run: ItemRun): Promise<void> {
  const { api, now } = run;
  const backup = await api.get<RedisBackupResource>(REDIS_BACKUP, key);
  if (!backup || !isOurs(backup) || backup.metadata.deletionTimestamp) return;
  const { since, until } = orphanageOf(backup, now);
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
