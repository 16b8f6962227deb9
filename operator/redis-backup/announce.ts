import { type KubeObject, record, type Verdict } from '../kit';
import { DEPLOYMENT, REQUESTED_BY } from '../requests/resource';
import type { Bundle } from './bundle';
import type { RedisBackupResource } from './resource';

/** The conditions that are bad when they are true. */
const BAD: ReadonlySet<string> = new Set(['BackupSuspicious']);

/** Notes what has become bad on the resource, and on the Deployment that asked for it, whose owner looks there. */
export async function announce(
  { item, run }: Pick<Bundle, 'item' | 'run'>,
  before: RedisBackupResource,
  verdicts: readonly Verdict[],
): Promise<void> {
  const was = new Map(before.status?.conditions?.map(({ type, status }) => [type, status]));
  const bad = verdicts.filter(
    ({ type, status, reason }) =>
      status === (BAD.has(type) ? 'True' : 'False') && was.get(type) !== status && reason !== 'Progressing',
  );
  // `Ready` repeats what another condition says.
  const news = bad.filter(
    ({ type, message }) =>
      type !== 'Ready' || !bad.some((other) => other.type !== type && other.message === message),
  );
  if (news.length === 0) return;
  const requester = before.metadata.labels?.[REQUESTED_BY];
  const { namespace = '' } = item.metadata;
  const deployment =
    requester === undefined
      ? undefined
      : await run.api.get<KubeObject>(DEPLOYMENT, { namespace, name: requester });
  for (const { type, reason, message } of news) {
    const note = { type: 'Warning', reason, action: type, note: message } as const;
    for (const regarding of [before, deployment])
      if (regarding) await record(run.api, regarding, note, run.now);
  }
}
