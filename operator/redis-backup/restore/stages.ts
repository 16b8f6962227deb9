import {
  RESTORE_LABEL,
  type RestoreFacts,
  restoreJob,
  restoreJobName,
} from '../../../constructs/redis-backup/restore';
import type { Restore } from '../../../constructs/redis-backup/spec';
import type { KubeObject } from '../../kit';
import type { Bundle } from '../bundle';
import { type Job, stateOf } from '../jobs';
import { JOB, POD } from '../kinds';
import { labelsOf } from '../owned';
import type { Report, RestoreStage, RestoreStatus, StageView } from './status';

interface Ended {
  readonly exitCode: number;
  readonly reason?: string;
  readonly message?: string;
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: { readonly terminated?: Ended; readonly running?: object };
}

/** A pod of a stage, as far as it is read here. */
export interface StagePod extends KubeObject {
  readonly status?: {
    readonly phase?: string;
    readonly message?: string;
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** The stages that are run again under another name when they failed. */
const REPEATED: readonly RestoreStage[] = ['check', 'look', 'rollback', 'lift'];

/** What the Jobs of a restore have to know. */
export function factsOf(
  status: RestoreStatus,
  wanted: Restore | undefined,
  stage: RestoreStage,
): RestoreFacts {
  const { id, key, keys, digest, backup, empty, runId } = status;
  const restore = wanted?.id === id ? wanted : { id };
  const attempt = REPEATED.includes(stage) ? (status.attempt ?? 0) : 0;
  return { restore, attempt, key, keys, digest, backup, empty, runId };
}

/** Every Job and pod of a bundle's restores. */
export class Stages {
  private constructor(
    private readonly bundle: Pick<Bundle, 'settled' | 'run'>,
    private readonly jobs: readonly Job[],
    private readonly pods: readonly StagePod[],
  ) {}

  static async read(bundle: Pick<Bundle, 'settled' | 'run'>): Promise<Stages> {
    const { identity } = bundle.settled;
    const { api } = bundle.run;
    const { 'fleetwright.dev/redis-backup': name = '' } = labelsOf(identity);
    const jobs = await api.list<Job>(JOB, identity.namespace, labelsOf(identity));
    const pods = await api.list<StagePod>(POD, identity.namespace, { 'fleetwright.dev/redis-backup': name });
    return new Stages(bundle, jobs.filter(isOfRestore), pods);
  }

  /** Jobs that are there for a restore. */
  get names(): string[] {
    return this.jobs.map(({ metadata }) => metadata.name);
  }

  view(stage: RestoreStage, facts: RestoreFacts): StageView {
    const name = restoreJobName(this.bundle.settled, facts, stage);
    const job = this.jobs.find(({ metadata }) => metadata.name === name);
    const pods = this.pods.filter(
      ({ metadata }) => metadata.labels?.['batch.kubernetes.io/job-name'] === name,
    );
    return viewOf(stage, job, pods);
  }

  /** Makes the Job of a stage; that of the attempt before goes. */
  async start(stage: RestoreStage, facts: RestoreFacts): Promise<void> {
    const { settled, run } = this.bundle;
    const { attempt } = facts;
    if (attempt > 0) await this.remove(restoreJobName(settled, { ...facts, attempt: attempt - 1 }, stage));
    await run.api.create(JOB, restoreJob(settled, facts, stage));
  }

  async stop(stage: RestoreStage, facts: RestoreFacts): Promise<void> {
    await this.remove(restoreJobName(this.bundle.settled, facts, stage));
  }

  async remove(name: string): Promise<void> {
    const { settled, run } = this.bundle;
    await run.api.remove(JOB, { namespace: settled.identity.namespace, name });
  }
}

function isOfRestore({ metadata }: KubeObject): boolean {
  return metadata.labels?.[RESTORE_LABEL] !== undefined;
}

/** What became of a stage. */
export function viewOf(stage: RestoreStage, job: Job | undefined, pods: readonly StagePod[]): StageView {
  const alive = pods.some(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  if (!job) return { state: alive ? 'ending' : 'none' };
  if (stateOf(job) === 'running') {
    const main = pods.flatMap(({ status }) => status?.containerStatuses ?? []);
    return { state: 'running', fetched: main.some(({ state }) => state?.running !== undefined) };
  }
  if (alive) return { state: 'ending' };
  const told = pods.map((pod) => reportOf(stage, pod)).filter((report) => report !== undefined);
  const good = told.find(({ result }) => result !== 'failed') ?? told[0];
  const failure = job.status?.conditions?.find(({ type }) => type === 'Failed')?.message;
  return {
    state: 'ended',
    report: good ?? { result: 'failed', message: `its pod was lost: ${failure ?? 'it told nothing'}` },
  };
}

/** What a pod told: by its last container, or by the one that it did not get past. */
function reportOf(stage: RestoreStage, { status }: StagePod): Report | undefined {
  const main = status?.containerStatuses?.[0]?.state?.terminated;
  const before = status?.initContainerStatuses ?? [];
  const failed = before.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  if (failed?.state?.terminated) return failureOf(stage, failed.name, failed.state.terminated);
  if (!main) return undefined;
  const report = parsed(main.message);
  if (stage === 'backup' && main.exitCode === 0 && typeof report?.key === 'string') {
    return { result: 'backed-up', key: report.key, message: `${report.key} was taken` };
  }
  if (typeof report?.result === 'string') return report as unknown as Report;
  return failureOf(stage, 'its container', main);
}

function failureOf(stage: RestoreStage, name: string, { exitCode, reason, message = '' }: Ended): Report {
  const said = message.trim() || reason || `exit code ${exitCode}`;
  if (stage === 'check' && reason === 'OOMKilled') {
    return {
      result: 'refused',
      message: `${name} ran out of memory: the data needs more; raise redis.memory`,
    };
  }
  // What the mover cannot do it never can; and a file that does not pass the check never will.
  const lasting = (name === 'fetch' && exitCode === 2) || name === 'check';
  if (stage === 'check' && lasting) return { result: 'refused', message: said };
  // Nothing of what touches the server has begun.
  if (stage === 'run' && name === 'fetch') return { result: 'untouched', message: said };
  return { result: 'failed', message: `${name}: ${said}` };
}

function parsed(message: string | undefined): Record<string, unknown> | undefined {
  try {
    const found: unknown = JSON.parse(message ?? '');
    return typeof found === 'object' && found !== null ? (found as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
