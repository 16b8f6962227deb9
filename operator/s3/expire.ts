import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { at, type BucketAccess, codeOf, statusOf } from './access';
import { forEach } from './for-each';
import { acceptedKey, backupKey, expiredKey, manifestKey, PREFIXES, proofKey } from './layout';
import { type Entry, listEntries, listIds } from './list';
import { deleteNoncurrent } from './noncurrent';
import { NONCURRENT_DAYS, type SettingName, STALE_UPLOAD_DAYS } from './settings';
import { abortUploads } from './sweep';

/** What is to go. */
export interface ExpireProps extends BucketAccess {
  /** Backups to take away, as `expirable` says. Empty while the newest is suspicious. */
  readonly ids: readonly string[];
  /** What the server cannot do by itself. */
  readonly missing: readonly SettingName[];
  readonly now: Date;
}

/** What has gone. */
export interface Expiry {
  /** Ids whose manifests were deleted, of those that had to go the oldest: they are no backups any more. */
  readonly expired: readonly string[];
  /** Ids whose dumps were deleted. */
  readonly deleted: readonly string[];
}

const DAY = 86_400_000;

/** How many proofs stay. */
const PROOFS = 100;

/** After how many days a dump without a manifest goes. */
const ORPHAN_DAYS = 2;

/** How many of each a run takes away, oldest first: S3 gets only so long, and the next run goes on. */
const BATCH = 50;

/**
 * Carries retention out: a tombstone first, then the manifest, the dump a day later, the tombstone last. Wherever it is
 * killed, the next run goes on, and at no time is there a manifest without its dump. A dump that got no manifest within
 * two days, because its job died, goes too. What goes is still there as an old version for NONCURRENT_DAYS days.
 */
export async function expire(props: ExpireProps): Promise<Expiry> {
  const buried = await buryExpired(props);
  const expired = props.ids.slice(0, BATCH);
  await forEach(expired, async (id) => {
    await put(props, expiredKey(id), { version: 1, id, time: props.now.toISOString() });
    await remove(props, manifestKey(id));
  });
  const deleted = [...buried, ...(await deleteOrphans(props))];
  await tidy(props);
  if (props.missing.includes('lifecycle')) {
    await abortUploads(props, new Date(props.now.getTime() - STALE_UPLOAD_DAYS * DAY));
    await deleteNoncurrent(props, new Date(props.now.getTime() - NONCURRENT_DAYS * DAY));
  }
  return { expired, deleted };
}

/** Deletes the dumps of tombstones that were written a day ago, by the clock of S3. */
async function buryExpired(props: ExpireProps): Promise<string[]> {
  const tombstones = (await listEntries(props, PREFIXES.expired)).entries;
  if (tombstones.length === 0) return [];
  const manifests = new Set((await listIds(props, PREFIXES.manifests)).ids);
  const going = new Set(props.ids);
  // Killed between the two, and not to go any more.
  const left = tombstones.filter(({ id }) => manifests.has(id) && !going.has(id));
  await forEach(left.slice(0, BATCH), ({ id }) => remove(props, expiredKey(id)));
  const due = tombstones.filter((entry) => !manifests.has(entry.id) && isOlder(props, entry, 1));
  const deleted = due.slice(0, BATCH).map(({ id }) => id);
  await forEach(deleted, async (id) => {
    await remove(props, backupKey(id));
    await remove(props, expiredKey(id));
  });
  return deleted;
}

/**
 * Deletes dumps of which a job never made a backup. A job that is slow may still be at it: between upload and manifest
 * it reads the dump back, for which it has less than two days, and looks that the dump is there before it says so.
 */
async function deleteOrphans(props: ExpireProps): Promise<string[]> {
  const dumps = (await listEntries(props, PREFIXES.backups)).entries;
  const known = new Set([
    ...(await listIds(props, PREFIXES.manifests)).ids,
    ...(await listIds(props, PREFIXES.expired)).ids,
  ]);
  const due = dumps.filter((entry) => !known.has(entry.id) && isOlder(props, entry, ORPHAN_DAYS));
  const deleted: string[] = [];
  await forEach(due.slice(0, BATCH), async ({ id }) => {
    if (await exists(props, manifestKey(id))) return;
    await remove(props, backupKey(id));
    deleted.push(id);
  });
  return deleted.sort();
}

/** Deletes proofs but the newest, and what a person has said of backups that are gone. */
async function tidy(props: ExpireProps): Promise<void> {
  const proofs = (await listIds(props, PREFIXES.proofs)).ids.slice(0, -PROOFS);
  await forEach(proofs.slice(0, BATCH), (id) => remove(props, proofKey(id)));
  const manifests = new Set((await listIds(props, PREFIXES.manifests)).ids);
  const accepted = (await listIds(props, PREFIXES.accepted)).ids.filter((id) => !manifests.has(id));
  await forEach(accepted.slice(0, BATCH), (id) => remove(props, acceptedKey(id)));
}

/** Whether an object was written so many days ago. */
function isOlder({ now }: ExpireProps, { modified }: Entry, days: number): boolean {
  return modified.getTime() <= now.getTime() - days * DAY;
}

async function put(access: BucketAccess, key: string, content: object): Promise<void> {
  const Body = JSON.stringify(content);
  const command = new PutObjectCommand({ ...at(access), Key: key, Body, ContentType: 'application/json' });
  await access.client.send(command, { abortSignal: access.signal });
}

async function remove(access: BucketAccess, key: string): Promise<void> {
  await access.client.send(new DeleteObjectCommand({ ...at(access), Key: key }), {
    abortSignal: access.signal,
  });
}

async function exists(access: BucketAccess, key: string): Promise<boolean> {
  try {
    await access.client.send(new HeadObjectCommand({ ...at(access), Key: key }), {
      abortSignal: access.signal,
    });
    return true;
  } catch (error) {
    if (statusOf(error) === 404 || codeOf(error) === 'NotFound') return false;
    throw error;
  }
}
