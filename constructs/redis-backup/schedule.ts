import { type BundleIdentity, spread } from './identity';

/** The five fields of cron, with the values that each takes. Kubernetes takes names for the last two. */
export const CRON_FIELDS = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec' },
  { name: 'day of week', min: 0, max: 6, names: 'sun|mon|tue|wed|thu|fri|sat' },
] as const;

/**
 * What is wrong with a schedule, as the end of a sentence, or undefined. Takes what a CronJob takes, and
 * `H` for the minute or the hour.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#schedule-syntax
 */
export function scheduleError(schedule: string): string | undefined {
  const fields = schedule.split(' ');
  if (fields.length !== CRON_FIELDS.length)
    return `has ${fields.length} fields; cron has five, one space between`;
  for (const [i, field] of CRON_FIELDS.entries()) {
    const written = fields[i] ?? '';
    if (written === 'H' && i < 2) continue;
    if (!written.split(',').every((part) => fits(part, field))) {
      return `has ${JSON.stringify(written)} for the ${field.name}`;
    }
  }
  return undefined;
}

function fits(part: string, { min, max, ...rest }: (typeof CRON_FIELDS)[number]): boolean {
  const [range = '', step, ...more] = part.split('/');
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d?$/.test(step))) return false;
  if (range === '*') return true;
  const ends = range.split('-').map((end) => numberOf(end, 'names' in rest ? rest.names : undefined, min));
  const [first, last = first, ...surplus] = ends;
  if (first === undefined || last === undefined || ends.includes(undefined) || surplus.length > 0)
    return false;
  return min <= first && first <= last && last <= max;
}

function numberOf(text: string, names: string | undefined, min: number): number | undefined {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  const index = names?.split('|').indexOf(text.toLowerCase()) ?? -1;
  return index < 0 ? undefined : index + min;
}

/** The values that a valid field selects, in order; `i` is its place. `H` stands for any one value. */
export function cronValues(written: string, i: number): number[] {
  const field = CRON_FIELDS[i];
  if (!field) return [];
  if (written === 'H') return [field.min];
  const names = 'names' in field ? field.names : undefined;
  const chosen = written.split(',').flatMap((part) => {
    const [range = '', step] = part.split('/');
    const [from, to] = range.split('-').map((end) => numberOf(end, names, field.min));
    const first = range === '*' ? field.min : (from ?? field.min);
    const last = range === '*' || (to === undefined && step) ? field.max : (to ?? first);
    const every = Number(step ?? 1);
    return Array.from({ length: Math.floor((last - first) / every) + 1 }, (_, n) => first + n * every);
  });
  return [...new Set(chosen)].sort((a, b) => a - b);
}

/** Replaces `H` by the bundle's own minute and hour. */
export function spreadSchedule(schedule: string, identity: BundleIdentity, purpose: string): string {
  return schedule
    .split(' ')
    .map((field, i) => {
      if (field !== 'H') return field;
      return String(spread(identity, `${purpose} ${CRON_FIELDS[i]?.name}`, i === 0 ? 60 : 24));
    })
    .join(' ');
}
