import { isSuspicious } from '../../../operator/s3/baseline';

const baseline = (keys: number) => ({ id: '20260131T120000Z-1a2b', keys });

test.each<[number, number, number, boolean]>([
  [100, 10, 90, false],
  [100, 9, 90, true],
  [100, 200, 90, false],
  [1, 0, 100, true],
  [100, 1, 100, false],
  [100, 98, 1, true],
  [100, 99, 1, false],
  [0, 0, 90, false],
])('from %d keys to %d, with %d%% allowed: suspicious %s', (before, after, fall, suspicious) => {
  expect(isSuspicious(after, baseline(before), fall)).toBe(suspicious);
});

test('the first backup has nothing to fall from', () => {
  expect(isSuspicious(0, undefined, 90)).toBe(false);
});
