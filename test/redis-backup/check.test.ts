import type { RedisBackupSpec, RedisPlatform, S3Settings } from '../../constructs';
import { checkSpec } from '../../constructs/redis-backup/check';
import { checkPlatform } from '../../constructs/redis-backup/check-platform';
import { allPlatform, allSpec, platform } from './sample';

const check = (spec: unknown) =>
  checkSpec('shop', spec as RedisBackupSpec).map(
    ({ code, field, problem, remedy }) => `${code}: ${field} ${problem}; ${remedy}`,
  );

test('takes everything, and nothing', () => {
  expect(check(allSpec)).toEqual([]);
  expect(check({})).toEqual([]);
});

test.each([
  [
    { schedule: '99 * * * *' },
    'schedule-invalid: schedule has "99" for the minute; write minute, hour, day of month, month and day of week, such as H * * * *',
  ],
  [
    { restoreTest: { schedule: 'daily' } },
    'schedule-invalid: restoreTest.schedule has 1 fields; cron has five, one space between; write minute, hour, day of month, month and day of week, such as H * * * *',
  ],
  [
    { schedule: '0 0 30 2 *' },
    'schedule-invalid: schedule never comes; write minute, hour, day of month, month and day of week, such as H * * * *',
  ],
  [
    { schedule: 'H H * * *' },
    'freshness-short: freshness is not longer than the longest pause of the schedule H H * * * (1d): it would alert without cause; promise more than 1d, with time for the job, or run more often',
  ],
  [
    { restoreTest: { freshness: '23h' } },
    'freshness-short: restoreTest.freshness is not longer than the longest pause of the schedule H H * * * (1d): it would alert without cause; promise more than 1d, with time for the job, or run more often',
  ],
  [
    { redis: { memory: 'lots' } },
    'value-invalid: redis.memory does not match ^[1-9][0-9]{0,14}(k|M|G|T|Ki|Mi|Gi|Ti)?$; write a whole number of bytes with Ki, Mi, Gi, Ti, k, M, G, T or no unit, such as 512Mi',
  ],
  [
    { redis: { memory: '31Mi' } },
    'value-invalid: redis.memory is less than a server needs beside its data: it, or the job that loads its dump, would be killed; give it 32Mi or more',
  ],
  [
    { clients: { 'a b': 'shop' } },
    'label-malformed: clients.a b is no key of a label; use letters, digits, `-`, `_` and `.`, at most 63, and before it at most a DNS name and `/`, such as app.kubernetes.io/name',
  ],
  [
    { clients: { app: 'my shop' } },
    'label-malformed: clients.app is no label value; use a text of letters, digits, `-`, `_` and `.`, at most 63',
  ],
  [
    { restore: { id: 'Fire 1' } },
    'value-invalid: restore.id does not match ^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$; use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
  ],
  [
    { redis: { image: 'redis:7' } },
    'image-not-pinned: redis.image does not match ^[^@\\s]+@sha256:[a-f0-9]{64}$; pin it by digest: name@sha256:..., or name:tag@sha256:...',
  ],
  [
    { redis: { memory: '1Gi' } },
    'storage-small: redis.storage.size is less than twice the memory (1Gi): a rewrite needs old and new at once; give it more, or the server less memory',
  ],
  [{ retention: { last: 0 } }, 'value-invalid: retention.last is out of range; use 1 to 1000'],
  [{ retention: { daily: -1 } }, 'value-invalid: retention.daily is out of range; use 0 to 1000'],
  [{ reclaimPolicy: 'Recycle' }, 'value-invalid: reclaimPolicy is no choice here; use Retain or Delete'],
  [{ retention: 3 }, 'field-malformed: retention is no object; write its fields in braces'],
  [{ suspiciousFall: '50' }, 'field-malformed: suspiciousFall is no integer; write a whole number'],
  [
    { bucket: { requireHardening: 'yes' } },
    'field-malformed: bucket.requireHardening is no boolean; write true or false',
  ],
  [{ clients: { app: 1 } }, 'field-malformed: clients.app is no string; write a string'],
  [
    { bucket: { name: 'sthree-x' } },
    'bucket-name: bucket.name has sthree-, which S3 reserves; choose another name',
  ],
  [
    { bucket: { name: 'x--ol-s3' } },
    'bucket-name: bucket.name has --ol-s3, which S3 reserves; choose another name',
  ],
  [{ restore: {} }, 'field-missing: restore.id is required; add `id`'],
  [
    { restore: { id: 'a', from: { key: 'k', time: '2026-01-31T12:00:00Z' } } },
    'value-invalid: restore.from names not exactly one of key and time; give one of them, or leave `from` out for the newest backup',
  ],
  [
    { restore: { id: 'a', from: { time: 'yesterday' } } },
    'value-invalid: restore.from.time is no time; write it as 2026-01-31T12:00:00Z',
  ],
  [{ schedule: '' }, 'value-invalid: schedule is empty; write a value, or leave it out'],
  [{ schedule: '1'.repeat(101) }, 'value-invalid: schedule has 101 characters; use at most 100'],
  [
    { freshness: '3 hours' },
    'value-invalid: freshness does not match ^[1-9][0-9]{0,5}[mhd]$; write a number and one of m, h or d, such as 90m',
  ],
])('%j', (spec, expected) => expect(check(spec)).toEqual([expected]));

