import type { Construct } from 'constructs';
import { OciRepository, type OciRepositorySpec } from '../../../imports/source.toolkit.fluxcd.io';
import { listOf } from '../../fleet/check/fields';
import { checkObjectName } from '../../fleet/check/names';
import type { Plain } from '../../plain';
import { addCheck, type Problem } from '../../problem';
import { checkDuration } from '../duration';
import { checkOciFields } from './fields';
import { type SourceProps, secretRef, sourceMetadata } from './props';
import { checkRef, type Refs } from './ref';
import { checkUrl } from './url';
import { checkVerify } from './verify';

/** Which artifact of an OCI repository: exactly one of these. `semver` is a range, such as `>=1.2.0 <2.0.0`. */
export type OciRef = { readonly tag: string } | { readonly semver: string } | { readonly digest: string };

/** Who must have signed an artifact with cosign: a key in a Secret, or identities of a keyless signer. */
export type OciVerify =
  | { readonly secretName: string }
  | {
      /** Each a regular expression pair; one of them must match. */
      readonly identities: readonly { readonly issuer: string; readonly subject: string }[];
    };

/** Properties of an `OciSource`. */
export interface OciSourceProps extends SourceProps {
  /** An `oci://` address without a tag or digest. */
  readonly url: string;
  readonly ref: OciRef;
  /** How to log in without a Secret: by the identity that a cloud gives the node or account. @default generic */
  readonly provider?: 'generic' | 'aws' | 'azure' | 'gcp';
  /** Which layer carries the content, where it is not the first. @default the first, extracted */
  readonly layerSelector?: { readonly mediaType: string; readonly operation?: 'extract' | 'copy' };
  /** Refuse artifacts that these did not sign. @default none: signatures are not looked at */
  readonly verify?: OciVerify;
}

/**
 * A Flux `OCIRepository`. `insecure` is not offered: it fetches over plain HTTP.
 *
 * @see https://fluxcd.io/flux/components/source/ocirepositories/
 */
export class OciSource extends OciRepository {
  constructor(scope: Construct, id: string, props: OciSourceProps) {
    super(scope, id, { metadata: sourceMetadata(props), spec: ociSpec(props) });
    const { path } = this.node;
    const shape = checkOciFields(path, props);
    addCheck(this, () =>
      shape.length > 0
        ? shape
        : [...checkOciSource(path, props), ...checkRef(path, props.ref as Refs, ['tag', 'semver', 'digest'])],
    );
  }
}

/** The spec of an `OCIRepository`. */
export function ociSpec(props: Omit<OciSourceProps, 'name' | 'namespace'>): OciRepositorySpec {
  const { url, ref, secretName, interval = '1m', provider, layerSelector, verify } = props;
  const spec: Plain<OciRepositorySpec> = {
    url,
    ref,
    interval,
    provider,
    layerSelector,
    secretRef: secretRef(secretName),
    verify: verify && verifySpec(verify),
  };
  return spec as OciRepositorySpec;
}

/**
 * What is wrong with the values of an OCI source, besides which artifact it names.
 *
 * @param choice the field that says which artifact
 */
export function checkOciSource(
  path: string,
  { url, interval, secretName, verify }: Pick<OciSourceProps, 'url' | 'interval' | 'secretName' | 'verify'>,
  choice = 'ref',
): Problem[] {
  return [
    ...checkUrl(path, 'url', url, ['oci']),
    ...checkUntagged(path, url, choice),
    ...checkDuration(path, 'interval', interval),
    ...checkObjectName(path, 'secretName', secretName),
    ...checkVerify(path, verify),
  ];
}

function verifySpec(verify: OciVerify): Plain<OciRepositorySpec['verify']> {
  // What is no object is left to the check of fields.
  if (typeof verify === 'object' && 'secretName' in verify) {
    return { provider: 'cosign', secretRef: { name: verify.secretName } };
  }
  return { provider: 'cosign', matchOidcIdentity: listOf(verify.identities) };
}

function checkUntagged(path: string, url: string, choice: string): Problem[] {
  const last = url.slice(url.lastIndexOf('/') + 1);
  if (!url.startsWith('oci://') || !/.[:@]/.test(last) || url.lastIndexOf('/') < 'oci://'.length) return [];
  return [
    {
      code: 'url-tagged',
      path,
      field: 'url',
      value: last,
      problem: `says which artifact, which \`${choice}\` does`,
      remedy: `move the tag or digest into \`${choice}\``,
    },
  ];
}
