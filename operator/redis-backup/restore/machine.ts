import { begin, check } from './begin';
import { act, again, back, isStopped, STOPPED, stamp, to, told, wait, whyOf } from './moves';
import type { Next, Observed } from './observed';
import type { RestoreStage, RestoreStatus, RestoreStep } from './status';

/** Whether nothing is to be done any more: one way or the other. */
export function hasEnded(step: RestoreStep): boolean {
  return step === 'Done' || step === 'RolledBack' || step === 'Refused';
}

/**
 * What has to be so while a restore is where it is: `fence`, that no app writes; `link`, that the server may replicate
 * from the restore, and scheduled jobs stay away from it.
 */
export function holds({ step }: RestoreStatus): { fence: boolean; link: boolean } {
  const link = !hasEnded(step) && step !== 'Checking';
  return { fence: link && step !== 'Lifting', link };
}

/** The stages whose pods reach the server with rights that change it. */
const STAGES: readonly RestoreStage[] = ['check', 'fence', 'run', 'look', 'rollback', 'lift'];

/**
 * The next step of a restore. The operator may be killed at any instruction: whatever is done belongs to a status that
 * is written already, and doing it twice is doing it once.
 *
 * A pod that is lost with its node may still run, so it is cut off before anything else: the count of lost pods is part
 * of what opens the way to the server.
 */
export function nextStep(observed: Observed): Next {
  const { status, now } = observed;
  if (!status || status.finishedAt) return begin(observed);
  if (hasEnded(status.step)) return clearUp(observed, status);
  const lost = STAGES.map(observed.stage).find(({ state }) => state === 'lost');
  if (lost) {
    const lostPods = (status.lostPods ?? 0) + 1;
    return { status: { ...status, lostPods, message: told(lost.report) } };
  }
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
