import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { at, type BucketAccess, type BucketIdentity, codeOf } from './access';
import { foreignBucket, wrongCluster } from './owner';
import { BucketRefused } from './refused';
import { applySettings, type SettingName } from './settings';
import { createTagged, identityOf, isTaggedAs, readTags, type Tags, writeTags } from './tags';

/** Which bucket is wanted, and whose it is. */
export interface EnsureProps extends BucketAccess {
  readonly identity: BucketIdentity;
  /** Whether its name was recorded before it may have been made: then one without tags can be ours. */
  readonly recorded: boolean;
  /** Fail where the server cannot do everything. */
  readonly requireHardening: boolean;
  /** The UID of a cluster of the same name that is lost, whose bucket a person has allowed to take over. */
  readonly adoptFrom?: string;
}

/** A bucket that is there, is ours, and is as it has to be. */
export interface EnsuredBucket {
  readonly created: boolean;
  /** What the server cannot do. */
  readonly missing: SettingName[];
}

/** What S3 says when a bucket has been made meanwhile. */
const THERE: ReadonlySet<string> = new Set([
  'BucketAlreadyOwnedByYou',
  'BucketAlreadyExists',
  'OperationAborted',
]);

/**
 * Makes a bucket, or takes the one that is there if it is ours, and puts its settings right.
 *
 * @throws BucketRefused if it is not surely ours, or cannot be what is asked for
 */
export async function ensureBucket(props: EnsureProps): Promise<EnsuredBucket> {
  const { identity, bucket } = props;
  let created = false;
  let tags = await readTags(props);
  if (!tags) {
    created = await create(props);
    tags = await readTags(props);
    if (!tags) throw new Error(`bucket ${bucket} was made, but S3 does not know it yet`);
  }
  if (!isTaggedAs(tags, identity)) {
    // A server that has ignored the tags in the call that made it.
    if (!created || Object.keys(identityOf(tags)).length > 0) await judge(props, tags);
    await writeTags(props, tags, identity);
  }
  const missing = await applySettings(props);
  if (props.requireHardening && missing.length > 0) {
    throw new BucketRefused(
      'HardeningMissing',
      `the S3 server has no ${missing.join(', ')}, which bucket ${bucket} requires`,
      'use a server that has it, or leave out `bucket.requireHardening`',
    );
  }
  return { created, missing };
}

async function create(props: EnsureProps): Promise<boolean> {
  try {
    await createTagged(props, props.identity);
    return true;
  } catch (error) {
    if (THERE.has(codeOf(error))) return false;
    if (codeOf(error) !== 'AccessDenied') throw error;
    throw new BucketRefused(
      'AccessDenied',
      `S3 refuses to make bucket ${props.bucket}: ${(error as Error).message}`,
      "let the operator's identity create and tag buckets that begin with the platform's prefix",
      error,
    );
  }
}

/** Whether a bucket whose tags are not ours may be made ours. */
async function judge(props: EnsureProps, tags: Tags): Promise<void> {
  const { bucket, identity, adoptFrom, recorded } = props;
  const found = identityOf(tags);
  const fields = Object.keys(found) as (keyof BucketIdentity)[];
  const differs = fields.filter((field) => found[field] !== identity[field]);
  if (fields.length === 0) return judgeUntagged(props);
  if (differs.length === 0) {
    // Some of the tags were taken off.
    if (recorded && found.clusterUid) return;
    throw untagged(bucket, 'has only some of the tags that say whose it is', identity);
  }
  if (differs.length === 1 && differs[0] === 'clusterUid') {
    if (fields.length === 4 && adoptFrom !== undefined && found.clusterUid === adoptFrom) return;
    throw wrongCluster(bucket, found, identity);
  }
  throw foreignBucket(bucket, found);
}

async function judgeUntagged(props: EnsureProps): Promise<void> {
  const { bucket, identity, recorded } = props;
  if (!recorded) throw untagged(bucket, 'is there already, and has no tags', identity);
  if (!(await isOwnAccounts(props))) {
    throw untagged(bucket, 'has no tags, and belongs to another account', identity);
  }
  if (!(await isEmpty(props))) throw untagged(bucket, 'has no tags, and is not empty', identity);
}

function untagged(bucket: string, problem: string, identity: BucketIdentity): BucketRefused {
  const { cluster, clusterUid, namespace, name } = identity;
  return new BucketRefused(
    'UntaggedBucket',
    `bucket ${bucket} ${problem}`,
    `choose another \`bucket.name\`; or, if it is ours, tag it fleetwright.dev/cluster=${cluster}, fleetwright.dev/cluster-uid=${clusterUid}, fleetwright.dev/namespace=${namespace}, fleetwright.dev/name=${name}`,
  );
}

/**
 * Whether it is our account's: S3 says so when it is to be made again, which needs no right to list the buckets of an
 * account. In us-east-1 it says yes to that.
 */
async function isOwnAccounts(props: EnsureProps): Promise<boolean> {
  try {
    await createTagged(props, props.identity);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === 'BucketAlreadyExists') return false;
    if (code === 'BucketAlreadyOwnedByYou') return true;
    throw error;
  }
}

async function isEmpty(props: EnsureProps): Promise<boolean> {
  const command = new ListObjectVersionsCommand({ ...at(props), MaxKeys: 1 });
  const { Versions = [], DeleteMarkers = [] } = await props.client.send(command, {
    abortSignal: props.signal,
  });
  return Versions.length === 0 && DeleteMarkers.length === 0;
}
