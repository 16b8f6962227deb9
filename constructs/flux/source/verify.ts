import { checkObjectName } from '../../fleet/check/names';
import type { Problem } from '../../problem';
import type { OciVerify } from './oci-source';

/** Keyless verification without an identity accepts everyone who can sign anything. */
export function checkVerify(path: string, verify: OciVerify | undefined): Problem[] {
  if (!verify) return [];
  if ('secretName' in verify) return checkObjectName(path, 'verify.secretName', verify.secretName);
  const { identities } = verify;
  if (identities?.length > 0) {
    return identities.flatMap((identity, i) =>
      (['issuer', 'subject'] as const).flatMap((member) =>
        checkPattern(path, `verify.identities[${i}].${member}`, identity[member]),
      ),
    );
  }
  return [
    {
      code: 'verify-anyone',
      path,
      field: 'verify.identities',
      value: identities,
      problem: 'is empty, so that a signature of anyone would do',
      remedy: 'name the issuer and subject of your signer, or a Secret with its public key',
    },
  ];
}

/**
 * A regular expression of Go that finds something in an empty text finds it in every text.
 *
 * @see https://fluxcd.io/flux/components/source/ocirepositories/#keyless-verification
 */
function checkPattern(path: string, field: string, value: string): Problem[] {
  const at = { path, field, value };
  const pattern = compile(value);
  if (!pattern) {
    return [
      {
        ...at,
        code: 'value-invalid',
        problem: 'is no regular expression of Go',
        remedy: 'write it like ^https://github\\.com/team/repo/.*$, without look-arounds and references back',
      },
    ];
  }
  if (!pattern.test('')) return [];
  return [
    {
      ...at,
      code: 'verify-anyone',
      problem: 'is open: it is a regular expression, and matches whatever there is',
      remedy: 'write what the signer must have, between ^ and $',
    },
  ];
}

/** Flags at the beginning, and the form of named groups, are Go's alone; some others JavaScript's. */
function compile(value: string): RegExp | undefined {
  if (/\(\?(=|!|<=|<!)|\\[1-9]/.test(value)) return undefined;
  try {
    return new RegExp(value.replace(/^\(\?[imsU]+\)/, '').replaceAll('(?P<', '(?<'));
  } catch {
    return undefined;
  }
}
