import { RESTORE_LABEL } from '../../../constructs/redis-backup/restore';
import { restorePolicies } from '../../../constructs/redis-backup/restore-network';
import type { KubeObject, Verdict } from '../../kit';
import { accessOf, type BucketState } from '../bucket';
import type { Bundle } from '../bundle';
import { CRON_JOB, NETWORK_POLICY, SECRET } from '../kinds';
import { applyOwned, labelsOf, ownedObject } from '../owned';
import type { Secret } from '../secrets';
import { writeStatus } from '../status';
import { requestOf } from './begin';
import { hasEnded, holds, nextStep } from './machine';
import type { Action, Observed } from './observed';
import { claim, finish, ownerOf } from './record';
import { factsOf, Stages } from './stages';
import type { RestoreStage, RestoreStatus } from './status';

/** What the rest of a run has to know of a restore. */
export interface RestoreState {
  /** The bundle, with the status that was written meanwhile. */
  readonly bundle: Bundle;
  /** Whether the app may have its Secret: one that starts from a backup has to have that first. */
  readonly withApp: boolean;
  /** Whether one runs: no other job may come between. */
  readonly running: boolean;
  /** What it hinders, if it does. */
  readonly verdict?: Verdict;
}

/** More than any restore has steps that follow each other without waiting. */
const STEPS = 12;

/** The key in the admin's Secret by which the chart fences writers. */
const FENCE = 'fence';

interface CronJob extends KubeObject {
  readonly spec: { readonly suspend?: boolean };
}

/**
 * Takes a restore as far as it goes in this run. Everything that it does belongs to the step that status names, and
 * can be done again: the operator may be killed at each instruction.
 */
export async function advanceRestore(given: Bundle, bucket: BucketState): Promise<RestoreState> {
  let bundle = given;
  try {
    for (let i = 0; i < STEPS; i++) {
      const moved = await advance(bundle, bucket);
      if (!moved) break;
      bundle = moved;
    }
    return await stateOf(bundle, verdictOf(bundle));
  } catch (error) {
    // Whatever it is, the rest of the bundle goes on, and so does this with the next run.
    const message = `the restore waits: ${(error as Error).message}`;
    return stateOf(bundle, { type: 'Ready', status: 'False', reason: 'Restoring', message });
  }
}

/** Does the next thing; says with what to go on, if there is more that needs no waiting. */
async function advance(bundle: Bundle, bucket: BucketState): Promise<Bundle | undefined> {
  const { status, wanted } = of(bundle);
  if (status?.finishedAt ? !isNew(bundle) : !status && !wanted) return undefined;
  const stages = await Stages.read(bundle);
  const missing = await missingSecret(bundle);
  if (status && !hasEnded(status.step)) await hold(bundle, status, missing);
  const next = nextStep(await observe(bundle, bucket, stages, missing));
  if ('status' in next) {
    const { item } = bundle;
    await writeStatus(bundle, { restore: next.status });
    return { ...bundle, item: { ...item, status: { ...item.status, restore: next.status } } };
  }
  if (!status || next.actions.length === 0) return undefined;
  for (const action of next.actions) await perform(bundle, status, stages, action);
  // A Job takes its time; what is done at once has a next step.
  return next.actions.some(({ do: what }) => what === 'run') ? undefined : bundle;
}

function of({ item, settled }: Bundle): {
  status?: RestoreStatus;
  wanted: Bundle['settled']['spec']['restore'];
} {
  return { status: item.status?.restore, wanted: settled.spec.restore };
}

/** Whether something is asked for that is not what ran last, as far as that can be told without asking. */
function isNew(bundle: Bundle): boolean {
  const { status, wanted } = of(bundle);
  if (!wanted || status?.id !== wanted.id) return wanted !== undefined;
  return status.step === 'Refused' && status.request !== requestOf(wanted);
}

async function observe(
  bundle: Bundle,
  { contents }: BucketState,
  stages: Stages,
  missing: string | undefined,
): Promise<Observed> {
  const { status, wanted } = of(bundle);
  const begins = !status || status.finishedAt !== undefined;
  const id = begins ? wanted?.id : status.id;
  const asked = begins || status.step === 'Checking' || status.step === 'Lifting';
  const access = accessOf(bundle);
  return {
    ...{ status, wanted, missing, now: bundle.run.now },
    id: id && asked && contents ? await ownerOf(access, id, begins ? undefined : status) : undefined,
    fenced: (await adminSecret(bundle))?.data?.[FENCE] !== undefined,
    cleared: status && hasEnded(status.step) ? await isCleared(bundle, stages) : false,
    stage: (stage: RestoreStage) =>
      status ? stages.view(stage, factsOf(status, wanted, stage)) : { state: 'none' },
  };
}

/** The Secret for another bucket, if it is not there: a pod would wait for it in silence. */
async function missingSecret({ settled, run }: Bundle): Promise<string | undefined> {
  const { source } = settled.spec.restore ?? {};
  if (!source) return undefined;
  const { namespace } = settled.identity;
  const found = await run.api.get<Secret>(SECRET, { namespace, name: source.secretName });
  if (found?.data?.credentials) return undefined;
  return `Secret ${namespace}/${source.secretName} with the key credentials is missing: make it`;
}

