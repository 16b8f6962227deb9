import { type Condition, conditionsAfter } from '../../../operator/kit';

const early = '2026-01-01T00:00:00Z';
const now = new Date('2026-01-02T03:04:05.678Z');
const ready: Condition = {
  ...{ type: 'Ready', status: 'True', reason: 'Fine', message: '', lastTransitionTime: early },
};

test('a condition keeps the time of its last change of status, whatever else changes', () => {
  const [same] = conditionsAfter([ready], [{ ...ready, reason: 'Better', message: 'x' }], 2, now);
  expect(same).toEqual({ ...ready, reason: 'Better', message: 'x', observedGeneration: 2 });
  const [other] = conditionsAfter([ready], [{ ...ready, status: 'False' }], 2, now);
  expect(other).toMatchObject({ status: 'False', lastTransitionTime: '2026-01-02T03:04:05Z' });
});

test('conditions that were not judged stay, in the order of their names', () => {
  const verdict = { type: 'Fresh', status: 'Unknown', reason: 'New', message: '' } as const;
  expect(conditionsAfter([ready], [verdict], 1, now).map(({ type }) => type)).toEqual(['Fresh', 'Ready']);
  expect(conditionsAfter(undefined, [verdict], 1, now)).toHaveLength(1);
});

test('a message has an end', () => {
  const [long] = conditionsAfter([], [{ ...ready, message: 'x'.repeat(100_000) }], 1, now);
  expect(long?.message).toHaveLength(2000);
});
