import { REQUESTED } from '../../constructs/redis-backup/status-schema';
import { conditionsAfter, type ItemRun, type KubeObject, record, type Verdict } from '../kit';
import { REDIS_BACKUP } from '../redis-backup/kinds';
import type { RedisBackupResource } from '../redis-backup/resource';

/** Says to whom it concerns what was not done, and why; the resource stays as it is. */
export async function refuse(
  deployment: KubeObject,
  backup: RedisBackupResource | undefined,
  reason: string,
  said: string,
  run: ItemRun,
): Promise<void> {
  await record(run.api, deployment, { type: 'Warning', reason, action: 'Request', note: said }, run.now);
  if (backup) await judge(backup, { type: REQUESTED, status: 'False', reason, message: said }, run);
}

/** Sets the one condition that is this hook's; the others have another owner. */
export async function judge(
  backup: RedisBackupResource,
  verdict: Verdict,
  { api, now }: ItemRun,
): Promise<void> {
  const { apiVersion, kind, metadata, status } = backup;
  const { name, namespace, generation } = metadata;
  const before = status?.conditions?.filter(({ type }) => type === verdict.type);
  const conditions = conditionsAfter(before, [verdict], generation, now);
  const same = (['status', 'reason', 'message', 'observedGeneration'] as const).every(
    (field) => before?.[0]?.[field] === conditions[0]?.[field],
  );
  if (same) return;
  const applied = { apiVersion, kind, metadata: { name, namespace }, status: { conditions } };
  await api.apply(REDIS_BACKUP, applied, 'status');
}
