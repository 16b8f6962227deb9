import { holds, nextStep } from '../../../../operator/redis-backup/restore/machine';
import type { Observed } from '../../../../operator/redis-backup/restore/observed';
import type { RestoreStatus, StageView } from '../../../../operator/redis-backup/restore/status';

const status: RestoreStatus = { id: 'a', step: 'Checking', startedAt: '2026-01-31T12:00:00Z' };
const fits = { result: 'fits', message: 'fits', key: 'backups/x.rdb', keys: 1, digest: 'd' } as const;
const none: StageView = { state: 'none' };

function at(time: string, more: Partial<Observed>, check: StageView) {
  const stage: Observed['stage'] = (of) => (of === 'check' ? check : none);
  const now = new Date(`2026-01-31T${time}:00Z`);
  return nextStep({
    ...{ status, wanted: { id: 'a' }, id: 'free', fenced: false, cleared: false, now, stage },
    ...more,
  });
}

const failed = (message: string): StageView => ({ state: 'ended', report: { result: 'failed', message } });

test.each<[string, Partial<Observed>, StageView, RegExp]>([
  ['a Secret that is missing', { missing: 'Secret shop/x is missing: make it' }, none, /shop\/x is missing/],
  ['an S3 that forbids', {}, failed('fetch: S3 says AccessDenied: no'), /AccessDenied/],
  ['a bucket of its own that is away', { id: undefined }, { state: 'ended', report: fits }, /bucket/],
])('%s is waited for, but no longer than six hours', (_, more, check, message) => {
  expect(at('17:59', more, check)).not.toMatchObject({ status: { step: 'Refused' } });
  const next = at('18:01', more, check);
  expect(next).toMatchObject({ status: { step: 'Refused', message: expect.stringMatching(message) } });
  expect(next).toMatchObject({ status: { message: expect.stringMatching(/^gave up after 6 hours/) } });
});

test('what S3 forbids is tried again, and says so', () => {
  expect(at('12:10', {}, failed('fetch: S3 says AccessDenied: no'))).toMatchObject({
    status: { step: 'Checking', attempt: 1, message: 'attempt 1 failed: fetch: S3 says AccessDenied: no' },
  });
});

test('a restore that takes longer than six hours to fit goes on', () => {
  expect(at('20:00', { id: 'ours' }, { state: 'ended', report: fits })).toMatchObject({
    status: { step: 'Fencing' },
  });
});

test('jobs are paused and the link is open from the fence to the end, no sooner and no later', () => {
  const linked = ['Fencing', 'BackingUp', 'Loading', 'Replicating', 'RollingBack', 'Lifting'] as const;
  const apart = ['Checking', 'Done', 'RolledBack', 'Refused'] as const;
  expect(linked.map((step) => holds({ id: 'a', step }).link)).toEqual(linked.map(() => true));
  expect(apart.map((step) => holds({ id: 'a', step }))).toEqual(
    apart.map(() => ({ fence: false, link: false })),
  );
});
