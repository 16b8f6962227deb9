import { checkChoice } from '../../fleet/check/choice';
import { checkEach, checkFields, type Fields, isMap } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import type { BucketSourceProps } from './bucket-source';
import type { GitSourceProps } from './git-source';
import type { HelmSourceProps } from './helm-source';
import type { OciSourceProps } from './oci-source';
import type { SourceProps } from './props';

const SOURCE: Fields<SourceProps> = {
  name: 'string',
  namespace: 'string',
  annotations: 'map?',
  interval: 'string?',
  secretName: 'string?',
};

/** The fields of a `GitSource`. */
export const GIT: Fields<GitSourceProps> = {
  ...SOURCE,
  url: 'string',
  ref: 'object',
  sparseCheckout: 'strings?',
};

/** The fields of a `HelmSource`. */
export const HELM: Fields<HelmSourceProps> = { ...SOURCE, url: 'string' };

const OCI: Fields<OciSourceProps> = {
  ...SOURCE,
  url: 'string',
  ref: 'object',
  provider: 'choice?',
  layerSelector: 'object?',
  verify: 'object?',
};

const LAYER_SELECTOR: Fields<NonNullable<OciSourceProps['layerSelector']>> = {
  mediaType: 'string',
  operation: 'choice?',
};

const BUCKET: Fields<BucketSourceProps> = {
  ...SOURCE,
  bucketName: 'string',
  endpoint: 'string',
  region: 'string?',
  prefix: 'string?',
  provider: 'choice?',
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
  const signers = isMap(verify) && 'identities' in verify ? verify.identities : [];
  return [
    ...checkChoice(path, 'provider', provider, ['generic', 'aws', 'azure', 'gcp']),
    ...checkFields<object>(path, 'verify', verify, {
      secretName: 'string?',
      identities: 'list?',
    } as object),
    ...checkEach(signers, (signer, i) =>
      checkFields(path, `verify.identities[${i}]`, signer, { issuer: 'string', subject: 'string' }),
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
