import type { ApiServer } from '../stack/api-server';
import { until } from '../stack/command';
import { startControllerManager } from '../stack/controller-manager';
import { importedModules } from '../stack/crds';
import type { FluxObject } from '../stack/flux';
import type { KubernetesObject } from '../stack/kubernetes-object';
import { startFluxPods } from '../stack/node/flux-pods';
import { Node } from '../stack/node/node';
import { COLOR_CONTROLLER, colors, oneCluster } from './colors';
import { count, figure } from './figures';
import { LiveFleet, synced } from './live-fleet';
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

describe('an app that needs a definition, a controller and a configuration', () => {
  let fleet: LiveFleet | undefined;
  afterEach(async () => {
    await fleet?.stop();
    fleet = undefined;
  });

  /** A cluster with a node, on which nothing runs but Flux. */
  async function emptyCluster(): Promise<{ fleet: LiveFleet; server: ApiServer }> {
    fleet = await LiveFleet.start();
    const server = await fleet.stack.apiServer('edge');
    await startControllerManager(fleet.stack, server);
    const node = await Node.start(fleet.stack, server, [COLOR_CONTROLLER]);
    await startFluxPods(node, server, await importedModules(), fleet.outside);
    return { fleet, server };
  }

  const runs = Array.from({ length: count(2, 10) }, (_, i) => i + 1);

  test.each(runs)('never fails on the way from an empty cluster, run %i', async (run) => {
    const began = Date.now();
    const { fleet, server } = await emptyCluster();
    figure(
      `a cluster with a node and Flux in its pods, run ${run}`,
      `${Math.round((Date.now() - began) / 1000)} s`,
    );
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
    figure(`all is Ready on an empty cluster, run ${run}`, `${Math.round((Date.now() - started) / 1000)} s`);
    await watch.stop();
    expect(watch.failures()).toEqual([]);
    if (run < runs.length) return;

    // The watch sees it, where nothing says what it depends on.
    await fleet.push((it) => {
      oneCluster(it);
      colors('paint', true)(it);
      colors('plaster', false)(it);
    });
    const careless = watchSyncs(server);
    await until('a sync without its dependency fails', 120, async () => careless.failures().length > 0);
    await careless.stop();
    expect(careless.failures()[0]).toMatch(/plaster-(config|app)/);
  });
});
