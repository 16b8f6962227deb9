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
