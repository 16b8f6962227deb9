import * as fs from 'node:fs';
import * as path from 'node:path';
import { ApiObject } from 'cdk8s';
import { ExistingCluster, type Fleet, FleetApp, type FleetSource } from '../../../constructs';
import { output } from '../../stack/command';
import type { FluxObject, FluxOptions } from '../../stack/flux';
import { type KubernetesObject, listOf } from '../../stack/kubernetes-object';
import { allSynced, GIT_HOST, type LiveCluster, LiveFleet } from '../../stack/live/live-fleet';
import { Registry } from '../../stack/registry';
import { ROOT } from '../../support/folder';
import { describeStack } from '../describe-stack';
import { figure } from '../figures';
import {
  pushCommand,
  REGISTRY_HOST,
  RegistryFleet,
  renderReference,
  sourceOf,
} from '../registry/registry-fleet';
import { since, workOf } from './work';

const APPS = Array.from({ length: 10 }, (_, i) => `app-${i}`);

/** Two clusters beside the management cluster, and apps on both that differ in one value. */
const fleetWith = (color: string) => (fleet: Fleet) => {
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  const labels = { run: 'apps' };
  for (const name of ['a', 'b']) new ExistingCluster(fleet, name, { kubernetesVersion: 'v1.36.3', labels });
  for (const name of APPS) {
    new FleetApp(fleet, name, {
      namespace: 'apps',
      placement: { matchLabels: labels },
      values: { color: 'red' },
      instances: { a: { color } },
      define: (chart, { values }) => {
        const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: values };
        new ApiObject(chart, 'color', object);
      },
    });
  }
};

// Flux looks when the test tells it to.
const interval = '1h';

/** Each kind of source: where it is, and its kind in Flux. */
const SOURCES = {
  git: {
    source: { url: `https://${GIT_HOST}/fleet.git`, interval },
    kind: 'gitrepository',
    host: GIT_HOST,
  },
  oci: {
    source: { kind: 'oci', url: `oci://${REGISTRY_HOST}/fleet`, interval },
    kind: 'ocirepository',
    host: REGISTRY_HOST,
  },
} as const satisfies Record<string, { source: FleetSource; kind: string; host: string }>;

