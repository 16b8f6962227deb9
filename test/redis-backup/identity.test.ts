import fc from 'fast-check';
import { checkBucketName } from '../../constructs/redis-backup/check';
import { bucketName, childName, namesOf } from '../../constructs/redis-backup/identity';
import { durationOf, longestPause, minutesOf } from '../../constructs/redis-backup/pause';
import { parseBytes } from '../../constructs/redis-backup/quantity';
import { scheduleError, spreadSchedule } from '../../constructs/redis-backup/schedule';

const label = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/);

test('every bucket name is one that S3 takes', () => {
  fc.assert(
    fc.property(fc.record({ cluster: label, namespace: label, name: label }), (identity) => {
      const name = bucketName({ prefix: 'acme', ...identity });
      expect(name).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
      expect(checkBucketName('', '', name)).toEqual([]);
    }),
  );
});

test('no two of 100,000 bundles share a bucket', () => {
  // Names as people give them, so that many differ only in where one part ends and the next begins.
  const parts = ['a', 'b', 'shop', 'prod-eu'];
  const words = parts.flatMap((one) => ['', ...parts].map((two) => (two ? `${one}-${two}` : one)));
  const long = Array.from({ length: 27 }, (_, i) => `${'long-'.repeat(11)}${i}`);
  const names = [...words, ...long];
  const buckets = new Set<string>();
  let count = 0;
  for (const cluster of names) {
    for (const namespace of names) {
      for (const name of names) {
        buckets.add(bucketName({ prefix: 'acme', cluster, namespace, name }));
        count++;
      }
    }
  }
  expect(count).toBeGreaterThan(100_000);
  expect(buckets.size).toBe(count);
  const invalid = [...buckets].filter((name) => !/^(?=.{3,63}$)acme-[a-z0-9-]*-[0-9a-f]{16}$/.test(name));
  expect(invalid).toEqual([]);
});

test('neighbours in name are no neighbours in bucket', () => {
  const names = [
    ['a', 'b-c', 'd'],
    ['a', 'b', 'c-d'],
    ['a-b', 'c', 'd'],
  ].map(([cluster = '', namespace = '', name = '']) =>
    bucketName({ prefix: 'acme', cluster, namespace, name }),
  );
  expect(new Set(names).size).toBe(3);
  expect(bucketName({ prefix: 'acme', cluster: 'prod-eu', namespace: 'shop', name: 'shop' })).toBe(
    'acme-prod-eu-shop-shop-e01201689870a405',
  );
});

test('names of children fit, and differ where they were cut', () => {
  const long = 'a'.repeat(60);
  expect(childName('shop', 'redis')).toBe('shop-redis');
  expect(childName(long, 'redis-restore-test')).toHaveLength(52);
  expect(childName(long, 'redis')).not.toBe(childName(`${long}b`, 'redis'));
  const all = Object.values(namesOf({ namespace: 'n', name: 'x' })).flatMap((one) =>
    typeof one === 'string' ? [one] : Object.values(one),
  );
  expect(new Set(all).size).toBe(all.length);
});

test.each([
  ['H * * * *', undefined],
  ['*/15 0-6 1,15 jan-mar mon', undefined],
  ['0 0 * * 0', undefined],
  ['H H(0) * * *', 'has "H(0)" for the hour'],
  ['* * H * *', 'has "H" for the day of month'],
  ['60 * * * *', 'has "60" for the minute'],
  ['5-1 * * * *', 'has "5-1" for the minute'],
  ['1-2-3 * * * *', 'has "1-2-3" for the minute'],
  ['*/0 * * * *', 'has "*/0" for the minute'],
  ['* * 0 * *', 'has "0" for the day of month'],
  ['* * * * 7', 'has "7" for the day of week'],
  ['* * * *', 'has 4 fields; cron has five, one space between'],
])('schedule %s', (schedule, error) => expect(scheduleError(schedule)).toBe(error));

test.each([
  ['H * * * *', '1h'],
  ['*/15 * * * *', '15m'],
  ['5/30 * * * *', '30m'],
  ['0 8-17 * * *', '15h'],
  ['H H * * *', '1d'],
  ['30 3 * * mon', '7d'],
  ['0 0 * * mon-fri', '3d'],
  ['0 0 1 * *', '31d'],
  ['0 0 1,15 * sun', '7d'],
  ['0 0 29 2 *', '1461d'],
])('the longest pause of %s is %s', (schedule, pause) =>
  expect(durationOf(longestPause(schedule))).toBe(pause),
);

test('a day that does not exist never comes', () => {
  expect(longestPause('0 0 30 2 *')).toBe(Number.POSITIVE_INFINITY);
  expect(['90m', '3h', '2d'].map(minutesOf)).toEqual([90, 180, 2880]);
});

test('H is the same for one bundle, and another for another', () => {
  const identity = { cluster: 'prod-eu', namespace: 'shop', name: 'shop' };
  expect(spreadSchedule('H H * * 1', identity, 'backup')).toBe(
    spreadSchedule('H H * * 1', identity, 'backup'),
  );
  const minutes = Array.from({ length: 600 }, (_, i) =>
    spreadSchedule('H * * * *', { ...identity, name: `app-${i}` }, 'backup'),
  );
  expect(new Set(minutes).size).toBe(60);
});

test('bytes', () => {
  expect(['1Ki', '1k', '512Mi', '7', '1.5Gi', '-1', '0', '1E'].map(parseBytes)).toEqual([
    1024,
    1000,
    536870912,
    7,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
