import type { Problem } from '../../problem';
import { didYouMean } from './names';

/** The fields of an interface: which must be there, and which may be left out. */
export type Fields<T> = {
  readonly [Key in keyof T]-?: undefined extends T[Key] ? 'optional' : 'required';
};

/**
 * Fields that an interface does not have, and required ones that are not there. Fleets run by `tsx`, which
 * does not look at types: a misspelt field would be dropped in silence.
 *
 * @param field where the value is written, such as `pools[0]`. Empty: the whole
 */
export function checkFields<T extends object>(
  path: string,
  field: string,
  value: T | undefined,
  known: Fields<T>,
): Problem[] {
  if (value === undefined) return [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [
      {
        code: 'field-malformed',
        path,
        field,
        value,
        problem: 'is no object',
        remedy: `write its fields in braces: ${Object.keys(known).join(', ')}`,
      },
    ];
  }
  const names = Object.keys(known);
  const written = value as Readonly<Record<string, unknown>>;
  const at = (name: string) => ({ path, field: field ? `${field}.${name}` : name, value: written[name] });
  const unknown = Object.keys(written).filter((name) => !names.includes(name));
  const missing = names.filter(
    (name) => (known as Record<string, string>)[name] === 'required' && written[name] === undefined,
  );
  return [
    ...unknown.map((name) => ({
      ...at(name),
      code: 'field-unknown',
      problem: 'is no field here',
      remedy: `remove it, or use one of ${names.join(', ')}${didYouMean(name, names)}`,
    })),
    ...missing.map((name) => ({
      ...at(name),
      code: 'field-missing',
      problem: 'is required',
      remedy: `add \`${name}\``,
    })),
  ];
}
