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
    ...checkBranch(path, 'ref.branch', ref.branch),
    ...checkHash(path, 'digest', ref.digest, /^sha256:[0-9a-f]{64}$/, 'sha256: and 64 hexadecimal digits'),
    ...checkHash(path, 'commit', ref.commit, /^[0-9a-f]{40}$/, 'all 40 hexadecimal digits'),
  ];
}

/**
 * A branch that git would not make.
 *
 * @see https://git-scm.com/docs/git-check-ref-format
 */
export function checkBranch(path: string, field: string, value: string | undefined): Problem[] {
  if (value === undefined) return [];
  const steps = value.split('/');
  const isBranch =
    !/[\s\p{Cc}~^:?*[\\]|\.\.|@\{|^-|^@$|\.$/u.test(value) &&
    steps.every((step) => step !== '' && !step.startsWith('.') && !step.endsWith('.lock'));
  if (isBranch) return [];
  return [
    {
      code: 'ref-malformed',
      path,
      field,
      value,
      problem: 'is no name of a branch',
      remedy: 'write it as `git branch` lists it, such as main or release/1.x',
    },
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
