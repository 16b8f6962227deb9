import type { Action, Next, Observed } from './observed';
import type { Report, RestoreStage, RestoreStatus, RestoreStep } from './status';

/** Nothing to do until something else happens. */
export const wait: Next = { actions: [] };
/** Things to do at the step where it is. */
export const act = (...actions: Action[]): Next => ({ actions });

/** Another step, with what is said of it. */
export function to(
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
export const stamp = (time: Date) => `${time.toISOString().slice(0, 19)}Z`;

/** What is said of one that nothing asks for any more. */
export const STOPPED = 'stopped: the resource does not ask for it any more';

/** Whether the resource asks for it no more. */
export function isStopped({ wanted }: Observed, { id }: RestoreStatus): boolean {
  return wanted?.id !== id;
}

/** Why it rolls back: what was said when it began to. */
export function whyOf({ steps = [], message = '' }: RestoreStatus): string {
  return steps.findLast(({ step }) => step === 'RollingBack')?.message ?? message;
}

/** Ends it with the server as it was: what is left is to lift the fence. */
export function back(observed: Observed, status: RestoreStatus, message: string): Next {
  return to(observed, status, 'Lifting', message, { outcome: 'RolledBack' });
}

/**
 * Begins a step again, with Jobs of other names. Past the first step it does so for ever: it must not stay
 * as it is.
 */
export function again(
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

/** What a report says, for people. */
export function told(report: Report | undefined): string {
  return report?.message ?? 'the pod was lost';
}
