import { checkChoice } from '../fleet/check/choice';
import { checkFields, type Fields } from '../fleet/check/fields';
import { checkDnsLabel, checkObjectName } from '../fleet/check/names';
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

const CHART: Fields<NonNullable<RedisPlatform['chart']>> = { kind: 'choice', name: 'string' };

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
    ...checkFields(path, 'platform.chart', platform?.chart, CHART),
    ...checkFields(path, 'platform.s3', platform?.s3, S3),
  ];
  if (malformed.length > 0) return malformed;
  return [
    ...checkNames(path, platform),
    ...checkImage(path, 'platform.serverImage', platform.serverImage ?? VALKEY_IMAGE),
    ...checkImage(path, 'platform.moverImage', platform.moverImage ?? MOVER_IMAGE, MOVER_IMAGE),
    ...checkS3(path, platform.s3),
    ...checkIdentities(path, platform.s3),
  ];
}

function checkNames(path: string, { namespace, monitoringNamespace, chart }: RedisPlatform): Problem[] {
  const namespaces = { namespace, monitoringNamespace };
  return [
    ...Object.entries(namespaces).flatMap(([field, value]) =>
      value === undefined ? [] : checkDnsLabel(path, `platform.${field}`, value),
    ),
    ...checkChoice(path, 'platform.chart.kind', chart?.kind, ['HelmChart', 'OCIRepository']),
    ...checkObjectName(path, 'platform.chart.name', chart?.name, 'a chart'),
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

const PEM = /-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/;

function checkS3(path: string, settings: S3Settings): Problem[] {
  const { bucketPrefix, caBundle, checksums, endpoint, region } = settings;
  const wrong = (field: string, value: unknown, problem: string, remedy: string): Problem[] => [
    { code: 'value-invalid', path, field: `platform.s3.${field}`, value, problem, remedy },
  ];
  return [
    ...(/^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$/.test(bucketPrefix)
      ? checkBucketName(path, 'platform.s3.bucketPrefix', `${bucketPrefix}-`)
      : wrong('bucketPrefix', bucketPrefix, 'cannot begin a bucket name', 'use 1 to 20 of a-z, 0-9 and `-`')),
    ...(endpoint === undefined ? [] : checkEndpoint(path, 'platform.s3.endpoint', endpoint)),
    ...checkChoice(path, 'platform.s3.checksums', checksums, ['supported', 'required']),
    ...(caBundle === undefined || PEM.test(caBundle)
      ? []
      : wrong(
          'caBundle',
          caBundle,
          'holds no certificate in PEM',
          'paste the text of the file, from -----BEGIN CERTIFICATE----- on, not its name',
        )),
    ...(/^[a-z0-9-]+$/.test(region)
      ? []
      : wrong('region', region, 'is no region', 'write one such as eu-west-1')),
  ];
}

/** An address of which the SDK makes those of buckets. */
function checkEndpoint(path: string, field: string, value: string): Problem[] {
  const wrong = (problem: string, remedy: string): Problem[] => [
    { code: 'value-invalid', path, field, value, problem, remedy },
  ];
  const parts = /^https:\/\/[^/\s:@?#]+(?::([1-9]\d*))?([/?#]\S*)?$/.exec(value);
  if (!parts) {
    return wrong('is no https:// address', 'write https:// and a host: backups never go in the clear');
  }
  const [, port, rest] = parts;
  if (Number(port ?? 443) > 65_535) {
    return wrong(`has the port ${port}`, 'use a port of 1 to 65535, or leave it out for 443');
  }
  if (rest === undefined || rest === '/') return [];
  return wrong(
    `has ${rest} after its host`,
    'leave that out: a bucket is no part of it, and `pathStyle` says where it goes',
  );
}
