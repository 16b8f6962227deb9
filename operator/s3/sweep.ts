import {
  AbortMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { at, type BucketAccess, type BucketIdentity, codeOf } from './access';
import { BucketRefused } from './refused';
import { identityOf, isTaggedAs, readTags } from './tags';

/** Which bucket is to go, and whose it has to be. */
export interface RemoveProps extends BucketAccess {
  readonly identity: BucketIdentity;
  /** How many pages of a thousand versions one run deletes. @default 50 */
  readonly pages?: number;
}

/** What became of it. */
export interface Removal {
  /** Whether there is no such bucket any more. If not, another run goes on. */
  readonly done: boolean;
  /** Versions and delete markers that this run has deleted. */
  readonly deleted: number;
}

/**
 * Removes a bucket with all that is in it, if its tags carry the whole identity. It can be ended by the signal or be
 * killed at any call: the tags go last, with the bucket, so another run goes on.
 *
 * @throws BucketRefused if it is not ours
 */
export async function removeBucket(props: RemoveProps): Promise<Removal> {
  const count = { deleted: 0 };
  try {
    return { done: await remove(props, count), ...count };
  } catch (error) {
    if (props.signal.aborted) return { done: false, ...count };
    // Something wrote to it meanwhile.
    if (codeOf(error) === 'BucketNotEmpty') return { done: false, ...count };
    if (codeOf(error) === 'NoSuchBucket') return { done: true, ...count };
    throw error;
  }
}

async function remove(props: RemoveProps, count: { deleted: number }): Promise<boolean> {
  const { bucket, client, identity, pages = 50, signal } = props;
  const tags = await readTags(props);
  if (!tags) return true;
  if (!isTaggedAs(tags, identity)) {
    const { cluster, clusterUid, namespace, name } = identityOf(tags);
    const owner = cluster ? `${cluster}/${namespace}/${name}, cluster UID ${clusterUid}` : 'no bundle';
    throw new BucketRefused(
      'ForeignBucket',
      `bucket ${bucket} is not removed: by its tags it belongs to ${owner}`,
      'nothing has been deleted; remove it by hand if it is to go',
    );
  }
  await abortUploads(props);
  for (let page = 0; page < pages; page++) {
    const listed = await client.send(new ListObjectVersionsCommand(at(props)), { abortSignal: signal });
    const Objects = [...(listed.Versions ?? []), ...(listed.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }) => ({ Key, VersionId }),
    );
    if (Objects.length === 0) {
      await client.send(new DeleteBucketCommand(at(props)), { abortSignal: signal });
      return true;
    }
    const command = new DeleteObjectsCommand({ ...at(props), Delete: { Objects, Quiet: true } });
    const { Errors = [] } = await client.send(command, { abortSignal: signal });
    count.deleted += Objects.length - Errors.length;
    const [first] = Errors;
    if (first) {
      throw new Error(
        `bucket ${bucket}: ${Errors.length} versions cannot be deleted, first ${first.Key}: ${first.Code} ${first.Message}`,
      );
    }
  }
  return false;
}

/** Aborts the uploads that nobody has finished, those begun before a time if one is given. */
export async function abortUploads(access: BucketAccess, before?: Date): Promise<void> {
  const { client, signal } = access;
  let next: { KeyMarker?: string; UploadIdMarker?: string } | undefined = {};
  while (next) {
    const page: Awaited<ReturnType<typeof listUploads>> = await listUploads(access, next);
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (before && !(Initiated && Initiated < before)) continue;
      try {
        const command = new AbortMultipartUploadCommand({ ...at(access), Key, UploadId });
        await client.send(command, { abortSignal: signal });
      } catch (error) {
        if (codeOf(error) !== 'NoSuchUpload') throw error;
      }
    }
    next = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : undefined;
  }
}

function listUploads(access: BucketAccess, from: { KeyMarker?: string; UploadIdMarker?: string }) {
  const command = new ListMultipartUploadsCommand({ ...at(access), ...from });
  return access.client.send(command, { abortSignal: access.signal });
}
