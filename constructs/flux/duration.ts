import type { Problem } from '../problem';

/**
 * A duration as Flux takes it: a Go duration of `h`, `m`, `s` and `ms`, longer than nothing.
 *
 * @see https://pkg.go.dev/time#ParseDuration
 */
export function checkDuration(path: string, field: string, value: string | undefined): Problem[] {
  if (value === undefined) return [];
  const at = { code: 'duration-malformed', path, field, value };
  if (!/^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$/.test(value)) {
    const days = /^([0-9]+)d$/.exec(value)?.[1];
    return [
      {
        ...at,
        problem: 'is no Go duration',
        remedy: days
          ? `write ${Number(days) * 24}h: there is no unit of a day`
          : 'write it like 90s, 10m or 1h30m',
      },
    ];
  }
  if (/[1-9]/.test(value)) return [];
  return [{ ...at, problem: 'is no time at all', remedy: 'use more than zero, such as 10m' }];
}

const SECONDS = { h: 3600, m: 60, s: 1, ms: 0.001 } as const;

/** A duration in whole seconds, rounded up. What `checkDuration` refuses has no meaning here. */
export function secondsOf(duration: string): number;
export function secondsOf(duration: string | undefined): number | undefined;
export function secondsOf(duration: string | undefined): number | undefined {
  if (duration === undefined) return undefined;
  const parts = duration.matchAll(/([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)/g);
  let seconds = 0;
  for (const [, amount, unit] of parts) seconds += Number(amount) * SECONDS[unit as keyof typeof SECONDS];
  return Math.ceil(seconds);
}
