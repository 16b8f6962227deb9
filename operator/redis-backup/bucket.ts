import { PutObjectCommand } from '@aws-sdk/client-s3';
import { endpointOf } from '../../constructs/redis-backup/platform';
import { deadline, type Verdict } from '../kit';
import { at, type BucketAccess, type BucketIdentity } from '../s3/access';
import { ensureBucket } from '../s3/bucket';
import { accountOf } from '../s3/client';
import { type BucketContents, readContents } from '../s3/contents';
import { acceptedKey } from '../s3/layout';
import { BucketRefused } from '../s3/refused';
import type { SettingName } from '../s3/settings';
import { readTags } from '../s3/tags';
import { isExpected } from './acceptance';
import type { Bundle } from './bundle';
import { said } from './resource';
import { writeStatus } from './status';

/** What a run found in the bucket. */
export interface BucketState {
  readonly verdict: Verdict;
  /** Whether it is someone else's, or not as required: nothing of the bundle may write to it. */
  readonly refused?: boolean;
  /** What the server cannot do, if it was reached. */
  readonly missing?: readonly SettingName[];
  readonly contents?: BucketContents;
}

/** The reason of a bucket that could not be reached. */
const S3_FAILED = 'S3Failed';

/** How long S3 may take in one run, in milliseconds: a bundle has more to look after. */
const PATIENCE = 10_000;
/** The same, once S3 has not answered several bundles of this run: the others must not wait for it as well. */
const IMPATIENCE = 2_000;
const SEVERAL = 3;
/** How many bundles S3 has not answered, one after the other. A run is a process of its own. */
let unanswered = 0;

/** The bucket of a bundle, as the calls to S3 take it. */
export function accessOf({ settled, settings, s3, run }: Bundle): BucketAccess {
  const { operator } = settings.platform.s3;
  return {
    client: s3,
    bucket: settled.bucket,
    signal: deadline(run.signal, unanswered < SEVERAL ? PATIENCE : IMPATIENCE),
    account: 'roleArn' in operator ? accountOf(operator.roleArn) : undefined,
  };
}

/** Whose the bucket has to be. */
export function bucketIdentity({ settled, clusterUid }: Bundle): BucketIdentity {
  return { ...settled.identity, clusterUid };
}

/** Makes the bucket, or puts it right, and reads what it holds. */
export async function bringBucket(bundle: Bundle): Promise<BucketState> {
  const type = 'BucketReady';
  const away = stillAway(bundle);
  if (away) return { verdict: away };
  try {
    const access = accessOf(bundle);
    const { missing } = await ensureBucket({
      ...access,
      identity: bucketIdentity(bundle),
      recorded: await recorded(bundle, access),
      requireHardening: bundle.settled.spec.bucket?.requireHardening ?? false,
      adoptFrom: said(bundle.item, 'adoptBucket'),
    });
    const contents = await accepted(
      bundle,
      access,
      await readContents({ ...access, identity: bucketIdentity(bundle), now: bundle.run.now }),
    );
    unanswered = 0;
    const message =
      missing.length === 0
        ? `bucket ${access.bucket} has all its settings`
        : `bucket ${access.bucket} is there; the S3 server has no ${missing.join(', ')}`;
    return { verdict: { type, status: 'True', reason: 'Ready', message }, missing, contents };
  } catch (error) {
    if (error instanceof BucketRefused) {
      const message = `${error.message}: ${error.remedy}`;
      return { refused: true, verdict: { type, status: 'False', reason: error.reason, message } };
    }
    unanswered++;
    const message = `S3 at ${endpointOf(bundle.settings.platform)}: ${(error as Error).message}`;
    return { verdict: { type, status: 'False', reason: S3_FAILED, message } };
  }
}

/**
 * The last verdict, where S3 was away a moment ago: what changes about the bundle's other objects is no reason to wait
 * for it again, and the other bundles of the run would wait, too. The next tick asks.
 */
function stillAway({ item, run }: Bundle): Verdict | undefined {
  if (run.reason !== 'related') return undefined;
  return item.status?.conditions?.find(({ type, reason }) => type === 'BucketReady' && reason === S3_FAILED);
}

/**
 * Notes the name before a bucket of that name may be made, and says whether it was noted: one without tags is ours
 * only then. A bucket that is there already, and is not noted, is judged by its tags alone.
 */
async function recorded(bundle: Bundle, access: BucketAccess): Promise<boolean> {
  const { item, settled, settings } = bundle;
  if (item.status?.bucket === settled.bucket) return true;
  if (await readTags(access)) return false;
  await writeStatus(bundle, { bucket: settled.bucket, endpoint: endpointOf(settings.platform) });
  return true;
}

/** Notes that a suspicious backup is right where the next backup reads it. */
async function accepted(
  { item, settled }: Bundle,
  access: BucketAccess,
  contents: BucketContents,
): Promise<BucketContents> {
  const { newest } = contents;
  if (!newest?.suspicious || contents.accepted.has(newest.id)) return contents;
  if (!isExpected(item, newest, settled.spec.suspiciousFall)) return contents;
  const body = JSON.stringify({ version: 1, id: newest.id });
  await access.client.send(
    new PutObjectCommand({
      ...at(access),
      Key: acceptedKey(newest.id),
      Body: body,
      ContentType: 'application/json',
    }),
    { abortSignal: access.signal },
  );
  return { ...contents, accepted: new Set([...contents.accepted, newest.id]) };
}
