import fc from 'fast-check';
import type { Retention } from '../../../constructs/redis-backup/spec';
import { newId } from '../../../operator/s3/layout';
import { expirable } from '../../../operator/s3/retention';

const NOW = new Date('2026-03-15T12:30:00Z');
const at = (time: string) => newId(new Date(time), '0000');
const only = (part: Retention): Required<Retention> => ({
  ...{ last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0 },
  ...part,
});
const stay = (ids: readonly string[], retention: Required<Retention>, keep: readonly string[] = []) => {
  const gone = expirable(ids, retention, { keep, now: NOW });
  return ids.filter((id) => !gone.includes(id));
};

test('the newest of each period stays', () => {
  const days = ['01', '08', '09', '10', '14', '15'].flatMap((day) => [
    at(`2026-03-${day}T01:00:00Z`),
    at(`2026-03-${day}T11:00:00Z`),
  ]);
  expect(stay(days, only({ daily: 3 }))).toEqual([
    at('2026-03-10T11:00:00Z'),
    at('2026-03-14T11:00:00Z'),
    at('2026-03-15T11:00:00Z'),
  ]);
  // 2026-03-09 is a Monday; 1, 8 and 15 March are Sundays.
  expect(stay(days, only({ weekly: 3 }))).toEqual([
    at('2026-03-01T11:00:00Z'),
    at('2026-03-08T11:00:00Z'),
    at('2026-03-15T11:00:00Z'),
  ]);
  expect(stay(days, only({ last: 2 }))).toEqual(days.slice(-2));
});

test('months are those of the calendar, in UTC', () => {
  const ids = [
    '2026-01-31T23:59:59Z',
    '2026-02-01T00:00:00Z',
    '2026-02-28T23:00:00Z',
    '2026-03-01T00:00:00Z',
  ].map(at);
  expect(stay(ids, only({ monthly: 3 }))).toEqual([ids[0], ids[2], ids[3]]);
});

test('after a long pause the old ones are still there', () => {
  const ids = ['2025-01-01T00:00:00Z', '2025-01-02T00:00:00Z', '2026-03-15T12:00:00Z'].map(at);
  expect(stay(ids, only({ daily: 3 }))).toEqual(ids);
});

const instant = fc.date({ min: new Date('2024-01-01'), max: new Date('2026-12-31'), noInvalidDate: true });
const some = fc
  .array(instant, { maxLength: 80 })
  .map((times) => [...new Set(times.map((time) => newId(time)))].sort());
const retention = fc.record({
  last: fc.integer({ min: 1, max: 5 }),
  hourly: fc.integer({ min: 0, max: 30 }),
  daily: fc.integer({ min: 0, max: 10 }),
  weekly: fc.integer({ min: 0, max: 6 }),
  monthly: fc.integer({ min: 0, max: 13 }),
});

test('the newest, what is kept, what is in the future and what is no id never go', () => {
  fc.assert(
    fc.property(some, retention, fc.nat(), (ids, kept, n) => {
      const keep = ids.length > 0 ? [ids[n % ids.length] as string] : [];
      const gone = expirable([...ids, 'no id', '../20260101T000000Z-0000'], kept, { keep, now: NOW });
      const past = ids.filter((id) => id < at(NOW.toISOString()));
      expect(gone.every((id) => past.includes(id))).toBe(true);
      for (const id of [...keep, ...past.slice(-kept.last)]) expect(gone).not.toContain(id);
      expect(past.length - gone.length).toBeLessThanOrEqual(
        kept.last + kept.hourly + kept.daily + kept.weekly + kept.monthly + keep.length,
      );
    }),
  );
});

test('what a run leaves, another leaves too, in whatever order they are listed', () => {
  fc.assert(
    fc.property(some, retention, (ids, kept) => {
      const gone = expirable(ids, kept, { keep: [], now: NOW });
      expect(expirable([...ids].reverse(), kept, { keep: [], now: NOW })).toEqual(gone);
      const left = ids.filter((id) => !gone.includes(id));
      expect(expirable(left, kept, { keep: [], now: NOW })).toEqual([]);
    }),
  );
});

test('as time goes by, what stays today is what would stay had nothing gone yesterday', () => {
  // Each period's newest of the past never changes, so that deleting early loses nothing that is wanted later.
  fc.assert(
    fc.property(
      some,
      retention,
      instant.filter((time) => time <= NOW),
      (ids, kept, early) => {
        const before = expirable(ids, kept, { keep: [], now: early });
        const left = ids.filter((id) => !before.includes(id));
        expect(stay(left, kept)).toEqual(stay(ids, kept));
      },
    ),
  );
});
