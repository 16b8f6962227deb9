import type { BucketAccess } from './access';
import { type Newest, readManifest } from './contents';
import { type BackupManifest, LayoutError, PREFIXES } from './layout';
import { listIds } from './list';

/** A backup that is trusted, to compare another with. */
export type Baseline = BackupManifest['baseline'];

/**
 * The newest backup of a bucket that is trusted: the newest of all, the one that it was compared with if it is
 * suspicious, or a later one that a person has accepted. Undefined before the first.
 */
export async function readBaseline(
  access: BucketAccess,
  { newest, ids }: Newest,
): Promise<Baseline | undefined> {
  if (!newest) return undefined;
  if (!newest.suspicious) return { id: newest.id, keys: newest.keys };
  const accepted = (await listIds(access, PREFIXES.accepted)).ids.filter((id) => ids.includes(id));
  const [latest] = accepted.filter((id) => id > newest.baseline.id).reverse();
  if (latest === undefined) return newest.baseline;
  try {
    return { id: latest, keys: (await readManifest(access, latest)).keys };
  } catch (error) {
    if (error instanceof LayoutError) return newest.baseline;
    throw error;
  }
}

/** Whether the keys fell by more than a share of them, in percent, or to none. */
export function isSuspicious(keys: number, baseline: Baseline | undefined, fallInPercent: number): boolean {
  if (!baseline || baseline.keys === 0) return false;
  return keys === 0 || (baseline.keys - keys) * 100 > fallInPercent * baseline.keys;
}
