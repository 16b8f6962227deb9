import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { at, type BucketAccess } from './access';
import { forEach } from './for-each';

/** A version or a delete marker, with its key. */
interface Listed {
  readonly Key?: string;
  readonly VersionId?: string;
  readonly IsLatest?: boolean;
  readonly LastModified?: Date;
  readonly isMarker: boolean;
}

/** How many go in a run: S3 gets only so long, and the next run goes on. */
const BATCH = 200;

/**
 * Deletes what was replaced or deleted before a time, as the lifecycle of a server does that has it. A delete marker
 * goes once it is alone: without it the version below would be back.
 */
export async function deleteNoncurrent(access: BucketAccess, before: Date): Promise<void> {
  let newer: Listed | undefined;
  let marker: Listed | undefined;
  const gone: Listed[] = [];
  for await (const version of allVersions(access)) {
    const isSameKey = newer?.Key === version.Key;
    if (marker && !isSameKey) gone.push(marker);
    // A version is noncurrent since the next one was made.
    const isOld = isSameKey && !version.IsLatest && isBefore(newer, before);
    if (isOld) gone.push(version);
    if (gone.length >= BATCH) break;
    marker =
      !isSameKey && version.isMarker && version.IsLatest && isBefore(version, before) ? version : undefined;
    newer = version;
  }
  if (marker && gone.length < BATCH) gone.push(marker);
  await forEach(gone, (version) => remove(access, version));
}

function isBefore(version: Listed | undefined, time: Date): boolean {
  return version?.LastModified !== undefined && version.LastModified < time;
}

/** All versions and delete markers, key by key, the newest of each first. */
async function* allVersions(access: BucketAccess): AsyncGenerator<Listed> {
  let next: { KeyMarker?: string; VersionIdMarker?: string } | undefined = {};
  while (next) {
    const page: Awaited<ReturnType<typeof listVersions>> = await listVersions(access, next);
    const versions = (page.Versions ?? []).map((version) => ({ ...version, isMarker: false }));
    const markers = (page.DeleteMarkers ?? []).map((version) => ({ ...version, isMarker: true }));
    yield* [...versions, ...markers].sort(byKeyThenNewest);
    next = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
}

function byKeyThenNewest(a: Listed, b: Listed): number {
  if (a.Key !== b.Key) return (a.Key ?? '') < (b.Key ?? '') ? -1 : 1;
  if (a.IsLatest !== b.IsLatest) return a.IsLatest ? -1 : 1;
  return (b.LastModified?.getTime() ?? 0) - (a.LastModified?.getTime() ?? 0);
}

function listVersions(access: BucketAccess, from: { KeyMarker?: string; VersionIdMarker?: string }) {
  const command = new ListObjectVersionsCommand({ ...at(access), ...from });
  return access.client.send(command, { abortSignal: access.signal });
}

async function remove(access: BucketAccess, { Key, VersionId }: Listed): Promise<void> {
  const command = new DeleteObjectCommand({ ...at(access), Key, VersionId });
  await access.client.send(command, { abortSignal: access.signal });
}
