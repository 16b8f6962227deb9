import { checkFields, type Fields } from '../fleet/check/fields';
import type { Problem } from '../problem';
import { MOVER_IMAGE, VALKEY_IMAGE } from '../versions';
import { checkBucketName } from './check';
import { checkIdentities } from './check-identity';
import type { RedisPlatform, S3Settings } from './platform';

const PLATFORM: Fields<RedisPlatform> = {
  namespace: 'string?',
  s3: 'object',
  serverImage: 'string?',
  moverImage: 'string?',
  chart: 'object?',
  values: 'map?',
  s3Cidrs: 'strings?',
  monitoringNamespace: 'string?',
};

const S3: Fields<S3Settings> = {
  endpoint: 'string?',
  region: 'string',
  bucketPrefix: 'string',
  pathStyle: 'boolean?',
  checksums: 'choice?',
  caBundle: 'string?',
  operator: 'object',
  jobRoles: 'object?',
  jobSecrets: 'object?',
};

/** What is wrong with a platform's settings. */
export function checkPlatform(path: string, platform: RedisPlatform): Problem[] {
  const malformed = [
    ...checkFields(path, '', { platform }, { platform: 'object' }),
    ...checkFields(path, 'platform', platform, PLATFORM),
    ...checkFields(path, 'platform.s3', platform?.s3, S3),
  ];
  if (malformed.length > 0) return malformed;
  return [
    ...checkImage(path, 'platform.serverImage', platform.serverImage ?? VALKEY_IMAGE),
    ...checkImage(path, 'platform.moverImage', platform.moverImage ?? MOVER_IMAGE, MOVER_IMAGE),
    ...checkS3(path, platform.s3),
    ...checkIdentities(path, platform.s3),
  ];
}

/**
 * An image whose content can change under its tag.
 *
 * @param own an image of ours that has no digest yet when this is compiled
 */
export function checkImage(path: string, field: string, image: string, own?: string): Problem[] {
  if (image === own || /^[^@\s]+@sha256:[a-f0-9]{64}$/.test(image)) return [];
  return [
    {
      code: 'image-not-pinned',
      path,
      field,
      value: image,
      problem: 'has no digest: what it names can change',
      remedy: 'pin it by digest: name@sha256:..., or name:tag@sha256:...',
    },
  ];
}

function checkS3(path: string, { bucketPrefix, endpoint, region }: S3Settings): Problem[] {
  const wrong = (field: string, value: unknown, problem: string, remedy: string): Problem[] => [
    { code: 'value-invalid', path, field: `platform.s3.${field}`, value, problem, remedy },
  ];
  return [
    ...(/^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/.test(bucketPrefix)
      ? checkBucketName(path, 'platform.s3.bucketPrefix', `${bucketPrefix}-`)
      : wrong('bucketPrefix', bucketPrefix, 'cannot begin a bucket name', 'use 1 to 20 of a-z, 0-9 and `-`')),
    ...(endpoint === undefined || /^https:\/\/[^/\s:]+(:[1-9]\d{0,4})?\/?$/.test(endpoint)
      ? []
      : wrong(
          'endpoint',
          endpoint,
          'is no https:// address',
          'write https:// and a host: backups never go in the clear',
        )),
    ...(/^[a-z0-9-]+$/.test(region)
      ? []
      : wrong('region', region, 'is no region', 'write one such as eu-west-1')),
  ];
}
