import { checkFields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';

/** What a reference says, whatever the source. */
export type Refs = Readonly<Record<string, string | undefined>>;

/** A reference must say exactly one thing: Flux would silently take the one that it ranks highest. */
export function checkRef(path: string, ref: Refs, choices: readonly string[]): Problem[] {
  const shape = checkFields(path, 'ref', ref, Object.fromEntries(choices.map((name) => [name, 'string?'])));
  if (shape.length > 0) return shape;
  const given = choices.filter((choice) => ref[choice]);
  if (given.length !== 1) {
    return [
      {
        code: 'ref-ambiguous',
        path,
        field: 'ref',
        value: ref,
        problem: given.length === 0 ? 'says nothing' : `says ${given.length} things`,
        remedy: `give exactly one of ${choices.join(', ')}`,
      },
    ];
  }
  return [
    ...checkHash(path, 'digest', ref.digest, /^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hexadecimal digits'),
    ...checkHash(path, 'commit', ref.commit, /^[0-9a-f]{40}$/, 'all 40 hexadecimal digits'),
  ];
}

function checkHash(
  path: string,
  kind: 'digest' | 'commit',
  value: string | undefined,
  form: RegExp,
  remedy: string,
): Problem[] {
  if (value === undefined || form.test(value)) return [];
  return [
    {
      code: 'ref-malformed',
      path,
      field: `ref.${kind}`,
      value,
      problem: `is no whole ${kind}`,
      remedy: `write ${remedy}`,
    },
  ];
}
