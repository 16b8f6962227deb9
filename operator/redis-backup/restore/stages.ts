import {
  RESTORE_LABEL,
  type RestoreFacts,
  restoreJob,
  restoreJobName,
} from '../../../constructs/redis-backup/restore';
import type { Restore } from '../../../constructs/redis-backup/spec';
import type { KubeObject } from '../../kit';
import type { Bundle } from '../bundle';
import type { Job } from '../jobs';
import { JOB, POD } from '../kinds';
import { labelsOf } from '../owned';
import { releaseOf } from '../server';
import type { RestoreStage, RestoreStatus, StageView } from './status';
import { type StagePod, viewOf } from './view';

/** The stages that are run again under another name when they failed. */
const REPEATED: readonly RestoreStage[] = ['check', 'look', 'rollback', 'lift'];

/** What the Jobs of a restore have to know. */
export function factsOf(
  status: RestoreStatus,
  wanted: Restore | undefined,
  stage: RestoreStage,
): RestoreFacts {
  const { id, key, keys, digest, backup, empty, runId, lostPods } = status;
  const restore = wanted?.id === id ? wanted : { id };
  const attempt = REPEATED.includes(stage) ? (status.attempt ?? 0) : 0;
  return { restore, attempt, key, keys, digest, backup, empty, runId, lostPods };
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
    return new Stages(await withImageNow(bundle), jobs.filter(isOfRestore), pods);
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
    return viewOf(stage, job, pods, facts, this.bundle.run.now);
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

/** With the image that the server has: one that is wanted it gets when the restore has ended. */
async function withImageNow<T extends Pick<Bundle, 'settled' | 'run'>>(bundle: T): Promise<T> {
  const { spec } = bundle.settled;
  const image = (await releaseOf(bundle))?.spec.values?.image ?? spec.redis.image;
  return { ...bundle, settled: { ...bundle.settled, spec: { ...spec, redis: { ...spec.redis, image } } } };
}

function isOfRestore({ metadata }: KubeObject): boolean {
  return metadata.labels?.[RESTORE_LABEL] !== undefined;
}
