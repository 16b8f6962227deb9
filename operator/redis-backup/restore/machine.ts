import { createHash } from 'node:crypto';
import type { Restore } from '../../../constructs/redis-backup/spec';
import type { Action, Next, Observed } from './observed';
import type { Report, RestoreStage, RestoreStatus, RestoreStep } from './status';

/** Whether nothing is to be done any more: one way or the other. */
export function hasEnded(step: RestoreStep): boolean {
  return step === 'Done' || step === 'RolledBack' || step === 'Refused';
}

/** What has to be so while a restore is where it is. */
export function holds(status: RestoreStatus | undefined): { fence: boolean; open: boolean } {
  const step = status?.step;
  return {
    fence: step !== undefined && !hasEnded(step) && step !== 'Checking' && step !== 'Lifting',
    open: step !== undefined && !hasEnded(step),
  };
}

/** A hash of what is asked for. */
export function requestOf(restore: Restore): string {
  return createHash('sha256').update(JSON.stringify(restore)).digest('hex').slice(0, 16);
}

const wait: Next = { actions: [] };
const act = (...actions: Action[]): Next => ({ actions });

/**
 * The next step of a restore. The operator may be killed at any instruction: whatever is done belongs to a status that
 * is written already, and doing it twice is doing it once.
 */
export function nextStep(observed: Observed): Next {
  const { status, now } = observed;
  if (!status || status.finishedAt) return begin(observed);
  if (hasEnded(status.step)) return clearUp(observed, status);
  if (status.retryAt && now.getTime() < Date.parse(status.retryAt) && !isStopped(observed, status))
    return wait;
  switch (status.step) {
    case 'Checking':
      return check(observed, status);
    case 'Fencing':
      return fence(observed, status);
    case 'BackingUp':
      return backUp(observed, status);
    case 'RollingBack':
      return rollBack(observed, status);
    case 'Lifting':
      return lift(observed, status);
    default:
      return run(observed, status);
  }
}

function to(
  { now }: Observed,
  status: RestoreStatus,
  step: RestoreStep,
  message: string,
  more: Partial<RestoreStatus> = {},
): Next {
  const time = stamp(now);
  const steps = [...(status.steps ?? []), { step, time, message: message.slice(0, 500) }].slice(-32);
  return {
    status: {
      ...status,
      attempt: 0,
      retryAt: undefined,
      ...more,
      step,
      message: message.slice(0, 2000),
      steps,
    },
  };
}

/** A time as status has it. */
const stamp = (time: Date) => `${time.toISOString().slice(0, 19)}Z`;

function begin(observed: Observed): Next {
  const { wanted, status, id, now } = observed;
  if (!wanted) return wait;
  const request = requestOf(wanted);
  if (status?.id === wanted.id && !(status.step === 'Refused' && status.request !== request)) return wait;
  if (id === undefined) return wait;
  const startedAt = stamp(now);
  const fresh: RestoreStatus = { id: wanted.id, request, startedAt, step: 'Checking' };
  if (id !== 'free') return to(observed, fresh, 'Refused', USED);
  return to(observed, fresh, 'Checking', 'looks for the backup and whether it fits');
}

const USED =
  'this id has run, as restores/<id>.json in the bucket says: choose another id to run it again, or remove spec.restore';
const STOPPED = 'stopped: the resource does not ask for it any more';

function isStopped({ wanted }: Observed, { id }: RestoreStatus): boolean {
  return wanted?.id !== id;
}

function check(observed: Observed, status: RestoreStatus): Next {
  const { state, report } = observed.stage('check');
  if (isStopped(observed, status))
    return to(observed, status, 'RolledBack', `${STOPPED}; nothing was touched`);
  if (state === 'none' && observed.missing) {
    return status.message === observed.missing ? wait : { status: { ...status, message: observed.missing } };
  }
  if (state === 'none') return act({ do: 'run', stage: 'check' });
  if (state !== 'ended') return wait;
  if (report?.result === 'refused') return to(observed, status, 'Refused', report.message);
  if (report?.result !== 'fits') return again(observed, status, ['check'], report);
  switch (observed.id) {
    case 'ours': {
      const { key, keys, digest } = report;
      return to(observed, status, 'Fencing', report.message, { key, keys, digest });
    }
    case 'free':
      return act({ do: 'claim' });
    case undefined:
      return wait;
    default:
      return to(observed, status, 'Refused', USED);
  }
}

function fence(observed: Observed, status: RestoreStatus): Next {
  if (isStopped(observed, status)) return back(observed, status, STOPPED);
  const { state, report } = observed.stage('fence');
  if (state === 'none') return observed.fenced ? act({ do: 'run', stage: 'fence' }) : wait;
  if (state !== 'ended') return wait;
  if (report?.result !== 'fenced') return back(observed, status, told(report));
  if (report.touched) return back(observed, status, 'something else replicates into the server');
  const { runId, empty, message } = report;
  return to(observed, status, empty ? 'Loading' : 'BackingUp', message, { runId, empty });
}

