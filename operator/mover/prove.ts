import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BucketAccess } from '../s3/access';
import { idOfBackup, newId, type Proof, parseManifest, proofKey } from '../s3/layout';
import { ownManifest } from '../s3/owner';
import { putOnce } from '../s3/transfer';
import type { MoverArgs } from './args';
import { readFacts } from './facts';
import { Impossible } from './outcome';

/** Writes a proof, if what a scratch server has loaded is what the manifest says. */
export async function prove(access: BucketAccess, args: MoverArgs): Promise<Proof> {
  const { work } = args;
  const file = path.join(work, 'source.json');
  const text = readFileSync(file, 'utf8');
  const { key } = JSON.parse(text) as { key?: unknown };
  const source = ownManifest(parseManifest(text, file, idOfBackup(String(key)) ?? ''), args);
  const facts = readFacts(work);
  for (const field of ['sha256', 'keys', 'digest'] as const) {
    if (facts[field] !== source[field]) {
      throw new Impossible(
        `${source.key} does not restore: ${field} is ${facts[field]}, but its manifest says ${source[field]}`,
      );
    }
  }
  const now = new Date();
  const { keys, digest } = facts;
  const id = newId(now);
  const proof: Proof = { version: 1, id, backup: source.id, time: now.toISOString(), keys, digest };
  await putOnce(access, proofKey(id), proof);
  return proof;
}
