import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { BucketAccess } from '../s3/access';
import { isSuspicious, readBaseline } from '../s3/baseline';
import { type Newest, newestReadable } from '../s3/contents';
import { type BackupManifest, backupKey, manifestKey, newId, UNCOVERED } from '../s3/layout';
import { doubtOf, foreignBucket } from '../s3/owner';
import { assertThere, type ObjectRef, putOnce, readObject, uploadFile } from '../s3/transfer';
import type { MoverArgs } from './args';
import { type Facts, readFacts } from './facts';
import { Impossible } from './outcome';

/**
 * Uploads the dump, reads it back, and only if that is what `check` and `load` have seen makes it a backup: by the
 * manifest, last and once.
 */
export async function backup(access: BucketAccess, args: MoverArgs): Promise<BackupManifest> {
  const { cluster, namespace, name, work } = args;
  const file = path.join(work, 'dump.rdb');
  const facts = readFacts(work);
  const { started, finished } = facts;
  if (!started || !finished) throw new Impossible(`${work}/facts: no times: this dump was not taken here`);
  const rdbVersion = await readRdbVersion(file);
  const { size: bytes } = await stat(file);
  const baseline = await readBaseline(access, await ownBackups(access, args));

  const id = newId(new Date(finished));
  const key = backupKey(id);
  const versionId = await uploadFile(access, key, file, bytes);
  const ref = { key, versionId, bytes };
  await readBack(access, ref, facts);

  const suspicious = isSuspicious(facts.keys, baseline, args.suspiciousFall);
  const manifest: BackupManifest = {
    version: 1,
    id,
    key,
    versionId,
    startedAt: started,
    finishedAt: finished,
    bytes,
    ...{ sha256: facts.sha256, keys: facts.keys, digest: facts.digest },
    ...{ flavour: facts.flavour, serverVersion: facts.version, rdbVersion },
    ...{ cluster, namespace, name },
    uncovered: UNCOVERED,
    baseline: suspicious && baseline ? baseline : { id, keys: facts.keys },
    suspicious,
  };
  // Reading it back may have taken as long as the operator waits for a manifest.
  await assertThere(access, ref);
  await putOnce(access, manifestKey(id), manifest);
  return manifest;
}

/**
 * The backups of the bundle in its bucket.
 *
 * @throws BucketRefused if the bucket is another's: by its tags or, where nothing else tells, by its newest backup
 */
async function ownBackups(access: BucketAccess, args: MoverArgs): Promise<Newest> {
  const doubt = await doubtOf(access, args, args.clusterUid);
  const found = await newestReadable({ ...access, identity: args, until: new Date() });
  for (const { key, reason } of found.broken) console.error(`passed over ${key}: ${reason}`);
  if (doubt === undefined) return found;
  console.error(`${doubt}: only its backups tell whose it is`);
  if (found.foreign) throw foreignBucket(access.bucket, found.foreign.manifest);
  return found;
}

/** The magic of the file with its version: `REDIS0011`, `VALKEY080`. */
async function readRdbVersion(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(9), 0, 9, 0);
    const text = buffer.toString('latin1', 0, bytesRead);
    if (/^(REDIS\d{4}|VALKEY\d{3})$/.test(text)) return text;
    throw new Impossible(`${file} is no dump: it begins ${JSON.stringify(text)}`);
  } finally {
    await handle.close();
  }
}

async function readBack(access: BucketAccess, ref: ObjectRef, { sha256 }: Facts): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of readObject(access, ref)) hash.update(piece);
  const found = hash.digest('hex');
  if (found !== sha256) {
    throw new Error(
      `${ref.key} reads back with SHA-256 ${found}, but ${sha256} was checked: no backup is made of it`,
    );
  }
}
