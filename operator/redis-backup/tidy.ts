import { expire } from '../s3/expire';
import { idOfBackup } from '../s3/layout';
import { expirable } from '../s3/retention';
import { accessOf, type BucketState } from './bucket';
import type { Bundle } from './bundle';

/**
 * Applies retention, unless the newest backup is suspicious or nothing in the bucket says that it is not: then nothing
 * goes until a person has looked. The newest proven backup stays, and so do those that a restore names or goes back to.
 */
export async function tidy(bundle: Bundle, { contents, missing }: BucketState): Promise<void> {
  const { settled, run, item } = bundle;
  if (!contents?.newest || !missing || run.reason === 'related') return;
  const { newest, newestProof, accepted } = contents;
  if (newest.suspicious && !accepted.has(newest.id)) return;
  const wanted = settled.spec.restore;
  const { restore } = item.status ?? {};
  // Which backup a restore takes is known only once it has begun.
  if (wanted && !(restore?.id === wanted.id && restore.finishedAt)) return;
  const from = wanted?.from;
  const named = [from && 'key' in from ? from.key : undefined, restore?.key, restore?.backup];
  const keep = [newestProof?.backup, ...named.map((key = '') => idOfBackup(key))].filter(
    (id) => id !== undefined,
  );
  const ids = expirable(contents.ids, settled.spec.retention, { keep, now: run.now });
  await expire({ ...accessOf(bundle), ids, missing, now: run.now });
}
