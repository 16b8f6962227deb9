import type { BundleIdentity } from '../../constructs/redis-backup/identity';
import { type BucketAccess, type BucketIdentity, codeOf, statusOf } from './access';
import { type BackupManifest, LayoutError } from './layout';
import { BucketRefused } from './refused';
import { identityOf, readTags } from './tags';

/** A backup that another bundle has made. */
export class ForeignBackup extends LayoutError {
  constructor(readonly manifest: BackupManifest) {
    super(manifest.key, `foreign: a backup of ${textOf(manifest)}`);
    this.name = 'ForeignBackup';
  }
}

/**
 * A manifest, if it is the bundle's.
 *
 * @param identity @default anyone's
 * @throws ForeignBackup if another bundle has made it
 */
export function ownManifest(manifest: BackupManifest, identity: BundleIdentity | undefined): BackupManifest {
  if (identity && textOf(manifest) !== textOf(identity)) throw new ForeignBackup(manifest);
  return manifest;
}

/** A bundle as people write it. */
export function textOf({ cluster, namespace, name }: Partial<BundleIdentity>): string {
  return [cluster, namespace, name].map((part) => part ?? '?').join('/');
}

/** The refusal of a bucket whose tags name another bundle. */
export function foreignBucket(bucket: string, found: Partial<BundleIdentity>): BucketRefused {
  return new BucketRefused(
    'ForeignBucket',
    `bucket ${bucket} belongs to ${textOf(found)}`,
    'choose another `bucket.name`, or leave it out',
  );
}

/** The refusal of a bucket whose tags name another cluster of the same name. */
export function wrongCluster(bucket: string, found: Partial<BucketIdentity>, own: BucketIdentity) {
  return new BucketRefused(
    'WrongCluster',
    `bucket ${bucket} is of another cluster named ${own.cluster}, with the UID ${found.clusterUid}; this one has ${own.clusterUid}`,
    `if that cluster is gone for ever and this one takes its place, say so on the RedisBackup by the annotation \`fleetwright.dev/adopt-bucket: ${found.clusterUid}\`; else give this cluster another name`,
  );
}

/**
 * Whether a bucket's tags say that it is the bundle's, for one who may not be allowed to read them.
 *
 * @param clusterUid of the cluster, where it is known
 * @returns why nothing says whose it is, or undefined if it is the bundle's
 * @throws BucketRefused if they name another bundle, or another cluster
 */
export async function doubtOf(
  access: BucketAccess,
  identity: BundleIdentity,
  clusterUid?: string,
): Promise<string | undefined> {
  const { bucket } = access;
  const read = await readTags(access).catch(reasonOf);
  if (typeof read === 'string') return `the tags of bucket ${bucket} cannot be read (${read})`;
  const found = identityOf(read ?? new Map());
  const fields = ['cluster', 'namespace', 'name'] as const;
  const there = fields.filter((field) => found[field] !== undefined);
  if (there.some((field) => found[field] !== identity[field])) throw foreignBucket(bucket, found);
  if (clusterUid !== undefined && (found.clusterUid ?? clusterUid) !== clusterUid) {
    throw wrongCluster(bucket, found, { ...identity, clusterUid });
  }
  return there.length === fields.length ? undefined : `bucket ${bucket} has no tags that say whose it is`;
}

/** Why tags were not told, where another try would not be either. */
function reasonOf(error: unknown): string {
  const { cause = error } = error as { cause?: unknown };
  const status = statusOf(cause);
  if (status === 403 || status === 405 || status === 501) return `S3 says ${codeOf(cause)}`;
  throw error;
}
