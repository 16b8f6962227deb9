import { minutesOf } from '../../constructs/redis-backup/pause';
import type { ResolvedSpec } from '../../constructs/redis-backup/spec';
import type { Verdict } from '../kit';
import type { BackupManifest } from '../s3/layout';
import type { Failures } from './failures';
import type { LastBackup, RedisBackupStatus } from './resource';

const MINUTE = 60_000;

/** What is known of a bundle in one run. */
export interface Observed {
  readonly spec: ResolvedSpec;
  readonly created: Date;
  readonly now: Date;
  readonly bucket: Verdict;
  readonly redis: Verdict;
  /** From this run, or from the last one that reached the bucket. */
  readonly lastBackup?: LastBackup;
  readonly lastProof?: RedisBackupStatus['lastProof'];
  /** The newest manifest, if the bucket was read. */
  readonly newest?: BackupManifest;
  readonly accepted?: boolean;
  /** Why the newest jobs failed. */
  readonly failures?: Failures;
  /** What hinders more than bucket and server, such as credentials that are missing. */
  readonly refused?: Verdict;
}

/** All conditions, `Ready` last. */
export function verdictsOf(observed: Observed): Verdict[] {
  const { bucket, redis, refused } = observed;
  const parts = [bucket, redis];
  const wrong = refused ?? parts.find(({ status }) => status !== 'True');
  const ready: Verdict = wrong
    ? { type: 'Ready', status: 'False', reason: wrong.reason, message: wrong.message }
    : { type: 'Ready', status: 'True', reason: 'Ready', message: 'bucket and server are ready' };
  return [...parts, ...suspicious(observed), ...promisesOf(observed), ready];
}

/** What follows from the time alone: true or not, whatever else could not be found out. */
export function promisesOf({
  spec,
  created,
  now,
  lastBackup,
  lastProof,
  failures = {},
}: Pick<Observed, 'spec' | 'created' | 'now' | 'lastBackup' | 'lastProof' | 'failures'>): Verdict[] {
  const fresh = younger('BackupFresh', 'backup', spec.freshness, lastBackup?.time, created, now);
  const proven = younger('RestoreProven', 'proof', spec.restoreTest.freshness, lastProof?.time, created, now);
  const { backup, restoreTest } = failures;
  return [
    backup ? { ...fresh, message: `${fresh.message}. ${backup}` } : fresh,
    // A backup that did not load is no matter of time.
    restoreTest ? { ...proven, status: 'False', reason: 'RestoreTestFailed', message: restoreTest } : proven,
  ];
}

/** Whether the newest of something is as new as promised. One that is just beginning has the same time for its first. */
function younger(
  type: string,
  what: string,
  promise: string,
  time: string | undefined,
  created: Date,
  now: Date,
): Verdict {
  const age = now.getTime() - (time ? new Date(time) : created).getTime();
  const late = age > minutesOf(promise) * MINUTE;
  if (!time) {
    const message = `there is no ${what} yet; the promise is one every ${promise}`;
    return { type, status: late ? 'False' : 'Unknown', reason: 'NoneYet', message };
  }
  if (late) {
    const message = `the newest ${what} is of ${time}; the promise is one every ${promise}`;
    return { type, status: 'False', reason: 'TooOld', message };
  }
  return { type, status: 'True', reason: 'Fresh', message: `the newest ${what} is of ${time}` };
}

/** Unknown buckets leave the last verdict as it is: a suspicion does not go because S3 is away. */
function suspicious({ newest, accepted }: Observed): Verdict[] {
  const type = 'BackupSuspicious';
  if (!newest) return [];
  if (newest.suspicious && !accepted) {
    const { id, keys, baseline } = newest;
    const message =
      `backup ${id} has ${keys} keys, and ${baseline.id} had ${baseline.keys}: nothing is deleted any more. ` +
      `If that is right, annotate the resource with fleetwright.dev/accept-backup: ${id}; if not, docs/restore.md`;
    return [{ type, status: 'True', reason: 'KeysFell', message }];
  }
  return [
    { type, status: 'False', reason: 'AsExpected', message: `the newest backup has ${newest.keys} keys` },
  ];
}
