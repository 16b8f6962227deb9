import type { JSONSchemaProps } from '../../imports/kubernetes';
import { BYTES_PATTERN } from './quantity';

/**
 * The spec of a `RedisBackup` as the API server knows it, and as `checkSpec` reads it before anything is
 * written. Every string and list has a bound: the API server refuses CEL rules whose cost it can't bound.
 */

const text = (description: string, maxLength: number, pattern?: string): JSONSchemaProps => ({
  description,
  type: 'string',
  minLength: 1,
  maxLength,
  pattern,
});
const count = (description: string, minimum: number, maximum: number): JSONSchemaProps => ({
  description,
  type: 'integer',
  minimum,
  maximum,
});
const object = (
  description: string,
  properties: Record<string, JSONSchemaProps>,
  more: JSONSchemaProps = {},
): JSONSchemaProps => ({ description, type: 'object', properties, ...more });

/** A duration of one unit. */
const DURATION = '^[1-9][0-9]{0,5}[mhd]$';
/** An image by digest. */
const PINNED = '^[^@\\s]+@sha256:[a-f0-9]{64}$';
const OBJECT_NAME = '^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$';
const HTTPS = '^https://[^/\\s]+/?$';
const BUCKET = '^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$';

const secretName = (description: string) => text(description, 253, OBJECT_NAME);
const duration = (description: string) => text(description, 8, DURATION);
const bytes = (description: string) => text(description, 18, BYTES_PATTERN);
const schedule = (description: string) => text(description, 100);

/** Field messages, for patterns that a person would have to decipher. By pattern. */
export const PATTERN_REMEDIES: Readonly<Record<string, string>> = {
  [DURATION]: 'write a number and one of m, h or d, such as 90m',
  [PINNED]: 'pin it by digest: name@sha256:..., or name:tag@sha256:...',
  [OBJECT_NAME]: 'use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
  [HTTPS]: 'write https:// and a host, and no path: credentials and data never go in the clear',
  [BUCKET]: 'use 3 to 63 lower-case letters, digits and `-`, beginning and ending with a letter or digit',
  [BYTES_PATTERN]: 'write a whole number of bytes with Ki, Mi, Gi, Ti, k, M, G, T or no unit, such as 512Mi',
};

const redis = object('The server.', {
  image: text("The server's image by digest. Default: the platform's.", 300, PINNED),
  memory: bytes("The container's memory limit; backup jobs get the same. Default: 256Mi."),
  storage: object("The server's volume.", {
    size: bytes('At least twice the memory. Default: 1Gi.'),
    className: text("The StorageClass. Default: the cluster's.", 253, OBJECT_NAME),
  }),
  tls: object(
    'Serve TLS.',
    { secretName: secretName('The Secret with tls.crt, tls.key and ca.crt.') },
    { required: ['secretName'] },
  ),
  values: {
    description: 'Values for the chart beneath those that the bundle sets.',
    type: 'object',
    'x-kubernetes-preserve-unknown-fields': true,
  },
});

const bucket = object('The bucket.', {
  name: {
    ...text('Its name. Default: derived from prefix, cluster, namespace and name.', 63, BUCKET),
    'x-kubernetes-validations': [
      {
        rule: "!['xn--', 'sthree-', 'amzn-s3-demo-'].exists(p, self.startsWith(p)) && !['-s3alias', '--ol-s3', '--x-s3', '--table-s3'].exists(s, self.endsWith(s))",
        message: 'S3 reserves this prefix or suffix',
      },
    ],
  },
  requireHardening: {
    description:
      'Fail where the S3 server lacks any of versioning, ownership, public-access block, encryption, lifecycle and TLS-only policy.',
    type: 'boolean',
  },
});

const retention = object('Which backups stay.', {
  last: count('The newest ones. Default: 3.', 1, 1000),
  hourly: count('The newest of each of so many hours. Default: 24.', 0, 1000),
  daily: count('The newest of each of so many days. Default: 7.', 0, 1000),
  weekly: count('The newest of each of so many weeks. Default: 4.', 0, 1000),
  monthly: count('The newest of each of so many months. Default: 6.', 0, 1000),
});

const restore = object(
  'Data to start from, or to go back to.',
  {
    id: text('A name that was not used before; a new one runs a restore again.', 63, OBJECT_NAME),
    from: object(
      'Which backup. Default: the newest.',
      {
        key: text("A backup's key.", 1024),
        time: { description: 'The newest snapshot finished by then.', type: 'string', format: 'date-time' },
      },
      {
        'x-kubernetes-validations': [
          { rule: 'has(self.key) != has(self.time)', message: 'give exactly one of key and time' },
        ],
      },
    ),
    source: object(
      "A bucket that is not the bundle's own.",
      {
        bucket: text('Its name.', 63, BUCKET),
        endpoint: text("Where its server is. Default: the platform's.", 300, HTTPS),
        region: text("Its region. Default: the platform's.", 63, '^[a-z0-9-]+$'),
        secretName: secretName('The Secret, in this namespace, whose key `credentials` may read it.'),
      },
      { required: ['bucket', 'secretName'] },
    ),
    overwrite: { description: 'Replace the data of a server that has some.', type: 'boolean' },
  },
  { required: ['id'] },
);

/** The spec of a `RedisBackup`. */
export const SPEC_SCHEMA: JSONSchemaProps = object(
  'What is wanted. Every field has a default.',
  {
    redis,
    clients: {
      description: 'Labels of the pods that may connect. Default: every pod of the namespace.',
      type: 'object',
      maxProperties: 20,
      additionalProperties: { type: 'string', maxLength: 63 },
    },
    bucket,
    schedule: schedule('Cron of five fields in UTC; `H` is spread over the fleet. Default: H * * * *.'),
    retention,
    freshness: duration('How old the newest backup may become. Default: 3h.'),
    suspiciousFall: count('The fall in keys, in percent, that is suspicious. Default: 90.', 1, 100),
    restoreTest: object('Loading the newest backup into a scratch server.', {
      schedule: schedule('As the schedule of backups. Default: H H * * *.'),
      freshness: duration('How old the newest proof may become. Default: 3d.'),
    }),
    reclaimPolicy: {
      description: 'What happens to bucket and volume when the resource goes. Default: Retain.',
      type: 'string',
      enum: ['Retain', 'Delete'],
    },
    orphanGrace: duration('How long Deployment or annotation may be gone. Default: 10m, or 24h with Delete.'),
    restore,
  },
  {
    // Here and not beside the fields: a rule on a change is not asked where either side has no such field.
    'x-kubernetes-validations': [
      {
        rule: `${written('self', 'bucket.name', '')} == ${written('oldSelf', 'bucket.name', '')}`,
        message: 'the bucket of a resource cannot change; make another resource and restore into it',
      },
      {
        rule: `quantity(${written('self', 'redis.storage.size', '1Gi')}).compareTo(quantity(${written('oldSelf', 'redis.storage.size', '1Gi')})) >= 0`,
        message: 'a volume cannot shrink',
      },
      {
        rule: `${written('self', 'redis.storage.className', '')} == ${written('oldSelf', 'redis.storage.className', '')}`,
        message: 'the StorageClass of a volume cannot change',
      },
    ],
  },
);

/** CEL for a field that may be missing, as may those above it. */
function written(root: string, field: string, otherwise: string): string {
  const names = field.split('.');
  const there = names.map((_, i) => `has(${[root, ...names.slice(0, i + 1)].join('.')})`).join(' && ');
  return `(${there} ? ${root}.${field} : '${otherwise}')`;
}
