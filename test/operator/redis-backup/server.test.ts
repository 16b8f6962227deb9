import type { Verdict } from '../../../operator/kit';
import { declaredBundle, settledBundle } from '../../../operator/redis-backup/bundle';
import type { RedisBackupResource } from '../../../operator/redis-backup/resource';
import { bringServer } from '../../../operator/redis-backup/server';
import type { Settings } from '../../../operator/redis-backup/settings';

const [OLD, NEW] = ['a', 'b'].map((digit) => `redis@sha256:${digit.repeat(64)}`) as [string, string];
const settings: Settings = {
  ...{ cluster: 'prod', namespace: 'fleetwright-system' },
  platform: { s3: { region: 'eu-west-1', bucketPrefix: 'acme', operator: { secretName: 's3' } } },
};
const labels = {
  ...{ 'fleetwright.dev/redis-backup': 'cart', 'fleetwright.dev/namespace': 'shop' },
  'app.kubernetes.io/managed-by': 'fleetwright',
};

interface Cluster {
  /** The image that is installed. @default none */
  readonly image?: string;
  readonly readyReplicas?: number;
  readonly status?: RedisBackupResource['status'];
  /** How the backup before the change ended, once it has begun. */
  readonly job?: 'Complete' | 'Failed';
  readonly refused?: Verdict;
}

/** Brings a server whose resource wants the new image; tells what was written. */
async function bring({ image, readyReplicas = 1, status, job, refused }: Cluster) {
  const applied: Record<string, { spec: Record<string, unknown> }> = {};
  const jobs: { metadata: { name: string }; spec: object }[] = [];
  const ready = { type: 'Ready', status: 'True', reason: 'Installed', message: 'is there' };
  const there: Record<string, object | undefined> = {
    HelmRelease: image
      ? { spec: { values: { image } }, status: { observedGeneration: 3, conditions: [ready] } }
      : undefined,
    StatefulSet: { status: { readyReplicas } },
    Job: job && { status: { conditions: [{ type: job, status: 'True' }] } },
  };
  const metadata = { name: 'cart', namespace: 'shop', uid: '1', generation: 3, labels };
  const api = {
    get: async ({ kind }: { kind: string }) => there[kind] && { metadata, ...there[kind] },
    create: async (_: object, made: (typeof jobs)[number]) => {
      jobs.push(made);
      return made;
    },
    apply: async (_: object, object: { kind: string; spec: Record<string, unknown> }) => {
      applied[object.kind] = object;
    },
  };
  const item = { metadata, spec: { redis: { image: NEW } }, status } as unknown as RedisBackupResource;
  const declared = declaredBundle(item, settings, 'uid-1');
  const bundle = { item, declared, settled: settledBundle(declared, settings), settings, run: { api } };
  const verdict = await bringServer(bundle as unknown as Parameters<typeof bringServer>[0], refused);
  const values = applied.HelmRelease?.spec.values as { image: string } | undefined;
  return { verdict, installs: values?.image, jobs, suspended: applied.CronJob?.spec.suspend };
}

test('a first image is installed at once', async () => {
  expect(await bring({})).toMatchObject({ installs: NEW, jobs: [] });
});

describe('another image', () => {
  test('waits for a backup by the image that runs', async () => {
    const { installs, jobs, verdict } = await bring({ image: OLD });
    expect(installs).toBe(OLD);
    expect(verdict).toMatchObject({ status: 'True', reason: 'BackingUp' });
    expect(jobs).toHaveLength(1);
    expect(JSON.stringify(jobs[0]?.spec)).toContain(OLD);
    expect(JSON.stringify(jobs[0]?.spec)).not.toContain(NEW);
  });

  test('is installed when that is there, and not when it failed', async () => {
    expect(await bring({ image: OLD, job: 'Complete' })).toMatchObject({ installs: NEW });
    const failed = await bring({ image: OLD, job: 'Failed' });
    expect(failed).toMatchObject({ installs: OLD, verdict: { status: 'False', reason: 'BackupFailed' } });
  });

  test('is installed at once where the server does not run', async () => {
    expect(await bring({ image: OLD, readyReplicas: 0 })).toMatchObject({ installs: NEW, jobs: [] });
  });

  test('waits for a restore', async () => {
    const restoring = await bring({ image: OLD, status: { restore: { id: 'r', step: 'Loading' } } });
    expect(restoring).toMatchObject({ installs: OLD, jobs: [], verdict: { reason: 'Restoring' } });
    const done = await bring({ image: OLD, status: { restore: { id: 'r', step: 'Done' } }, job: 'Complete' });
    expect(done).toMatchObject({ installs: NEW });
  });
});

test('no job writes to a bucket that is refused, on its schedule or before another image', async () => {
  const refused = {
    type: 'BucketReady',
    status: 'False',
    reason: 'WrongCluster',
    message: 'is of x',
  } as const;
  expect(await bring({ image: OLD, refused })).toMatchObject({ installs: OLD, jobs: [], suspended: true });
  expect((await bring({ image: NEW })).suspended).toBeUndefined();
});

test('a server without a pod that is Ready is not Ready', async () => {
  const { verdict } = await bring({ image: NEW, readyReplicas: 0 });
  expect(verdict).toEqual({
    ...{ type: 'RedisReady', status: 'False', reason: 'ServerNotReady' },
    message: 'StatefulSet shop/cart-redis has no pod that is Ready: kubectl describe pod cart-redis-0',
  });
});
