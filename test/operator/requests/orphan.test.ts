import type { Reason } from '../../../operator/kit';
import type { RedisBackupResource } from '../../../operator/redis-backup/resource';
import { orphanageOf } from '../../../operator/requests/orphan';
import { ORPHANED_SEEN, ORPHANED_SINCE, REQUESTED_BY } from '../../../operator/requests/resource';

const start = Date.parse('2026-03-01T12:00:00Z');
const minutes = (count: number) => new Date(start + count * 60_000);

function backup(
  spec: RedisBackupResource['spec'],
  since?: Date | string,
  seen?: Date | string,
): RedisBackupResource {
  const text = (time: Date | string) => (typeof time === 'string' ? time : time.toISOString());
  const annotations = {
    ...(since ? { [ORPHANED_SINCE]: text(since) } : {}),
    ...(seen ? { [ORPHANED_SEEN]: text(seen) } : {}),
  };
  const metadata = {
    ...{ name: 'cart', namespace: 'shop', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
    ...{ annotations, labels: { [REQUESTED_BY]: 'cart' } },
  };
  return { apiVersion: 'fleetwright.dev/v1alpha1', kind: 'RedisBackup', metadata, spec };
}

const look = (resource: RedisBackupResource, now: Date, reason: Reason = 'tick') =>
  orphanageOf(resource, { reason, now });
const since = (...args: Parameters<typeof look>) => look(...args).since;

test('the first sight starts the clock, and looks that follow each other let it go on', () => {
  expect(since(backup({}), minutes(0))).toEqual(minutes(0));
  expect(since(backup({}, minutes(0), minutes(4)), minutes(5))).toEqual(minutes(0));
  expect(since(backup({}, minutes(0), minutes(4)), minutes(4.1), 'related')).toEqual(minutes(0));
});

test('it ends 10 minutes later, 24 hours with Delete, or when the resource says', () => {
  const until = (spec: RedisBackupResource['spec']) => look(backup(spec), minutes(0)).until;
  expect(until({})).toEqual(minutes(10));
  expect(until({ reclaimPolicy: 'Delete' })).toEqual(minutes(24 * 60));
  expect(until({ reclaimPolicy: 'Delete', orphanGrace: '2h' })).toEqual(minutes(120));
});

test.each([
  ['the operator was down meanwhile', minutes(0), minutes(2), minutes(5.1)],
  ['the clock jumped forward', minutes(0), minutes(2), minutes(100_000)],
  ['the clock was back', minutes(0), minutes(2), minutes(1)],
  ['the record is of the future', minutes(50), minutes(60), minutes(5)],
  ['the last look was before the first', minutes(4), minutes(3), minutes(5)],
  ['the last look is missing', minutes(0), undefined, minutes(1)],
  ['the beginning is missing', undefined, minutes(0), minutes(1)],
  ['a person wrote something', 'yesterday', minutes(0), minutes(1)],
])('it starts again when %s', (_, began, seen, now) => {
  expect(since(backup({}, began, seen), now)).toEqual(now);
});

test('a look counts for a minute at most, for which a clock may jump', () => {
  expect(since(backup({}, minutes(0), minutes(4)), minutes(6.5))).toEqual(minutes(1.5));
});

test.each(['changed', 'start'] as const)('it starts again when the Deployment was there: %s', (reason) => {
  expect(since(backup({}, minutes(0), minutes(4)), minutes(5), reason)).toEqual(minutes(5));
});

test('nothing counts that was not seen: looks at random times, with pauses and clocks that jump', () => {
  let state = 12345;
  const random = (below: number) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return state % below;
  };
  for (let history = 0; history < 200; history++) {
    let [clock, counted] = [0, 0];
    let resource = backup({});
    for (let i = 0; i < 60; i++) {
      const pause = random(10) === 0 ? random(400) - 200 : random(3) + 0.5;
      clock += pause;
      counted = pause >= 0 && pause <= 3 && i > 0 ? counted + Math.min(pause, 1) : 0;
      const { since: began, until } = look(resource, minutes(clock));
      expect((clock * 60_000 + start - began.getTime()) / 60_000).toBeCloseTo(counted, 3);
      expect(minutes(clock) >= until).toBe(counted >= 10 - 1e-4);
      resource = backup({}, began, minutes(clock));
    }
  }
});
