import type { Retention } from '../../constructs/redis-backup/spec';
import { timeOf } from './layout';

/** What retention has to know beside the ids. */
export interface ExpiryProps {
  /** Ids that never go: the newest that is proven, what a restore names. */
  readonly keep: Iterable<string>;
  readonly now: Date;
}

/** The first instant, in UTC, of the hour, day, week (from Monday) or month of a time. */
const PERIODS: Readonly<Record<Exclude<keyof Retention, 'last'>, (time: Date) => number>> = {
  hourly: (time) => Math.floor(time.getTime() / 3_600_000),
  daily: (time) => day(time),
  // The first day of 1970 was a Thursday.
  weekly: (time) => Math.floor((day(time) + 3) / 7),
  monthly: (time) => time.getUTCFullYear() * 12 + time.getUTCMonth(),
};

/**
 * The backups that may go: all but the newest `last`, and the newest of each of the newest hours, days, weeks and
 * months that have one. What is in the future or has no id of ours never goes, and keeps nothing else from staying.
 *
 * Periods without a backup are not counted: after a pause of a month the old ones are all still there.
 */
export function expirable(
  ids: Iterable<string>,
  retention: Required<Retention>,
  { keep, now }: ExpiryProps,
): string[] {
  const times = new Map<string, Date>();
  for (const id of ids) {
    const time = timeOf(id);
    if (time && time <= now) times.set(id, time);
  }
  const newestFirst = [...times.keys()].sort().reverse();
  const stay = new Set(keep);
  // Never none, whatever is asked for.
  for (const id of newestFirst.slice(0, Math.max(1, retention.last))) stay.add(id);
  for (const [field, periodOf] of Object.entries(PERIODS)) {
    const newest = new Map<number, string>();
    for (const id of newestFirst) {
      const period = periodOf(times.get(id) as Date);
      if (!newest.has(period)) newest.set(period, id);
    }
    for (const id of [...newest.values()].slice(0, retention[field as keyof typeof PERIODS])) stay.add(id);
  }
  return newestFirst.filter((id) => !stay.has(id)).reverse();
}

function day(time: Date): number {
  return Math.floor(time.getTime() / 86_400_000);
}
