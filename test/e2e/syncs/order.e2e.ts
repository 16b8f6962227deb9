import type { ApiServer } from '../../stack/api-server';
import { until } from '../../stack/command';
import type { FluxObject } from '../../stack/flux';
import type { KubernetesObject } from '../../stack/kubernetes-object';
import { LiveFleet, synced } from '../../stack/live/live-fleet';
import { describeStack } from '../describe-stack';
import { count, figure } from '../figures';
import { COLOR_CONTROLLER, colors, oneCluster } from './colors';
import { Watch } from './watch';

/**
 * What is no failure: a sync works, or waits for another one; or, as the root sync at first, for its source, which is
 * made with it.
 */
const ON_THE_WAY = [
  /^fleet: ArtifactFailed: Source artifact not found/,
  /^\S+: (DependencyNotReady|Progressing): /,
];

interface Event extends KubernetesObject {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly apiVersion: string; readonly kind: string; readonly name: string };
}

/** Watches all that Flux says of a cluster's syncs. */
function watchSyncs(server: ApiServer): { failures(): string[]; stop(): Promise<unknown> } {
  const syncs = Watch.start<FluxObject>(server, '/apis/kustomize.toolkit.fluxcd.io/v1/kustomizations');
  const events = Watch.start<Event>(server, '/api/v1/events');
  return {
    failures: () => [...syncs.seen.flatMap(failuresOf), ...events.seen.flatMap(warningOf)],
    stop: () => Promise.all([syncs.stop(), events.stop()]),
  };
}

function failuresOf({ metadata, status }: FluxObject): string[] {
  return (status?.conditions ?? [])
    .filter((condition) => condition.type === 'Ready' && condition.status === 'False')
    .map(({ reason, message }) => `${metadata.name}: ${reason}: ${message}`)
    .filter((said) => !ON_THE_WAY.some((known) => known.test(said)));
}

function warningOf({ type, reason, message, involvedObject: { apiVersion, kind, name } }: Event): string[] {
  if (type === 'Normal' || !apiVersion?.includes('toolkit.fluxcd.io/')) return [];
  return [`${kind} ${name}: ${reason}: ${message}`];
}

describeStack('an app that needs a definition, a controller and a configuration', () => {
  let fleet: LiveFleet | undefined;
  let server: ApiServer;
  const taken = { cluster: [] as number[], fleet: [] as number[] };
  const longest = (times: readonly number[]) => `${Math.round(Math.max(...times) / 1000)} s at most`;
  afterAll(async () => {
    await fleet?.stop();
    figure(`a cluster with a node, and Flux in its pods, ${runs.length} times`, longest(taken.cluster));
    figure('from the source and the root sync to an app that is Ready', longest(taken.fleet));
  });

  const runs = Array.from({ length: count(2, 10) }, (_, i) => i + 1);

  test.each(runs)('never fails on the way from an empty cluster, run %i', async () => {
    await fleet?.stop();
    const began = Date.now();
    fleet = await LiveFleet.start();
    server = await fleet.clusterWithNode(
      'edge',
      [COLOR_CONTROLLER],
      ['source-controller', 'kustomize-controller'],
    );
    taken.cluster.push(Date.now() - began);
    const commit = await fleet.push((it) => {
      oneCluster(it);
      colors('paint', true)(it);
    });
    const watch = watchSyncs(server);
    const started = Date.now();
    await fleet.connect({ server });
    for (const name of ['crds', 'controller', 'config', 'app']) {
      await synced({ server }, `paint-${name}`, commit, { seconds: 300 });
    }
    taken.fleet.push(Date.now() - started);
    await watch.stop();
    expect(watch.failures()).toEqual([]);
  });

  test('fails where nothing says what it depends on, and is seen to', async () => {
    await fleet?.push((it) => {
      oneCluster(it);
      colors('paint', true)(it);
      colors('plaster', false)(it);
    });
    const watch = watchSyncs(server);
    await until('a sync without its dependency fails', 120, async () => watch.failures().length > 0);
    await watch.stop();
    expect(watch.failures()[0]).toMatch(/plaster-(config|app)/);
  });
});
