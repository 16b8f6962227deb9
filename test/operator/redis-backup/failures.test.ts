import { failuresOf } from '../../../operator/redis-backup/failures';

const names = { backup: 'cart-redis-backup', restoreTest: 'cart-redis-restore-test' };

interface Sample {
  readonly name: string;
  readonly created: string;
  readonly ended?: 'Complete' | 'Failed';
  readonly labels?: Record<string, string>;
}

/** What the Jobs, and the pods of those that failed, tell. */
function failures(jobs: readonly Sample[], said: Record<string, string> = {}) {
  const items = jobs.map(({ name, created, ended, labels }) => ({
    metadata: { name, namespace: 'shop', creationTimestamp: created, labels },
    status: { conditions: ended ? [{ type: ended, status: 'True', message: 'BackoffLimitExceeded' }] : [] },
  }));
  const api = {
    list: async (kind: { plural: string }, _: string, labels: Record<string, string>) => {
      if (kind.plural === 'jobs') return items;
      const text = said[labels['batch.kubernetes.io/job-name'] ?? ''];
      if (text === undefined) return [];
      const terminated = { exitCode: 1, message: text };
      const fine = { name: 'dump', state: { terminated: { exitCode: 0, message: 'not this' } } };
      return [{ status: { initContainerStatuses: [fine, { name: 'load', state: { terminated } }] } }];
    },
  };
  const bundle = { settled: { identity: { namespace: 'shop', name: 'cart' }, names }, run: { api } };
  return failuresOf(bundle as unknown as Parameters<typeof failuresOf>[0]);
}

test('the newest job that ended is what counts', async () => {
  const older = { name: 'cart-redis-backup-1', created: '2026-01-01T00:00:00Z', ended: 'Failed' } as const;
  const newer = { name: 'cart-redis-backup-2', created: '2026-01-02T00:00:00Z', ended: 'Complete' } as const;
  const running = { name: 'cart-redis-backup-3', created: '2026-01-03T00:00:00Z' };
  expect(await failures([older, newer, running])).toEqual({});
  expect(await failures([older, running], { 'cart-redis-backup-1': 'no digest\n' })).toEqual({
    backup: 'Job cart-redis-backup-1 failed: load: no digest',
  });
});

test('each kind of job is for itself, and those of restores are none of both', async () => {
  const test_ = {
    name: 'cart-redis-restore-test-first',
    created: '2026-01-02T00:00:00Z',
    ended: 'Failed',
  } as const;
  const restore = {
    ...{ name: 'cart-redis-backup-x', created: '2026-01-03T00:00:00Z', ended: 'Failed' as const },
    labels: { 'fleetwright.dev/restore': 'abc' },
  };
  expect(await failures([test_, restore])).toEqual({
    restoreTest: 'Job cart-redis-restore-test-first failed: BackoffLimitExceeded',
  });
});
