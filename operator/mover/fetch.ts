import { createHash } from 'node:crypto';
import { open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type BucketAccess, codeOf } from '../s3/access';
import { newestReadable, readManifest } from '../s3/contents';
import { type BackupManifest, idOfBackup } from '../s3/layout';
import { ownManifest, textOf } from '../s3/owner';
import { readObject } from '../s3/transfer';
import type { MoverArgs } from './args';
import { Impossible } from './outcome';

/** Fetches a backup that has a manifest, and leaves the manifest beside it. */
export async function fetch(access: BucketAccess, args: MoverArgs): Promise<BackupManifest> {
  const { work } = args;
  const file = path.join(work, 'dump.rdb');
  for (const each of ['dump.rdb', 'facts', 'source.json']) await rm(path.join(work, each), { force: true });
  const manifest = await chosen(access, args);
  const handle = await open(file, 'wx', 0o600);
  const hash = createHash('sha256');
  try {
    for await (const piece of readObject(access, manifest)) {
      hash.update(piece);
      await handle.writeFile(piece);
    }
  } finally {
    await handle.close();
  }
  const found = hash.digest('hex');
  if (found !== manifest.sha256) {
    throw new Error(`${manifest.key} has the SHA-256 ${found}, but its manifest says ${manifest.sha256}`);
  }
  await writeFile(path.join(work, 'source.json'), JSON.stringify(manifest), { mode: 0o600, flag: 'wx' });
  return manifest;
}

async function chosen(access: BucketAccess, args: MoverArgs): Promise<BackupManifest> {
  const { bucket, key, time } = args;
  const identity = args.anyBundle ? undefined : args;
  if (key !== undefined) return ownManifest(await byKey(access, key), identity);
  const until = time === undefined ? new Date() : new Date(time);
  const skew = time === undefined ? undefined : 0;
  const { newest, broken } = await newestReadable({ ...access, identity, until, skew });
  for (const { key, reason } of broken) console.error(`passed over ${key}: ${reason}`);
  if (newest) return newest;
  const when = time === undefined ? '' : ` that was finished by ${until.toISOString()}`;
  const whose = identity ? ` of ${textOf(identity)}` : '';
  throw new Impossible(`bucket ${bucket} has no backup${whose}${when}`);
}

async function byKey(access: BucketAccess, key: string): Promise<BackupManifest> {
  const id = idOfBackup(key);
  if (id === undefined) {
    throw new Impossible(`--key=${key} is no key of a backup, such as backups/20260131T120000Z-1a2b.rdb`);
  }
  try {
    return await readManifest(access, id);
  } catch (error) {
    if (codeOf(error) !== 'NoSuchKey') throw error;
    throw new Impossible(`bucket ${access.bucket} has no manifest for ${key}, so it is no backup`);
  }
}