test('labels of clients are what Kubernetes takes', () => {
  const keys = ['app', 'App_1.x', 'example.com/app', `${'a'.repeat(63)}`];
  for (const key of keys) expect(check({ clients: { [key]: '' } })).toEqual([]);
  const wrong = ['', '-app', 'app/', '/app', 'a/b/c', 'Example.com/app', 'a'.repeat(64)];
  for (const key of wrong) expect(check({ clients: { [key]: 'x' } })).toHaveLength(1);
});

test('a misspelt field is named with its likely meaning', () => {
  expect(check({ redis: { memroy: '1Gi' } })).toEqual([
    'field-unknown: redis.memroy is no field here; remove it, or use one of image, memory, storage, tls, values (did you mean "memory"?)',
  ]);
});

const checkAll = (changed: Partial<RedisPlatform>) =>
  checkPlatform('shop', { ...allPlatform, ...changed }).map(
    ({ code, field, problem, remedy }) => `${code}: ${field} ${problem}; ${remedy}`,
  );
const withS3 = (changed: Partial<S3Settings>) => checkAll({ s3: { ...allPlatform.s3, ...changed } });

test('platforms: everything, the least, and what is wrong', () => {
  expect(checkAll({})).toEqual([]);
  expect(checkPlatform('shop', platform)).toEqual([]);
  expect(checkAll({ serverImage: 'redis:7' })).toEqual([
    'image-not-pinned: platform.serverImage has no digest: what it names can change; pin it by digest: name@sha256:..., or name:tag@sha256:...',
  ]);
  expect(withS3({ endpoint: 'http://s3.example.com' })).toEqual([
    'value-invalid: platform.s3.endpoint is no https:// address; write https:// and a host: backups never go in the clear',
  ]);
  expect(withS3({ bucketPrefix: 'Acme.' })).toEqual([
    'value-invalid: platform.s3.bucketPrefix cannot begin a bucket name; use 1 to 20 of a-z, 0-9 and `-`',
  ]);
  expect(withS3({ bucketPrefix: 'sthree' })).toEqual([
    'bucket-name: platform.s3.bucketPrefix has sthree-, which S3 reserves; choose another name',
  ]);
  expect(withS3({ region: 'EU West' })).toEqual([
    'value-invalid: platform.s3.region is no region; write one such as eu-west-1',
  ]);
  expect(checkAll({ s3: { region: 'x' } as S3Settings })[0]).toContain(
    'field-missing: platform.s3.bucketPrefix',
  );
});

test.each<[Partial<S3Settings>, string]>([
  [
    { endpoint: 'https://s3.example.com/minio' },
    'value-invalid: platform.s3.endpoint has /minio after its host; leave that out: a bucket is no part of it, and `pathStyle` says where it goes',
  ],
  [
    { endpoint: 'https://s3.example.com:65536' },
    'value-invalid: platform.s3.endpoint has the port 65536; use a port of 1 to 65535, or leave it out for 443',
  ],
  [
    { endpoint: 'https://me:secret@s3.example.com' },
    'value-invalid: platform.s3.endpoint is no https:// address; write https:// and a host: backups never go in the clear',
  ],
  [
    { checksums: 'foo' as 'required' },
    'value-unknown: platform.s3.checksums is none of the values that it takes; use supported or required',
  ],
  [
    { caBundle: 'ca.crt' },
    'value-invalid: platform.s3.caBundle holds no certificate in PEM; paste the text of the file, from -----BEGIN CERTIFICATE----- on, not its name',
  ],
])('settings of S3: %j', (changed, expected) => expect(withS3(changed)).toEqual([expected]));

test.each(['https://s3.example.com', 'https://s3.example.com/', 'https://s3:65535/'])(
  '%s is one',
  (endpoint) => {
    expect(withS3({ endpoint })).toEqual([]);
  },
);

test.each<[object, string]>([
  [
    { chart: { kind: 'HelmRepository', name: 'redis' } },
    'value-unknown: platform.chart.kind is none of the values that it takes; use HelmChart or OCIRepository (did you mean "OCIRepository"?)',
  ],
  [
    { chart: { kind: 'HelmChart', name: 'My chart' } },
    'name-invalid: platform.chart.name is no name of a chart; use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit',
  ],
  [{ chart: { kind: 'HelmChart' } }, 'field-missing: platform.chart.name is required; add `name`'],
  [{ chart: {} }, 'field-missing: platform.chart.kind is required; add `kind`'],
  ...['namespace', 'monitoringNamespace'].map((field): [object, string] => [
    { [field]: 'Mon.itoring' },
    `name-invalid: platform.${field} is no DNS label; use lower-case letters, digits and \`-\`, beginning and ending with a letter or digit`,
  ]),
])('settings of a platform: %j', (changed, expected) => expect(checkAll(changed)[0]).toBe(expected));