describeStack.each(['git', 'oci'] as const)('with a source of the kind %s', (name) => {
  const { source, kind, host } = SOURCES[name];
  const options: FluxOptions = { controllers: ['source-controller', 'kustomize-controller'] };
  let fleet: LiveFleet;
  let registry: Registry;
  let a: LiveCluster;
  let b: LiveCluster;

  /** Renders the fleet, and puts it where the clusters read it. Returns a cluster's revision. */
  async function publish(color: string): Promise<(cluster: LiveCluster) => string> {
    fleet.synth(fleetWith(color), source);
    if (name === 'git') {
      const commit = await fleet.repository.commit(color);
      return () => commit;
    }
    await output(fleet.stack.network.inside(pushCommand(registry.loopback, fleet.dist)), {
      cwd: fleet.repository.folder,
      env: { PATH: process.env.PATH, DOCKER_CONFIG: fleet.stack.path('no-login') },
    });
    return ({ server }) => registry.tagged(`fleet/${server.name}`, 'latest') ?? '';
  }

  const look = ({ flux }: LiveCluster) => flux.look(kind, 'flux-system', 'fleet');
  const follow = (cluster: LiveCluster, revision: string) => allSynced(cluster, APPS.length + 1, revision);
  async function objectsOf({ server }: LiveCluster): Promise<Record<string, string | undefined>> {
    const get = ['get', 'configmaps', ...APPS, '--namespace=apps', '--output=json'];
    const { items } = JSON.parse(await server.kubectl.output(get)) as { items: ColoredMap[] };
    return Object.fromEntries(
      items.map(({ metadata, data }) => [
        metadata.name,
        `${data?.color}, version ${metadata.resourceVersion}`,
      ]),
    );
  }

  beforeAll(async () => {
    fleet = await LiveFleet.start(async (stack) => {
      registry = await Registry.start(stack, 'registry');
      return { [REGISTRY_HOST]: { port: registry.port } };
    });
    const revisionOf = await publish('red');
    [a, b] = await Promise.all([fleet.cluster('a', options), fleet.cluster('b', options)]);
    for (const cluster of [a, b]) {
      await fleet.connect(cluster, `management/clusters/${cluster.server.name}/handoff/handoff.yaml`);
      await follow(cluster, revisionOf(cluster));
    }
  });
  afterAll(() => fleet?.stop());

  test('a commit for one cluster changes nothing on the other', async () => {
    const wanted = await objectsOf(b);
    const before = (await look(b)).status?.artifact?.revision;
    const revisionOf = await publish('blue');
    await look(a);
    await follow(a, revisionOf(a));
    for (const object of Object.values(await objectsOf(a))) expect(object).toMatch(/^blue, /);

    const [work, sent, started] = [await workOf(b), fleet.outside.sent(host), Date.now()];
    const found = await look(b);
    const bytes = fleet.outside.sent(host) - sent;
    await follow(b, revisionOf(b));
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    // What a new revision would set off has begun when the source has been looked at again.
    if (name === 'oci') await look(b);
    const done = since(work, await workOf(b));
    const after = found.status?.artifact?.revision;
    if (name === 'git') {
      expect(after).not.toBe(before);
      expect(done.syncs).toBeGreaterThan(APPS.length);
    } else {
      expect(after).toBe(before);
      expect(done.syncs).toBe(0);
      expect(done.sources).toBeGreaterThanOrEqual(2);
    }
    expect(await objectsOf(b)).toEqual(wanted);
    const what = `${name}, ${APPS.length} syncs, a commit for another cluster`;
    figure(`${what}: reconciles of syncs`, `${done.syncs}`);
    figure(`${what}: API requests of kustomize-controller`, `${done.requests}`);
    figure(`${what}: bytes from the source`, `${bytes}`);
    figure(`${what}: until all is Ready`, name === 'git' ? `${seconds} s` : 'it stays so');
  });

  test('the artifacts of the reference fleet are small', async () => {
    const { clusters, dist } = await publishReference();
    const namespace = (cluster: string) => `reference-${cluster}`;
    const objects = clusters.flatMap((cluster) => [
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace(cluster) } },
      moved(sourceOf(dist, cluster), namespace(cluster)),
    ]);
    await a.server.kubectl.output(['create', '--filename=-'], { input: listOf(objects) });
    for (const cluster of clusters) {
      const found: FluxObject = await a.flux.look(kind, namespace(cluster), 'fleet');
      const { size } = fs.statSync(a.flux.artifact(found));
      figure(`${name}, reference fleet: artifact of ${cluster}`, `${(size / 1024).toFixed(1)} KiB`);
      expect(size).toBeGreaterThan(0);
      expect(size).toBeLessThanOrEqual(2 ** 20);
    }
  });

  async function publishReference(): Promise<{ clusters: readonly string[]; dist: string }> {
    if (name === 'oci') {
      const reference = new RegistryFleet(fleet.stack.path('reference'));
      expect(await reference.push(fleet.stack, registry)).toMatchObject({ code: 0 });
      return reference;
    }
    const folder = path.join(fleet.repository.folder, 'reference');
    const dist = path.join(folder, 'dist');
    fs.cpSync(path.join(ROOT, 'charts'), path.join(folder, 'charts'), { recursive: true });
    const clusters = renderReference({
      outdir: dist,
      source: { ...SOURCES.git.source, path: 'reference/dist', charts: 'reference/charts' },
    });
    await fleet.repository.commit('The reference fleet');
    return { clusters, dist };
  }
});

interface ColoredMap {
  readonly metadata: { readonly name: string; readonly resourceVersion: string };
  readonly data?: { readonly color?: string };
}

function moved(object: KubernetesObject, namespace: string): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, namespace } };
}
