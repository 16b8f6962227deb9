import type { FluxOptions } from '../../stack/flux';
import { allSynced, fetchNow, type LiveCluster, LiveFleet, synced } from '../../stack/live/live-fleet';
import { describeStack } from '../describe-stack';
import { count, figure, isLong } from '../figures';
import { benchmarkFleet } from './benchmark-fleet';
import { since, type Work, workOf } from './work';

interface Size {
  readonly apps: number;
  /** How many syncs kustomize-controller works on at once. */
  readonly concurrency: number;
}

/** Flux's default, and what the published benchmark has. */
const [DEFAULT, PUBLISHED] = [4, 20];

const sizes: readonly Size[] = [
  { apps: count(30, 100), concurrency: DEFAULT },
  ...(isLong ? [100, 500, 1000].map((apps) => ({ apps, concurrency: PUBLISHED })) : []),
];

describeStack.each(sizes)('$apps syncs, $concurrency at a time', ({ apps, concurrency }) => {
  const flags = { 'kustomize-controller': [`--concurrent=${concurrency}`] };
  const options: FluxOptions = { controllers: ['source-controller', 'kustomize-controller'], flags };
  const note = (what: string, value: string) =>
    figure(`${apps} syncs, ${concurrency} at a time: ${what}`, value);
  let fleet: LiveFleet;
  let cluster: LiveCluster;

  /** Pushes a fleet, tells Flux, and waits until every sync has it. */
  async function follow(color: string): Promise<{ seconds: string; work: Work }> {
    fleet.synth(benchmarkFleet(apps, color));
    const before = await workOf(cluster);
    const started = Date.now();
    const commit = await fleet.repository.commit(color);
    await fetchNow(cluster);
    await allSynced(cluster, apps + 1, commit, 1200);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    return { seconds, work: since(before, await workOf(cluster)) };
  }

  function noteWork(what: string, { seconds, work }: { seconds: string; work: Work }): void {
    note(`${what}, commit to all Ready`, `${seconds} s`);
    note(`${what}, reconciles of syncs`, `${work.syncs}`);
    note(`${what}, API requests of kustomize-controller`, `${work.requests}`);
  }

  beforeAll(async () => {
    fleet = await LiveFleet.start();
    const commit = await fleet.push(benchmarkFleet(0, ''));
    cluster = await fleet.cluster('management', options);
    await fleet.connect(cluster);
    await synced(cluster, 'fleet', commit);
  });
  afterAll(() => fleet?.stop());

  test('become Ready with one commit', async () => {
    noteWork('all new', await follow('red'));
  });

  test('follow a commit that changes one of them', async () => {
    const followed = await follow('blue');
    noteWork('one changed', followed);
    // Every sync reads the revision of the one source.
    expect(followed.work.syncs).toBeGreaterThan(apps);
    const colors = '{.items[*].spec.template.spec.containers[0].env[0].value}';
    const get = ['get', 'deployments', 'app-0', 'app-1', '--namespace=benchmark'];
    expect(await cluster.server.kubectl.output([...get, `--output=jsonpath=${colors}`])).toBe('blue red');
    for (const name of options.controllers ?? []) {
      const bytes = fleet.stack.processes.peakMemory(cluster.flux.processOf(name));
      note(`peak memory of ${name}`, `${Math.round(bytes / 2 ** 20)} MiB`);
    }
  });
});
