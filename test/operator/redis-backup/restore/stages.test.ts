import { settle } from '../../../../constructs/redis-backup/bundle';
import { factsOf, Stages } from '../../../../operator/redis-backup/restore/stages';
import { containersOf, podOf } from '../../../redis-backup/pods';
import { platform } from '../../../redis-backup/sample';

const NOW = `valkey/valkey:8.0.1@sha256:${'a'.repeat(64)}`;
const WANTED = `valkey/valkey:9.0.0@sha256:${'b'.repeat(64)}`;

test('a restore runs the image that the server has, not the one that is wanted next', async () => {
  const declared = { cluster: 'prod', namespace: 'shop', name: 'cart' };
  const settled = settle({ ...declared, spec: { redis: { image: WANTED } } }, platform);
  const labels = {
    'app.kubernetes.io/managed-by': 'fleetwright',
    ...{ 'fleetwright.dev/redis-backup': 'cart', 'fleetwright.dev/namespace': 'shop' },
  };
  const made: Parameters<typeof podOf>[0][] = [];
  const api = {
    list: async () => [],
    get: async () => ({ metadata: { labels }, spec: { values: { image: NOW } } }),
    create: async (_: unknown, job: Parameters<typeof podOf>[0]) => made.push(job),
  };
  const bundle = { settled, run: { api, now: new Date() } } as unknown as Parameters<typeof Stages.read>[0];
  const stages = await Stages.read(bundle);
  const status = { id: 'a', step: 'Replicating' } as const;
  for (const stage of ['check', 'backup', 'run', 'rollback'] as const)
    await stages.start(stage, factsOf(status, { id: 'a' }, stage));
  const images = made.flatMap((job) => {
    const pod = podOf(job);
    return pod ? containersOf(pod).map(({ image }) => image) : [];
  });
  expect(images).toContain(NOW);
  expect(images).not.toContain(WANTED);
});
