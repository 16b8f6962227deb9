import { CONDITIONS } from '../../constructs/redis-backup/status-schema';
import { conditionsAfter, type Verdict } from '../kit';
import type { Bundle } from './bundle';
import { REDIS_BACKUP } from './kinds';
import type { RedisBackupResource, RedisBackupStatus } from './resource';

/** The conditions that this hook writes. Others may be someone else's. */
const OURS: readonly string[] = CONDITIONS;

/**
 * Writes the status if it differs from what is there.
 *
 * @param more what is known now; everything else stays
 */
export async function writeStatus(
  { item, run }: Pick<Bundle, 'item' | 'run'>,
  more: Omit<RedisBackupStatus, 'conditions'>,
  verdicts: readonly Verdict[] = [],
): Promise<RedisBackupResource> {
  const { generation, name, namespace } = item.metadata;
  const before = item.status?.conditions?.filter(({ type }) => OURS.includes(type));
  const conditions = conditionsAfter(before, verdicts, generation, run.now);
  const status = { ...item.status, ...more, conditions };
  if (alike(status, { ...item.status, conditions: before ?? [] })) return item;
  const { apiVersion, kind } = item;
  const wanted = { apiVersion, kind, metadata: { name, namespace }, status };
  return run.api.apply<RedisBackupResource>(REDIS_BACKUP, wanted, 'status');
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
