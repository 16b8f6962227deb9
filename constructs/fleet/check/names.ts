import type { Problem } from '../../problem';

/**
 * A DNS label as Kubernetes takes it (RFC 1123).
 *
 * @param max how many characters fit, where less than 63
 */
export function checkDnsLabel(path: string, field: string, value: string, max = 63): Problem[] {
  const at = { path, field, value };
  if (typeof value !== 'string' || !/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value)) {
    return [
      {
        ...at,
        code: 'name-invalid',
        problem: 'is no DNS label',
        remedy: 'use lower-case letters, digits and `-`, beginning and ending with a letter or digit',
      },
    ];
  }
  if (value.length <= max) return [];
  return [
    {
      ...at,
      code: 'name-too-long',
      problem: `has ${value.length} characters`,
      remedy: `use at most ${max}: names made from it must fit in 63`,
    },
  ];
}

/**
 * The name of a Secret, or of another object, as Kubernetes takes it: a DNS subdomain. `undefined` is left to the
 * check of fields.
 */
export function checkObjectName(path: string, field: string, value: unknown, kind = 'a Secret'): Problem[] {
  const isName =
    typeof value === 'string' &&
    value.length <= 253 &&
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(value);
  if (value === undefined || isName) return [];
  return [
    {
      code: 'name-invalid',
      path,
      field,
      value,
      problem: `is no name of ${kind}`,
      remedy: 'use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
    },
  ];
}

/** A name that is given twice, reported at the later construct. */
export function nameDuplicate(later: Named, earlier: Named, what: string): Problem {
  return {
    code: 'name-duplicate',
    path: later.node.path,
    field: 'name',
    value: later.name,
    problem: `is the name of another ${what} (${earlier.node.path})`,
    remedy: 'give each its own name',
  };
}

interface Named {
  readonly name: string;
  readonly node: { readonly path: string };
}

/** A hint for a remedy when one of the candidates is close to what was written; else empty. */
export function didYouMean(written: string, candidates: readonly string[]): string {
  if (written.length > 64) return '';
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(written, candidate) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)))
    .sort((a, b) => a.distance - b.distance);
  return best ? ` (did you mean "${best.candidate}"?)` : '';
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