/** Brings about what has to be so at this step: openings, pauses and the fence. */
async function hold(bundle: Bundle, status: RestoreStatus, missing: string | undefined): Promise<void> {
  const { wanted } = of(bundle);
  const { fence, link } = holds(status);
  // A person may take days to make a Secret: until then nothing runs that needs a way.
  if (link || !missing) {
    for (const policy of restorePolicies(bundle.settled, factsOf(status, wanted, 'check'), link))
      await applyOwned(bundle, NETWORK_POLICY, policy);
  }
  if (link) await pause(bundle, true);
  await setFence(bundle, fence);
}

async function perform(bundle: Bundle, status: RestoreStatus, stages: Stages, action: Action): Promise<void> {
  const { wanted } = of(bundle);
  switch (action.do) {
    case 'run':
      return stages.start(action.stage, factsOf(status, wanted, action.stage));
    case 'stop':
      return stages.stop(action.stage, factsOf(status, wanted, action.stage));
    case 'claim':
      return claim(accessOf(bundle), status);
    case 'finish':
      return finish(accessOf(bundle), status, bundle.run.now);
    case 'clear':
      return clear(bundle, stages);
  }
}

async function setFence(bundle: Bundle, wanted: boolean): Promise<void> {
  const secret = await adminSecret(bundle);
  if (!secret || (secret.data?.[FENCE] !== undefined) === wanted) return;
  const { name, namespace = '', resourceVersion } = secret.metadata;
  const data = { [FENCE]: wanted ? Buffer.from('restore').toString('base64') : null };
  await bundle.run.api.merge(SECRET, { namespace, name }, { metadata: { resourceVersion }, data });
}

function adminSecret(bundle: Bundle): Promise<Secret | undefined> {
  return ownedObject<Secret>(bundle, SECRET, bundle.settled.names.secrets.admin);
}

/** Scheduled jobs stay away from a server that is being changed. */
async function pause(bundle: Bundle, suspend: boolean): Promise<void> {
  for (const cronJob of await cronJobs(bundle)) {
    const { name, namespace = '' } = cronJob.metadata;
    if ((cronJob.spec.suspend ?? false) !== suspend) {
      await bundle.run.api.merge(CRON_JOB, { namespace, name }, { spec: { suspend } });
    }
  }
}

function cronJobs({ settled, run }: Bundle): Promise<CronJob[]> {
  return run.api.list<CronJob>(CRON_JOB, settled.identity.namespace, labelsOf(settled.identity));
}

async function openings({ settled, run }: Bundle): Promise<KubeObject[]> {
  const { identity } = settled;
  const all = await run.api.list<KubeObject>(NETWORK_POLICY, identity.namespace, labelsOf(identity));
  return all.filter(({ metadata }) => metadata.labels?.[RESTORE_LABEL] !== undefined);
}

async function isCleared(bundle: Bundle, stages: Stages): Promise<boolean> {
  const paused = (await cronJobs(bundle)).some(({ spec }) => spec.suspend);
  return stages.names.length === 0 && !paused && (await openings(bundle)).length === 0;
}

async function clear(bundle: Bundle, stages: Stages): Promise<void> {
  const { run } = bundle;
  await setFence(bundle, false);
  await pause(bundle, false);
  for (const name of stages.names) await stages.remove(name);
  for (const { metadata } of await openings(bundle)) {
    await run.api.remove(
      NETWORK_POLICY,
      { namespace: metadata.namespace ?? '', name: metadata.name },
      metadata.uid,
    );
  }
}

async function stateOf(bundle: Bundle, verdict: Verdict | undefined): Promise<RestoreState> {
  const { status, wanted } = of(bundle);
  const running = status !== undefined && !hasEnded(status.step);
  if (!wanted || isRight(status, wanted.id)) return { bundle, running, verdict, withApp: true };
  const { identity, names } = bundle.settled;
  const app = await bundle.run.api.get(SECRET, { namespace: identity.namespace, name: names.secrets.app });
  return { bundle, running, verdict, withApp: app !== undefined };
}

/** Whether the server has what was asked for: it is verified and promoted. */
function isRight(status: RestoreStatus | undefined, id: string): boolean {
  return (
    status?.id === id && (status.step === 'Done' || (status.step === 'Lifting' && status.outcome === 'Done'))
  );
}

function verdictOf(bundle: Bundle): Verdict | undefined {
  const { status, wanted } = of(bundle);
  const said = (reason: string, message: string): Verdict => ({
    type: 'Ready',
    status: 'False',
    reason,
    message,
  });
  if (!status) return wanted && said('Restoring', `restore ${wanted.id} waits for the bucket`);
  const { id, step, message = '' } = status;
  if (!hasEnded(step)) return said('Restoring', `restore ${id}, ${step}: ${message}`);
  if (wanted?.id !== id || step === 'Done') return undefined;
  const remedy = 'choose another id to try again, or remove spec.restore';
  return said(
    step === 'Refused' ? 'RestoreRefused' : 'RestoreRolledBack',
    `restore ${id}: ${message}; ${remedy}`,
  );
}
