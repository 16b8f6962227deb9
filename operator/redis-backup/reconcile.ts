import { checkSpec } from '../../constructs/redis-backup/check';
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
  await forget(given);
  const bucket = await bringBucket(given);
  // A spec that has become wrong must not leave a server fenced.
  const { bundle, running, withApp, verdict } = await advanceRestore(given, bucket);
  const { redis, refused } = invalid
    ? { redis: await serverNow(bundle), refused: invalid }
    : await bringServerAndSecrets(bundle, withApp);
  const known = knownOf(bundle, bucket);
  if (redis.status === 'True' && !refused && withApp && !running) await runFirst(bundle, bucket);
  if (!invalid) await tidy(bundle, bucket);
  const { contents } = bucket;
  const verdicts = verdictsOf({
    ...{ spec: settled.spec, created: new Date(item.metadata.creationTimestamp), now: run.now },
    ...{ bucket: bucket.verdict, redis, refused: refused ?? verdict },
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

/** What is not as wanted in the one must not keep the other back: a server without S3 serves, too. */
async function bringServerAndSecrets(
  bundle: Bundle,
  withApp: boolean,
): Promise<{ redis: Verdict; refused?: Verdict }> {
  let refused: Verdict | undefined;
  try {
    await ensureSecrets(bundle, withApp);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    refused = { type: 'Ready', status: 'False', reason: error.reason, message: error.message };
  }
  try {
    return { redis: await bringServer(bundle), refused };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const { reason, message } = error;
    return { redis: { type: 'RedisReady', status: 'False', reason, message }, refused };
  }
}

/** What status says of the bucket: from now, or, while S3 is away, from when it was last read. */
function knownOf({ item }: Bundle, { missing, contents }: BucketState): RedisBackupStatus {
  const { lastBackup, lastProof, hardening } = item.status ?? {};
  if (!contents) return { lastBackup, lastProof, hardening };
  const { newest, newestProof } = contents;
  return {
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
