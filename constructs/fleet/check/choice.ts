import type { Problem } from '../../problem';
import { didYouMean } from './names';

/** A value that is none of those that a field takes. `undefined` is left to the check of fields. */
export function checkChoice(
  path: string,
  field: string,
  value: unknown,
  choices: readonly string[],
): Problem[] {
  if (value === undefined || choices.includes(value as string)) return [];
  const hint = typeof value === 'string' ? didYouMean(value, choices) : '';
  return [
    {
      code: 'value-unknown',
      path,
      field,
      value,
      problem: 'is none of the values that it takes',
      remedy: `use ${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}${hint}`,
    },
  ];
}
