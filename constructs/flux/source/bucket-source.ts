import type { Construct } from 'constructs';
import { Bucket, type BucketSpec } from '../../../imports/source.toolkit.fluxcd.io';
import type { Plain } from '../../plain';
import { addCheck, type Problem } from '../../problem';
import { checkDuration } from '../duration';
import { checkBucketFields } from './fields';
import { type SourceProps, secretRef, sourceMetadata } from './props';

/** Properties of a `BucketSource`. */
export interface BucketSourceProps extends SourceProps {
  readonly bucketName: string;
  /** The host, and port if need be, of the object storage: `s3.eu-west-1.amazonaws.com`. Reached over TLS. */
  readonly endpoint: string;
  /** @default none */
  readonly region?: string;
  /** Objects whose key begins so are fetched, others not. @default all */
  readonly prefix?: string;
  /** `generic` is any S3 with a Secret; the clouds can do with an identity. @default generic */
  readonly provider?: 'generic' | 'aws' | 'gcp';
}

/**
 * A Flux `Bucket`. `insecure` is not offered: it fetches over plain HTTP.
 *
 * @see https://fluxcd.io/flux/components/source/buckets/
 */
export class BucketSource extends Bucket {
  constructor(scope: Construct, id: string, props: BucketSourceProps) {
    const { bucketName, endpoint, region, prefix, provider, secretName, interval = '1m' } = props;
    const spec: Plain<BucketSpec> = {
      bucketName,
      endpoint,
      region,
      prefix,
      provider,
      interval,
      secretRef: secretRef(secretName),
    };
    super(scope, id, { metadata: sourceMetadata(props), spec: spec as BucketSpec });
    const { path } = this.node;
    const shape = checkBucketFields(path, props);
    addCheck(this, () =>
      shape.length > 0
        ? shape
        : [
            ...checkEndpoint(path, endpoint),
            ...checkBucketName(path, bucketName),
            ...checkSecret(path, props),
            ...checkDuration(path, 'interval', interval),
          ],
    );
  }
}

function checkEndpoint(path: string, endpoint: string): Problem[] {
  if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$/i.test(endpoint)) return [];
  // What comes before an @ would be a credential: the value is not repeated.
  const value = endpoint.includes('@') ? undefined : endpoint;
  return [
    {
      code: 'endpoint-malformed',
      path,
      field: 'endpoint',
      value,
      problem: 'is no host',
      remedy: 'write it like s3.example.com or s3.example.com:9000, without a scheme and path',
    },
  ];
}

function checkBucketName(path: string, bucketName: string): Problem[] {
  if (/^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/.test(bucketName)) return [];
  return [
    {
      code: 'bucket-name',
      path,
      field: 'bucketName',
      value: bucketName,
      problem: 'is no name of a bucket',
      remedy: 'use 3 to 63 of a-z, 0-9, `-` and `.`',
    },
  ];
}

function checkSecret(path: string, { provider = 'generic', secretName }: BucketSourceProps): Problem[] {
  if (provider !== 'generic' || secretName !== undefined) return [];
  return [
    {
      code: 'source-secret-missing',
      path,
      field: 'secretName',
      value: undefined,
      problem: 'is not set, and a generic bucket is read with keys only',
      remedy: 'name a Secret with the keys `accesskey` and `secretkey`, or choose the provider of your cloud',
    },
  ];
}
