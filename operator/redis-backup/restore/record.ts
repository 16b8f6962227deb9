import { PutObjectCommand } from '@aws-sdk/client-s3';
import { at, type BucketAccess, statusOf } from '../../s3/access';
import { readDocument } from '../../s3/contents';
import { restoreKey } from '../../s3/layout';
import type { Observed } from './observed';
import type { RestoreStatus } from './status';

/** What the bucket says of a restore. It outlives the resource, so that an id runs once. */
interface RestoreRecord {
  readonly version: 1;
  readonly id: string;
  readonly startedAt: string;
  readonly key?: string;
  /** What the server had before. */
  readonly backup?: string;
  readonly outcome?: string;
  readonly finishedAt?: string;
}

/** Whose an id is, as the bucket says; `ours` is that of the restore in status. */
export async function ownerOf(
  access: BucketAccess,
  id: string,
  status?: RestoreStatus,
): Promise<Observed['id']> {
  const record = await read(access, id);
  if (!record) return 'free';
  if (status?.id !== id || record.startedAt !== status.startedAt) return 'used';
  return record.finishedAt ? 'finished' : 'ours';
}

/** Writes an id to the bucket, unless it is there. */
export async function claim(access: BucketAccess, status: RestoreStatus): Promise<void> {
  try {
    await write(access, status, { IfNoneMatch: '*' });
  } catch (error) {
    // It is there: whose it is, the next look at it tells. 409 is another writer at this moment.
    if (statusOf(error) !== 412 && statusOf(error) !== 409) throw error;
  }
}

/** Writes how a restore ended. */
export async function finish(access: BucketAccess, status: RestoreStatus, now: Date): Promise<void> {
  await write(
    access,
    status,
    {},
    { outcome: status.outcome, backup: status.backup, finishedAt: now.toISOString() },
  );
}

async function write(
  access: BucketAccess,
  { id, startedAt = '', key }: RestoreStatus,
  condition: { IfNoneMatch?: string },
  more: Partial<RestoreRecord> = {},
): Promise<void> {
  const record: RestoreRecord = { version: 1, id, startedAt, key, ...more };
  const { client, signal } = access;
  await client.send(
    new PutObjectCommand({
      ...at(access),
      ...condition,
      Key: restoreKey(id),
      Body: JSON.stringify(record),
      ContentType: 'application/json',
    }),
    { abortSignal: signal },
  );
}

async function read(access: BucketAccess, id: string): Promise<RestoreRecord | undefined> {
  try {
    return JSON.parse(await readDocument(access, restoreKey(id))) as RestoreRecord;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