function backUp(observed: Observed, status: RestoreStatus): Next {
  if (isStopped(observed, status)) return back(observed, status, STOPPED);
  const { state, report } = observed.stage('backup');
  if (state === 'none') return act({ do: 'run', stage: 'backup' });
  if (state !== 'ended') return wait;
  if (report?.result !== 'backed-up') return back(observed, status, `no backup was taken: ${told(report)}`);
  return to(observed, status, 'Loading', `what the server had is ${report.key}`, { backup: report.key });
}

/** The pod goes through loading, replicating, verifying and promoting by itself, and back if it has to. */
function run(observed: Observed, status: RestoreStatus): Next {
  const { state, report, fetched } = observed.stage('run');
  if (isStopped(observed, status)) return to(observed, status, 'RollingBack', STOPPED);
  if (state === 'none') {
    // A pod that comes after another finds the server touched, and leaves it alone.
    return act({ do: 'run', stage: 'run' });
  }
  if (state === 'running' && fetched && status.step === 'Loading') {
    return to(
      observed,
      status,
      'Replicating',
      'the server replicates, is verified and promoted; the log of the pod says more',
    );
  }
  if (state !== 'ended') return wait;
  switch (report?.result) {
    case 'promoted':
      return to(observed, status, 'Lifting', report.message, { outcome: 'Done' });
    case 'rolled-back':
      return back(observed, status, report.message);
    default:
      // Also for one that touched nothing: a pod before it may have.
      return to(observed, status, 'RollingBack', told(report));
  }
}

function rollBack(observed: Observed, status: RestoreStatus): Next {
  const before = observed.stage('run');
  if (before.state === 'running') return act({ do: 'stop', stage: 'run' });
  // Two pods at one server would fight.
  if (before.state === 'ending') return wait;
  const look = observed.stage('look');
  if (look.state === 'none') return act({ do: 'run', stage: 'look' });
  if (look.state !== 'ended') return wait;
  if (look.report?.result !== 'fenced') return again(observed, status, ['look', 'rollback'], look.report);
  const untouched = !look.report.touched && look.report.runId === status.runId;
  const why = whyOf(status);
  if (untouched) return back(observed, status, `${why}; the server was not changed`);
  const rollback = observed.stage('rollback');
  if (rollback.state === 'none') return act({ do: 'run', stage: 'rollback' });
  if (rollback.state !== 'ended') return wait;
  if (rollback.report?.result === 'rolled-back')
    return back(observed, status, `${why}; the server has its own data again`);
  return again(observed, status, ['look', 'rollback'], rollback.report);
}

/** Why it rolls back: what was said when it began to. */
function whyOf({ steps = [], message = '' }: RestoreStatus): string {
  return steps.findLast(({ step }) => step === 'RollingBack')?.message ?? message;
}

function lift(observed: Observed, status: RestoreStatus): Next {
  if (observed.fenced) return wait;
  const { state, report } = observed.stage('lift');
  if (state === 'none') return act({ do: 'run', stage: 'lift' });
  if (state !== 'ended') return wait;
  if (report?.result !== 'lifted') return again(observed, status, ['lift'], report);
  if (observed.id === undefined) return wait;
  if (observed.id === 'ours') return act({ do: 'finish' });
  return to(observed, status, status.outcome ?? 'RolledBack', endOf(status));
}

/** How it came to its end: what was said when its last part began. */
function endOf({ steps = [], message = '' }: RestoreStatus): string {
  return steps.findLast(({ step }) => step === 'Lifting')?.message ?? message;
}

function clearUp(observed: Observed, status: RestoreStatus): Next {
  if (!observed.cleared) return act({ do: 'clear' });
  return { status: { ...status, finishedAt: stamp(observed.now) } };
}

function back(observed: Observed, status: RestoreStatus, message: string): Next {
  return to(observed, status, 'Lifting', message, { outcome: 'RolledBack' });
}

/** Begins a step again, with Jobs of other names. It does so for ever: it must not stay as it is. */
function again(
  observed: Observed,
  status: RestoreStatus,
  stages: readonly RestoreStage[],
  report: Report | undefined,
): Next {
  if (stages.some((stage) => observed.stage(stage).state === 'ending')) return wait;
  const attempt = (status.attempt ?? 0) + 1;
  const pause = Math.min(300, 10 * 2 ** attempt);
  const retryAt = stamp(new Date(observed.now.getTime() + pause * 1000));
  const begun = status.step === 'RollingBack' ? `${whyOf(status)}; ` : '';
  const message = `${begun}attempt ${attempt} failed: ${told(report)}`.slice(0, 2000);
  return { status: { ...status, attempt, retryAt, message } };
}

function told(report: Report | undefined): string {
  return report?.message ?? 'the pod was lost';
}
