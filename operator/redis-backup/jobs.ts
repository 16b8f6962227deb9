import type { Manifest } from '../../constructs/emit/manifest';
import { backupObjects, restoreTestObjects } from '../../constructs/redis-backup/jobs';
import type { KubeObject } from '../kit';
import type { Bundle } from './bundle';
import { JOB } from './kinds';
import { ownedObject } from './owned';

/** A Job, as far as it is read here. */
export interface Job extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/** How a Job ended, or that it has not. */
export type JobState = 'running' | 'complete' | 'failed';

/** How a Job ended, or that it has not. */
export function stateOf({ status }: Job): JobState {
  const has = (type: string) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True');
  return has('Complete') ? 'complete' : has('Failed') ? 'failed' : 'running';
}

/**
 * Runs a bundle's backup or restore test once, beside its schedule.
 *
 * @param occasion why, in at most ten letters; the same one runs once, as long as its Job is there (a day)
 */
export async function runOnce(
  bundle: Pick<Bundle, 'settled' | 'run'>,
  job: 'backup' | 'restoreTest',
  occasion: string,
): Promise<Job> {
  const { settled, run } = bundle;
  const name = `${settled.names[job]}-${occasion}`;
  const found = await ownedObject<Job>(bundle, JOB, name);
  if (found) return found;
  const objects = job === 'backup' ? backupObjects(settled) : restoreTestObjects(settled);
  const template = templateOf(objects);
  const { namespace } = settled.identity;
  const wanted = {
    ...{ apiVersion: 'batch/v1', kind: 'Job', spec: template.spec },
    metadata: { name, namespace, labels: template.metadata.labels },
  };
  const made = await run.api.create<Job>(JOB, wanted);
  // Someone was quicker: it is looked at in the next run.
  return made ?? runOnce(bundle, job, occasion);
}

interface JobTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: object;
}

function templateOf(objects: readonly Manifest[]): JobTemplate {
  const cronJob = objects.find(({ kind }) => kind === 'CronJob');
  const { jobTemplate } = (cronJob as unknown as { spec: { jobTemplate: JobTemplate } }).spec;
  return jobTemplate;
}
