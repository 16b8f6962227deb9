import { checkChoice } from '../../fleet/check/choice';
import { checkFields, type Fields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import type { BucketSourceProps } from './bucket-source';
import type { GitSourceProps } from './git-source';
import type { HelmSourceProps } from './helm-source';
import type { OciSourceProps } from './oci-source';
import type { SourceProps } from './props';

const SOURCE: Fields<SourceProps> = {
  name: 'required',
  namespace: 'required',
  annotations: 'optional',
  interval: 'optional',
  secretName: 'optional',
};

/** The fields of a `GitSource`. */
export const GIT: Fields<GitSourceProps> = {
  ...SOURCE,
  url: 'required',
  ref: 'required',
  sparseCheckout: 'optional',
};

/** The fields of a `HelmSource`. */
export const HELM: Fields<HelmSourceProps> = { ...SOURCE, url: 'required' };

const OCI: Fields<OciSourceProps> = {
  ...SOURCE,
  url: 'required',
  ref: 'required',
  provider: 'optional',
  layerSelector: 'optional',
  verify: 'optional',
};

const LAYER_SELECTOR: Fields<NonNullable<OciSourceProps['layerSelector']>> = {
  mediaType: 'required',
  operation: 'optional',
};

const BUCKET: Fields<BucketSourceProps> = {
  ...SOURCE,
  bucketName: 'required',
  endpoint: 'required',
  region: 'optional',
  prefix: 'optional',
  provider: 'optional',
};

/** What is wrong with the shape of an OCI source. */
export function checkOciFields(path: string, props: OciSourceProps): Problem[] {
  const { layerSelector } = props;
  return [
    ...checkFields(path, '', props, OCI),
    ...checkFields(path, 'layerSelector', layerSelector, LAYER_SELECTOR),
    ...checkChoice(path, 'layerSelector.operation', layerSelector?.operation, ['extract', 'copy']),
    ...checkOciAccess(path, props),
  ];
}

/** What is wrong with the shape of how an OCI source is logged in to and verified. */
export function checkOciAccess(
  path: string,
  { provider, verify }: Pick<OciSourceProps, 'provider' | 'verify'>,
): Problem[] {
  const signers = typeof verify === 'object' && 'identities' in verify ? verify.identities : [];
  return [
    ...checkChoice(path, 'provider', provider, ['generic', 'aws', 'azure', 'gcp']),
    ...checkFields<object>(path, 'verify', verify, {
      secretName: 'optional',
      identities: 'optional',
    } as object),
    ...signers.flatMap((signer, i) =>
      checkFields(path, `verify.identities[${i}]`, signer, { issuer: 'required', subject: 'required' }),
    ),
  ];
}

/** What is wrong with the shape of a bucket source. */
export function checkBucketFields(path: string, props: BucketSourceProps): Problem[] {
  return [
    ...checkFields(path, '', props, BUCKET),
    ...checkChoice(path, 'provider', props.provider, ['generic', 'aws', 'gcp']),
  ];
}
