import { checkSpec } from '../../constructs/redis-backup/check';
import { endpointOf } from '../../constructs/redis-backup/platform';
import type { Verdict } from '../kit';
import { backupKey } from '../s3/layout';
import { type BucketState, bringBucket } from './bucket';
import type { Bundle } from './bundle';
import { failuresOf } from './failures';
import { runOnce } from './jobs';
import { forget } from './ledger';
import { Refused } from './refused';
import type { RedisBackupStatus } from './resource';
import { advanceRestore } from './restore/advance';
import { ensureSecrets } from './secrets';
import { bringServer, serverNow } from './server';
import { writeStatus } from './status';
import { tidy } from './tidy';
import { verdictsOf } from './verdicts';

/** Brings everything of a bundle to what its resource asks for, and says in its status how far it got. */
export async function reconcile(given: Bundle): Promise<void> {
  const { item, settled, run } = given;
  const invalid = invalidSpec(given);
  const bucket = await bringBucket(given);
  // A spec that has become wrong must not leave a server fenced.
  const { bundle, running, withApp, verdict } = await advanceRestore(given, bucket);
  const { redis, refused } = invalid
    ? { redis: await serverNow(bundle), refused: invalid }
    : await bringServerAndSecrets(bundle, withApp, bucket.refused ? bucket.verdict : undefined);
  const known = knownOf(bundle, bucket);
  if (redis.status === 'True' && !refused && withApp && !running) await runFirst(bundle, bucket);
  const { contents } = bucket;
  if (contents) await forget(bundle);
  const untidy = invalid ? undefined : await tidied(bundle, bucket);
  const verdicts = verdictsOf({
    ...{ spec: settled.spec, created: new Date(item.metadata.creationTimestamp), now: run.now },
    ...{ bucket: untidy ?? bucket.verdict, redis, refused: refused ?? verdict },
    ...{ lastBackup: known.lastBackup, lastProof: known.lastProof, failures: await failuresOf(bundle) },
    newest: contents?.newest,
    accepted: contents?.newest && contents.accepted.has(contents.newest.id),
  });
  await writeStatus(bundle, { ...known, observedGeneration: item.metadata.generation }, verdicts);
}

function invalidSpec({ item }: Bundle): Verdict | undefined {
  const { name, namespace } = item.metadata;
  const [problem] = checkSpec(`${namespace}/${name}`, item.spec);
  if (!problem) return undefined;
  const message = `spec.${problem.field} ${JSON.stringify(problem.value)} ${problem.problem}: ${problem.remedy}`;
  return { type: 'Ready', status: 'False', reason: 'SpecInvalid', message };
}

/** Retention that fails must not keep from saying how old the newest backup is. */
async function tidied(bundle: Bundle, bucket: BucketState): Promise<Verdict | undefined> {
  try {
    await tidy(bundle, bucket);
    return undefined;
  } catch (error) {
    const message = `old backups could not be deleted: ${(error as Error).message}`;
    return { type: 'BucketReady', status: 'False', reason: 'RetentionFailed', message };
  }
}

/** What is not as wanted in the one must not keep the other back: a server without S3 serves, too. */
async function bringServerAndSecrets(
  bundle: Bundle,
  withApp: boolean,
  bucket: Verdict | undefined,
): Promise<{ redis: Verdict; refused?: Verdict }> {
  let refused: Verdict | undefined;
  try {
    await ensureSecrets(bundle, withApp);
  } catch (error) {
    refused = verdictOf('Ready', error as Error);
  }
  try {
    return { redis: await bringServer(bundle, bucket), refused };
  } catch (error) {
    return { redis: verdictOf('RedisReady', error as Error), refused };
  }
}

function verdictOf(type: string, error: Error): Verdict {
  const reason = error instanceof Refused ? error.reason : 'Failed';
  return { type, status: 'False', reason, message: error.message };
}

/** What status says of the bucket: from now, or, while S3 is away, from when it was last read. */
function knownOf({ item, settled, settings }: Bundle, { missing, contents }: BucketState): RedisBackupStatus {
  const { lastBackup, lastProof, hardening } = item.status ?? {};
  if (!contents) return { lastBackup, lastProof, hardening };
  const { newest, newestProof } = contents;
  return {
    // Also of a bucket that was found again, which nobody had to make.
    ...{ bucket: settled.bucket, endpoint: endpointOf(settings.platform) },
    hardening: missing ?? hardening,
    lastBackup: newest && {
      ...{ key: newest.key, time: newest.finishedAt, bytes: newest.bytes, keys: newest.keys },
      ...{ digest: newest.digest, sha256: newest.sha256 },
    },
    lastProof: newestProof && { key: backupKey(newestProof.backup), time: newestProof.time },
  };
}

/** A new bundle has its first backup and its first proof at once, not when their schedules next say so. */
async function runFirst(bundle: Bundle, { contents }: BucketState): Promise<void> {
  if (!contents) return;
  if (contents.ids.length === 0) await runOnce(bundle, 'backup', 'first');
  else if (!contents.newestProof) await runOnce(bundle, 'restoreTest', 'first');
}
