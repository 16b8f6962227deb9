import type { RedisBackupSpec } from '../../../constructs/redis-backup/spec';
import { finalize } from '../../../operator/redis-backup/removal';
import { testBundle } from './bundle';

const ALLOWED = { 'fleetwright.dev/allow-deletion': 'true' };
const BUCKET = 'fleet-prod-shop-cart';
const CLAIM = 'data-cart-redis-0';
const SINCE = '2026-01-31T12:00:00Z';

interface Case {
  readonly policy: RedisBackupSpec['reclaimPolicy'];
  readonly allowed?: boolean;
  /** Since it was deleted. */
  readonly minutes?: number;
  /** Whether S3 has deleted the bucket already. */
  readonly isGone?: boolean;
}

/** A run for a resource that is being deleted, where S3 refuses everything unless the bucket is gone. */
function ending({ policy, allowed = true, minutes = 1, isGone = false }: Case) {
  const { bundle, written, removed } = testBundle({
    ...{ spec: { reclaimPolicy: policy }, status: { bucket: BUCKET }, deletionTimestamp: SINCE },
    annotations: allowed ? ALLOWED : {},
    now: new Date(Date.parse(SINCE) + minutes * 60_000),
    hasVolume: true,
    s3: async () => {
      if (isGone) throw Object.assign(new Error('no such bucket'), { name: 'NoSuchBucket' });
      throw Object.assign(new Error('We are closed'), { name: 'InternalError' });
    },
  });
  const events = () => written.filter(({ kind }) => kind === 'Event');
  const remembered = () => written.filter(({ kind }) => kind === 'ConfigMap');
  return { done: finalize(bundle), events, remembered, removed };
}

describe('a bucket that S3 does not delete', () => {
  test.each([1, 59, 60])(
    'is waited for after %d minutes, and nothing says yet that it stays',
    async (minutes) => {
      const { done, events, remembered } = ending({ policy: 'Delete', minutes });
      await expect(done).rejects.toThrow(`S3 does not let bucket ${BUCKET} be deleted: We are closed`);
      expect([...events(), ...remembered()]).toEqual([]);
    },
  );

  test('is left after an hour, is told, and is remembered as stuck', async () => {
    const { done, events, remembered } = ending({ policy: 'Delete', minutes: 61 });
    expect(await done).toBe(true);
    const why = 'S3 did not let it be deleted for 1h: We are closed';
    expect(events()).toMatchObject([{ reason: 'BucketStuck', note: `bucket ${BUCKET} stays: ${why}` }]);
    expect(remembered()).toMatchObject([
      {
        metadata: {
          namespace: 'fleetwright-system',
          labels: { 'fleetwright.dev/kept-bucket': 'stuck' },
        },
        data: { namespace: 'shop', name: 'cart', bucket: BUCKET, volumeClaim: CLAIM, why },
      },
    ]);
  });
});

describe('what stays is said and remembered', () => {
  test.each<[string, Case, string]>([
    ['by Retain', { policy: 'Retain' }, 'the reclaim policy is Retain'],
    [
      'by Delete without its annotation',
      { policy: 'Delete', allowed: false },
      'the reclaim policy is Delete, and the annotation fleetwright.dev/allow-deletion is missing',
    ],
  ])('%s', async (_, given, why) => {
    const { done, events, remembered, removed } = ending(given);
    expect(await done).toBe(true);
    expect(removed).toEqual([]);
    const note = `bucket ${BUCKET} and volume claim ${CLAIM} stay: ${why}`;
    expect(events()).toMatchObject([{ reason: 'DataRetained', note }]);
    expect(remembered()).toMatchObject([
      {
        metadata: { labels: { 'fleetwright.dev/kept-bucket': 'retained' } },
        data: { namespace: 'shop', name: 'cart', bucket: BUCKET, volumeClaim: CLAIM, why },
      },
    ]);
  });
});

test('what is deleted is said, and not remembered', async () => {
  const { done, events, remembered, removed } = ending({ policy: 'Delete', isGone: true });
  expect(await done).toBe(true);
  expect(removed).toEqual([`persistentvolumeclaims/${CLAIM}`]);
  expect(events()).toMatchObject([
    { reason: 'BucketDeleted', note: `bucket ${BUCKET} is deleted` },
    { reason: 'VolumeDeleted', note: `volume claim ${CLAIM} is deleted` },
  ]);
  expect(remembered()).toEqual([]);
});
