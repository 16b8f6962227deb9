import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { at, type BucketAccess, codeOf, statusOf } from './access';
import { listIds, readDocument } from './contents';
import {
  acceptedKey,
  backupKey,
  expiredKey,
  LayoutError,
  manifestKey,
  PREFIXES,
  proofKey,
  timeOf,
} from './layout';
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
  /** Ids whose manifests were deleted: they are no backups any more. */
  readonly expired: readonly string[];
  /** Ids whose dumps were deleted. */
  readonly deleted: readonly string[];
}

const DAY = 86_400_000;

/** How many proofs stay. */
const PROOFS = 100;

/**
 * Carries retention out: a tombstone first, then the manifest, the dump a day later, the tombstone last. Wherever it is
 * killed, the next run goes on, and at no time is there a manifest without its dump. A dump that got no manifest within
 * a day, because its job died, goes too. What goes is still there as an old version for NONCURRENT_DAYS days.
 */
export async function expire(props: ExpireProps): Promise<Expiry> {
  for (const id of props.ids) {
    await put(props, expiredKey(id), { version: 1, id, time: props.now.toISOString() });
    await remove(props, manifestKey(id));
  }
  const deleted = [...(await buryExpired(props)), ...(await deleteOrphans(props))];
  await tidy(props);
  if (props.missing.includes('lifecycle')) {
    await abortUploads(props, new Date(props.now.getTime() - STALE_UPLOAD_DAYS * DAY));
    await deleteNoncurrent(props, new Date(props.now.getTime() - NONCURRENT_DAYS * DAY));
  }
  return { expired: props.ids, deleted };
}

/** Deletes the dumps of tombstones that are a day old. */
async function buryExpired(props: ExpireProps): Promise<string[]> {
  const deleted: string[] = [];
  for (const id of (await listIds(props, PREFIXES.expired)).ids) {
    if (await exists(props, manifestKey(id))) {
      // Killed between the two, and not to go any more.
      if (!props.ids.includes(id)) await remove(props, expiredKey(id));
      continue;
    }
    if (!(await isOlder(props, expiredKey(id)))) continue;
    await remove(props, backupKey(id));
    await remove(props, expiredKey(id));
    deleted.push(id);
  }
  return deleted;
}

/** Whether a tombstone was written a day ago, or cannot be read any more. It is then written anew. */
async function isOlder(props: ExpireProps, key: string): Promise<boolean> {
  try {
    const { time } = JSON.parse(await readDocument(props, key)) as { time?: unknown };
    const written = Date.parse(String(time));
    if (!Number.isNaN(written)) return written <= props.now.getTime() - DAY;
  } catch (error) {
    if (!(error instanceof LayoutError || error instanceof SyntaxError || error instanceof TypeError))
      throw error;
  }
  await put(props, key, { version: 1, time: props.now.toISOString() });
  return false;
}

/** Deletes dumps of which a job never made a backup. */
async function deleteOrphans(props: ExpireProps): Promise<string[]> {
  const dumps = (await listIds(props, PREFIXES.backups)).ids;
  const known = new Set([
    ...(await listIds(props, PREFIXES.manifests)).ids,
    ...(await listIds(props, PREFIXES.expired)).ids,
  ]);
  const deleted: string[] = [];
  for (const id of dumps) {
    const age = props.now.getTime() - (timeOf(id)?.getTime() ?? Number.POSITIVE_INFINITY);
    if (known.has(id) || age <= DAY || (await exists(props, manifestKey(id)))) continue;
    await remove(props, backupKey(id));
    deleted.push(id);
  }
  return deleted;
}

/** Deletes proofs but the newest, and what a person has said of backups that are gone. */
async function tidy(props: ExpireProps): Promise<void> {
  for (const id of (await listIds(props, PREFIXES.proofs)).ids.slice(0, -PROOFS)) {
    await remove(props, proofKey(id));
  }
  const manifests = new Set((await listIds(props, PREFIXES.manifests)).ids);
  for (const id of (await listIds(props, PREFIXES.accepted)).ids) {
    if (!manifests.has(id)) await remove(props, acceptedKey(id));
  }
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
