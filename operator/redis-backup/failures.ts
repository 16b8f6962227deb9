import { RESTORE_LABEL } from '../../constructs/redis-backup/restore';
import type { KubeObject } from '../kit';
import type { Bundle } from './bundle';
import { type Job, stateOf } from './jobs';
import { JOB, POD } from './kinds';
import { labelsOf } from './owned';

interface Terminated {
  readonly exitCode: number;
  readonly message?: string;
}

interface Pod extends KubeObject {
  readonly status?: Readonly<
    Record<
      'initContainerStatuses' | 'containerStatuses',
      readonly { readonly name: string; readonly state?: { readonly terminated?: Terminated } }[] | undefined
    >
  >;
}

/** Why the newest run of each kind of job failed, if it did: what its container said last. */
export interface Failures {
  readonly backup?: string;
  readonly restoreTest?: string;
}

/** Looks at the bundle's Jobs that have ended, those of restores aside. */
export async function failuresOf(bundle: Pick<Bundle, 'settled' | 'run'>): Promise<Failures> {
  const { settled, run } = bundle;
  const { identity, names } = settled;
  const jobs = await run.api.list<Job>(JOB, identity.namespace, labelsOf(identity));
  const ended = jobs
    .filter((job) => stateOf(job) !== 'running' && job.metadata.labels?.[RESTORE_LABEL] === undefined)
    .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : -1));
  const failure = async (prefix: string) => {
    const newest = ended.find(({ metadata }) => metadata.name.startsWith(`${prefix}-`));
    return newest && stateOf(newest) === 'failed' ? reasonOf(bundle, newest) : undefined;
  };
  return { backup: await failure(names.backup), restoreTest: await failure(names.restoreTest) };
}

async function reasonOf({ run }: Pick<Bundle, 'run'>, job: Job): Promise<string> {
  const { name, namespace = '' } = job.metadata;
  const pods = await run.api.list<Pod>(POD, namespace, { 'batch.kubernetes.io/job-name': name });
  const said = pods
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .filter(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0)
    .map(({ name: step, state }) => `${step}: ${state?.terminated?.message?.trim() || 'it said nothing'}`);
  const why = said.at(-1) ?? job.status?.conditions?.find(({ type }) => type === 'Failed')?.message;
  return `Job ${name} failed: ${(why ?? 'its pods are gone').slice(0, 500)}`;
}
