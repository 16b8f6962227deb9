import type { Problem } from '../../problem';
import { didYouMean } from './names';

/** The fields of an interface: the shape of each, with `?` where it may be left out. */
export type Fields<T> = {
  readonly [Key in keyof T]-?: undefined extends T[Key]
    ? `${ShapeOf<Exclude<T[Key], undefined>> | 'any'}?`
    : ShapeOf<T[Key]> | 'any';
};

/**
 * What is written where. An `object` has a check of its own fields. The members of a `list` are objects that have
 * one; those of a `mixed` one are of several shapes. A `choice` is left to `checkChoice`.
 */
type Shape =
  | ('string' | 'choice' | 'number' | 'boolean' | 'function' | 'map' | 'object' | 'any')
  | ('strings' | 'list' | 'mixed');

/** `any` is of several shapes, or has a check of its own. */
type ShapeOf<V> = OneOf<Each<V>>;
type OneOf<S, All = S> = [S] extends [never]
  ? 'any'
  : S extends unknown
    ? [All] extends [S]
      ? S & Shape
      : 'any'
    : never;
type Each<V> = unknown extends V
  ? 'any'
  : V extends string
    ? string extends V
      ? 'string'
      : 'choice'
    : V extends number
      ? 'number'
      : V extends boolean
        ? 'boolean'
        : V extends (...args: never[]) => unknown
          ? 'function'
          : V extends readonly string[]
            ? 'strings'
            : V extends readonly object[]
              ? 'list'
              : V extends readonly unknown[]
                ? 'mixed'
                : string extends keyof V
                  ? 'map'
                  : 'object';

const WANTED: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  function: 'a function',
  strings: 'a list of strings',
  list: 'a list',
  mixed: 'a list',
  map: 'a map',
};

/**
 * Fields that an interface does not have, required ones that are not there, and those that are something else than
 * a string, a list and so on. Fleets run by `tsx`, which does not look at types: a misspelt field would be dropped
 * in silence, and `'false'` would mean true.
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
  if (!isMap(value)) {
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
  const shapes = known as Readonly<Record<string, string>>;
  const names = Object.keys(shapes);
  const at = (name: string) => ({ path, field: field ? `${field}.${name}` : name, value: value[name] });
  const unknown = Object.keys(value).filter((name) => !names.includes(name));
  const missing = names.filter((name) => !shapes[name]?.endsWith('?') && value[name] === undefined);
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
    ...names.flatMap((name) => checkShape(path, at(name).field, value[name], shapes[name] ?? 'any')),
  ];
}

/** What is wrong with each object of a list. Anything else is left to the check of the fields that it is one of. */
export function checkEach<T extends object>(
  list: readonly T[] | undefined,
  check: (member: T, i: number) => readonly Problem[],
): Problem[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((member, i) => (isMap(member) ? check(member as T, i) : []));
}

/** The properties of a construct; none where nothing was given, so that the check says what is missing. */
export function propsOf<T extends object>(given: T): T {
  return given ?? ({} as T);
}

/** A list of objects that nothing type-checked: those of its members that are objects, or none. */
export function listOf<T extends object>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

/** A list of strings that nothing type-checked: those of its members that are strings, or none. */
export function stringsOf(list: readonly string[] | undefined): readonly string[] {
  return Array.isArray(list) ? list.filter((member) => typeof member === 'string') : [];
}

function isObject(value: object | null | undefined): boolean {
  return isMap(value);
}

/** Whether something has keys and values. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function checkShape(path: string, field: string, value: unknown, shape: string): Problem[] {
  if (value === undefined) return [];
  const kind = shape.replace('?', '');
  if (!isShaped(value, kind)) return [malformed(path, field, value, kind)];
  if (kind !== 'strings' && kind !== 'list') return [];
  const member = kind === 'strings' ? 'string' : 'member';
  return [...(value as readonly unknown[])].flatMap((one, i) =>
    isShaped(one, member) ? [] : [malformed(path, `${field}[${i}]`, one, member)],
  );
}

const LISTS: readonly string[] = ['strings', 'list', 'mixed'];

function isShaped(value: unknown, kind: string): boolean {
  if (kind === 'object' || kind === 'choice' || kind === 'any') return true;
  if (kind === 'map' || kind === 'member') return isMap(value);
  if (LISTS.includes(kind)) return Array.isArray(value);
  return typeof value === kind;
}

/** What was meant, where that can be told. */
function exampleOf(value: unknown, kind: string): string {
  if (kind === 'strings' && typeof value === 'string') return `: ['${value}']`;
  return kind === 'string' && typeof value === 'number' ? `: '${value}'` : '';
}

function malformed(path: string, field: string, value: unknown, kind: string): Problem {
  const wanted = WANTED[kind];
  return {
    code: 'field-malformed',
    path,
    field,
    value: typeof value === 'function' ? 'a function' : value,
    problem: kind === 'member' ? 'is no object' : `is not ${wanted}`,
    remedy: kind === 'member' ? 'write its fields in braces' : `write ${wanted}${exampleOf(value, kind)}`,
  };
}
