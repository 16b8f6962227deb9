import { CRON_FIELDS, cronValues } from './schedule';

const DAY = 24 * 60;

/**
 * The longest time, in minutes, between two runs of a valid schedule; infinite when it never runs twice in
 * five years (30 February). Days are counted from a fixed one, leap years included.
 */
export function longestPause(schedule: string): number {
  const [minutes = [], hours = [], days = [], months = [], weekdays = []] = schedule
    .split(' ')
    .map((written, i) => cronValues(written, i));
  const times = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute)).sort((a, b) => a - b);
  // Cron: where both days are restricted, either is enough.
  const either = days.length < CRON_FIELDS[2].max && weekdays.length < CRON_FIELDS[4].max + 1;
  // Nearly every schedule is daily at least: then two days tell all.
  const daily = days.length === 31 && months.length === 12 && weekdays.length === 7;
  const runs = Array.from({ length: daily ? 2 : 5 * 365 }, (_, day) => day).filter((day) => {
    const date = new Date(Date.UTC(2024, 0, 1 + day));
    const inMonth = days.includes(date.getUTCDate());
    const inWeek = weekdays.includes(date.getUTCDay());
    return months.includes(date.getUTCMonth() + 1) && (either ? inMonth || inWeek : inMonth && inWeek);
  });
  if (runs.length < 2) return Number.POSITIVE_INFINITY;
  const pauses = runs.slice(1).map((day, i) => (day - (runs[i] ?? 0)) * DAY);
  const overnight = Math.max(...pauses) + (times[0] ?? 0) - (times.at(-1) ?? 0);
  return Math.max(overnight, ...times.slice(1).map((time, i) => time - (times[i] ?? 0)));
}

const UNITS: Readonly<Record<string, number>> = { m: 1, h: 60, d: DAY };

/** The minutes of a duration such as `90m`, `3h` or `2d`. */
export function minutesOf(duration: string): number {
  return Number.parseInt(duration, 10) * (UNITS[duration.slice(-1)] ?? 1);
}

/** Minutes as a person writes them. */
export function durationOf(minutes: number): string {
  const unit = minutes % DAY === 0 ? 'd' : minutes % 60 === 0 ? 'h' : 'm';
  return `${minutes / (UNITS[unit] ?? 1)}${unit}`;
}
