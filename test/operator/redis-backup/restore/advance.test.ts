import { settle } from '../../../../constructs/redis-backup/bundle';
import type { Kind } from '../../../../operator/kit';
import type { Bundle } from '../../../../operator/redis-backup/bundle';
import { advanceRestore } from '../../../../operator/redis-backup/restore/advance';
import type { RestoreStep } from '../../../../operator/redis-backup/restore/status';
import { platform } from '../../../redis-backup/sample';

const restore = { id: 'a', source: { bucket: 'lost', secretName: 'lost-bucket' } };
const labels = {
  'app.kubernetes.io/managed-by': 'fleetwright',
  ...{ 'fleetwright.dev/redis-backup': 'cart', 'fleetwright.dev/namespace': 'shop' },
};
const identity = { namespace: 'shop', name: 'cart' };

/** What a run at a step writes: the kind of each object. S3 is away, so nothing goes on. */
async function written(step: RestoreStep, isThere: boolean): Promise<string[]> {
  const writes = new Set<string>();
  const write = async ({ kind }: Kind) => void writes.add(kind);
  const cronJob = { metadata: { ...identity, labels }, spec: {} };
  const secret = { metadata: { ...identity, labels, resourceVersion: '1' }, data: { credentials: '' } };
  const source = isThere ? { ...secret, data: { credentials: 'eA==' } } : undefined;
  const api = {
    list: async ({ kind }: Kind) => (kind === 'CronJob' ? [cronJob] : []),
    get: async ({ kind }: Kind, { name }: { name: string }) => {
      if (kind === 'Secret') return name === 'lost-bucket' ? source : secret;
      return undefined;
    },
    ...{ apply: write, merge: write, create: write, remove: write },
  };
  const status = { restore: { id: 'a', step, startedAt: '2026-01-31T12:00:00Z' } };
  const bundle = {
    item: { metadata: { ...identity, uid: '1' }, status },
    settled: settle({ cluster: 'prod', ...identity, spec: { restore } }, platform),
    settings: { platform },
    run: { api, now: new Date('2026-01-31T12:01:00Z'), signal: new AbortController().signal },
  };
  const { verdict } = await advanceRestore(bundle as unknown as Bundle, {
    verdict: { type: 'BucketReady', status: 'False', reason: 'S3Failed', message: '' },
  });
  expect(verdict?.message).not.toMatch(/the restore waits/);
  return [...writes].sort();
}

test('nothing is opened or paused for a restore that waits for a Secret', async () => {
  expect(await written('Checking', false)).toEqual([]);
});

test('a restore that checks opens its way, and pauses nothing', async () => {
  expect(await written('Checking', true)).toEqual(['Job', 'NetworkPolicy']);
});

test('from the fence on, scheduled jobs stay away', async () => {
  expect(await written('Fencing', false)).toEqual(['CronJob', 'NetworkPolicy', 'Secret']);
});
