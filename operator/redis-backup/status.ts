import { CONDITIONS } from '../../constructs/redis-backup/status-schema';
import { conditionsAfter, type Verdict, type Wanted } from '../kit';
import { announce } from './announce';
import type { Bundle } from './bundle';
import { REDIS_BACKUP } from './kinds';
import type { RedisBackupResource, RedisBackupStatus } from './resource';

/** The conditions that this hook writes. Others may be someone else's. */
const OURS: readonly string[] = CONDITIONS;

/**
 * Writes the status if it differs from what is there. Built on the status as it is by now: what was read when the run
 * began may lack what the run itself has written.
 *
 * @param more what is known now; everything else stays
 */
export async function writeStatus(
  { item, run }: Pick<Bundle, 'item' | 'run'>,
  more: Omit<RedisBackupStatus, 'conditions'>,
  verdicts: readonly Verdict[] = [],
): Promise<void> {
  const { name, namespace = '', generation } = item.metadata;
  const now = await run.api.get<RedisBackupResource>(REDIS_BACKUP, { namespace, name });
  if (now?.metadata.uid !== item.metadata.uid) return;
  const before = now.status?.conditions?.filter(({ type }) => OURS.includes(type)) ?? [];
  const conditions = conditionsAfter(before, verdicts, generation, run.now);
  const status = { ...now.status, ...more, conditions };
  if (alike(status, { ...now.status, conditions: before })) return;
  const { apiVersion, kind } = item;
  await run.api.apply(
    REDIS_BACKUP,
    { apiVersion, kind, metadata: { name, namespace }, status } as Wanted,
    'status',
  );
  await announce({ item, run }, now, verdicts);
}

function alike(a: object, b: object): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}
