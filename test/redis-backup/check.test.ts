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
