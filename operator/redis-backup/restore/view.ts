import { openingLabels, type RestoreFacts } from '../../../constructs/redis-backup/restore';
import type { KubeObject } from '../../kit';
import { type Job, stateOf } from '../jobs';
import { reportOf, type StagePodStatus } from './report';
import type { Report, RestoreStage, StageView } from './status';

/** A pod of a stage, as far as it is read here. */
export interface StagePod extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: StagePodStatus;
}

/** How long after its grace a pod that was told to end is lost: a kubelet that works takes seconds. */
const LOST_AFTER = 3 * 60_000;

/** What became of a stage. */
export function viewOf(
  stage: RestoreStage,
  job: Job | undefined,
  pods: readonly StagePod[],
  facts: Pick<RestoreFacts, 'restore' | 'lostPods'>,
  now: Date,
): StageView {
  const lost = pods.filter((pod) => isAlive(pod) && isLost(pod, now));
  // What cannot reach the server does not matter any more. A backup job cannot change it.
  const isThere = (pod: StagePod) => isAlive(pod) && (!lost.includes(pod) || isOpen(stage, pod, facts));
  const alive = pods.some(isThere);
  const dangerous = lost.find(isThere);
  if (dangerous) return { state: 'lost', report: lossOf(dangerous) };
  if (!job) return { state: alive ? 'ending' : 'none' };
  // Newer clusters say `Failed` only when the last pod is gone, which a lost one never is.
  const isOver = stateOf(job) !== 'running' || (!alive && conditionOf(job, 'FailureTarget') !== undefined);
  if (!isOver) {
    const main = pods.flatMap(({ status }) => status?.containerStatuses ?? []);
    return { state: 'running', fetched: main.some(({ state }) => state?.running !== undefined) };
  }
  if (alive) return { state: 'ending' };
  const told = pods.map(({ status }) => reportOf(stage, status)).filter((report) => report !== undefined);
  const good = told.find(({ result }) => result !== 'failed') ?? told[0] ?? (lost[0] && lossOf(lost[0]));
  const failure = conditionOf(job, 'Failed')?.message;
  return {
    state: 'ended',
    report: good ?? { result: 'failed', message: `its pod was lost: ${failure ?? 'it told nothing'}` },
  };
}

function conditionOf({ status }: Job, wanted: string) {
  return status?.conditions?.find((condition) => condition.type === wanted && condition.status === 'True');
}

function isAlive({ status }: StagePod): boolean {
  return status?.phase !== 'Succeeded' && status?.phase !== 'Failed';
}

/** The API server puts the end of the grace there, not its beginning. */
function isLost({ metadata }: StagePod, now: Date): boolean {
  const { deletionTimestamp } = metadata;
  return deletionTimestamp !== undefined && now.getTime() > Date.parse(deletionTimestamp) + LOST_AFTER;
}

function isOpen(
  stage: RestoreStage,
  { metadata }: StagePod,
  facts: Pick<RestoreFacts, 'restore' | 'lostPods'>,
): boolean {
  const opening = Object.entries(openingLabels(facts));
  return stage !== 'backup' && opening.every(([label, value]) => metadata.labels?.[label] === value);
}

function lossOf({ metadata, spec }: StagePod): Report {
  const { namespace, name, deletionTimestamp } = metadata;
  const node = spec?.nodeName ?? 'unknown';
  const message =
    `pod ${namespace}/${name} on node ${node} was told to end by ${deletionTimestamp} and has not: it is cut off from ` +
    `the server, and the restore goes on without it. If the node does not come back: kubectl delete node ${node}`;
  return { result: 'failed', message };
}
