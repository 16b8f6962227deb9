import { createHash } from 'node:crypto';
import type { Restore } from '../../../constructs/redis-backup/spec';
import { act, again, isStopped, STOPPED, stamp, to, told, wait } from './moves';
import type { Next, Observed } from './observed';
import type { RestoreStatus } from './status';

const USED =
  'this id has run, as restores/<id>.json in the bucket says: choose another id to run it again, or remove spec.restore';

const NO_BUCKET =
  'the bucket of this resource, which takes a note of every restore, cannot be read or written';

/** How many hours a restore waits for what it reads, with the server as it is. */
const PATIENCE = 6;

/** A hash of what is asked for. */
export function requestOf(restore: Restore): string {
  return createHash('sha256').update(JSON.stringify(restore)).digest('hex').slice(0, 16);
}

/** Begins what is asked for, unless its id has run. */
export function begin(observed: Observed): Next {
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

/** Looks whether it can end before anything is touched. What stays away for hours, it does not wait for. */
export function check(observed: Observed, status: RestoreStatus): Next {
  const { state, report } = observed.stage('check');
  const late = isLate(observed, status);
  if (isStopped(observed, status))
    return to(observed, status, 'RolledBack', `${STOPPED}; nothing was touched`);
  if (state === 'none' && observed.missing) {
    if (late) return refused(observed, status, observed.missing);
    return status.message === observed.missing ? wait : { status: { ...status, message: observed.missing } };
  }
  if (state === 'none') return act({ do: 'run', stage: 'check' });
  if (state !== 'ended') return wait;
  if (report?.result === 'refused') return to(observed, status, 'Refused', report.message);
  if (report?.result !== 'fits') {
    return late ? refused(observed, status, told(report)) : again(observed, status, ['check'], report);
  }
  switch (observed.id) {
    case 'ours': {
      const { key, keys, digest } = report;
      return to(observed, status, 'Fencing', report.message, { key, keys, digest });
    }
    case 'free':
      return late ? refused(observed, status, NO_BUCKET) : act({ do: 'claim' });
    case undefined:
      return late ? refused(observed, status, NO_BUCKET) : wait;
    default:
      return to(observed, status, 'Refused', USED);
  }
}

function refused(observed: Observed, status: RestoreStatus, why: string): Next {
  return to(observed, status, 'Refused', `gave up after ${PATIENCE} hours, nothing was touched: ${why}`);
}

function isLate({ now }: Observed, { startedAt = '' }: RestoreStatus): boolean {
  return now.getTime() > Date.parse(startedAt) + PATIENCE * 3_600_000;
}
