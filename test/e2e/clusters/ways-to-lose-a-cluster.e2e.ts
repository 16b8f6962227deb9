import { cpSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ApiObject } from 'cdk8s';
import { main } from '../../../cli/main';
import { AddOn, type Fleet, type Teardown } from '../../../constructs';
import { until } from '../../stack/command';
import { isReady } from '../../stack/flux';
import type { KubernetesObject } from '../../stack/kubernetes-object';
import { type LiveCluster, LiveFleet, synced, syncOf } from '../../stack/live/live-fleet';
import { settle } from '../../stack/live/settle';
import { parseObjects } from '../../support/fleet';
import { describeStack } from '../describe-stack';
import { isLong } from '../figures';
import { alive, everything } from './cluster-objects';
import { addDev, addHub, available, startHub } from './local-fleet';
import { WAYS, type Way } from './ways';

/** What goes with the file of a removed cluster: its syncs, and what its folder holds so that it is not empty. */
const OF_ITS_FILE = /^kustomization\.|^configmap\/dev-removed$/;

/** What a sync of the clusters' namespace adds. */
const OF_FLUX = { 'kustomize.toolkit.fluxcd.io/namespace': 'clusters' };

/** What, of which kind, with which metadata, what the server says, and what else its spec has. */
const COPIES: [string, string, object, RegExp, object][] = [
  [
    'its Cluster under another name',
    'Cluster',
    { name: 'prod' },
    /refusing Cluster clusters\/prod: .* must be its own, prod and prod-control-plane:/,
    {},
  ],
  [
    'its pool under another name',
    'MachineDeployment',
    { name: 'prod-workers' },
    /refusing MachineDeployment clusters\/prod-workers: it selects the machines of dev-workers,/,
    {},
  ],
  [
    'its Cluster in another namespace',
    'Cluster',
    { namespace: 'default', labels: OF_FLUX },
    /refusing Cluster default\/dev: it belongs into the namespace clusters,/,
    {},
  ],
  [
    "somebody else's Cluster in another namespace",
    'Cluster',
    { namespace: 'default', name: 'prod' },
    /created/,
    {},
  ],
  [
    'a Cluster that a ClusterClass makes',
    'Cluster',
    { name: 'prod' },
    /^(?!.*refusing Cluster)/s,
    { topology: { classRef: { name: 'x' }, version: 'v1.36.3' } },
  ],
];

/** What the fleet has in the namespace of clusters when there is none. */
const OF_THE_FLEET = [
  'gitrepository.source.toolkit.fluxcd.io/fleet',
  'networkpolicy.networking.k8s.io/default-deny',
];

/** What Kubernetes' own controllers make in each namespace, where they run. */
const OF_KUBERNETES = ['configmap/kube-root-ca.crt', 'serviceaccount/default'];

describeStack('a cluster whose fleet somebody edits by hand', () => {
  let fleet: LiveFleet;
  let hub: LiveCluster;
  let good: string;
  let base: string;
  let before: readonly string[];

  /** Whether `fleetwright validate --base` refuses what is in the work tree, and with which codes. */
  async function judge(): Promise<string> {
    const texts: string[] = [];
    const spies = (['stdout', 'stderr'] as const).map((stream) =>
      jest.spyOn(process[stream], 'write').mockImplementation((text) => texts.push(String(text)) > 0),
    );
    const status = await main(['validate', fleet.dist, '--base', base]).finally(() => {
      for (const spy of spies) spy.mockRestore();
    });
    const codes = texts.join('').match(/(?<=\[)[a-z-]+(?=\])/g) ?? [];
    return status === 0 ? 'passes' : `refused: ${[...new Set(codes)].join(', ')}`;
  }

  /** Whether a sync is Ready with a commit. */
  async function isApplied(name: string, namespace: string, commit: string): Promise<boolean> {
    const sync = await syncOf(hub, name, namespace);
    return !!sync && isReady(sync) && !!sync.status?.lastAppliedRevision?.endsWith(commit);
  }

  /** Deletes the clusters that a way has made beside it. */
  async function removeStrays(): Promise<void> {
    const { kubectl } = hub.server;
    const list = await kubectl.output(['get', 'clusters', '--all-namespaces', '--output=json']);
    for (const { metadata } of (JSON.parse(list) as { items: readonly KubernetesObject[] }).items) {
      const { name, namespace = '' } = metadata;
      if (namespace === 'clusters' && name === 'dev') continue;
      const which = ['cluster', name, `--namespace=${namespace}`];
      await kubectl.output(['annotate', ...which, 'fleetwright.dev/allow-deletion=true', '--overwrite']);
      await kubectl.output(['delete', ...which, '--timeout=240s']);
    }
  }

  /** Puts the tree back, and what Flux reads it by, as a person would who repairs it. */
  async function putBack(): Promise<void> {
    await fleet.repository.git('read-tree', '-u', '--reset', good);
    const commit = await fleet.repository.commit('Put back');
    await until('all is back', 300, async () => {
      await settle(hub);
      const isBack =
        (await isApplied('dev', 'clusters', commit)) &&
        (await isApplied('protection', 'flux-system', commit));
      // Flux can only repair by itself what it still reads.
      if (!isBack) await fleet.connect(hub);
      return isBack;
    });
    await removeStrays();
  }

  beforeAll(async () => {
    fleet = await LiveFleet.start();
    hub = await startHub(fleet);
    good = await fleet.push(model());
    base = fleet.stack.path('base');
    cpSync(fleet.dist, base, { recursive: true });
    await fleet.connect(hub);
    await available(hub, 'dev');
    await hub.flux.look('kustomization', 'clusters', 'dev', 120);
    await synced(hub, 'dev', good, { namespace: 'clusters' });
    before = await alive(hub);
  });
  afterAll(() => fleet?.stop());

  test('starts with all of it', () => {
    const kinds = before.map((line) => line.split(' ')[0]);
    expect(kinds.join(' ')).toBe('Cluster DevCluster KubeadmControlPlane Machine Machine MachineDeployment');
  });

  const tried = WAYS.filter(({ quick }) => quick || isLong);

  describe.each(tried.map((way) => [way.name, way] as const))('%s', (_, way: Way) => {
    afterEach(putBack);
    test('loses nothing', async () => {
      const verdicts: string[] = [];
      for (const change of way.changes) {
        await change({ fleet, hub });
        await fleet.repository.commit(way.name);
        verdicts.push(await judge());
        await settle(hub);
        expect(await alive(hub)).toEqual(before);
      }
      process.stdout.write(`${way.name}: ${verdicts.join('; then ')}\n`);
    });
  });

  test.each(COPIES)('a copy of %s is judged', async (_, kind, metadata, answer, spec) => {
    const original = parseObjects(
      readFileSync(path.join(base, 'management/clusters/dev/dev.yaml'), 'utf8'),
    ).find((object) => object.kind === kind);
    const copy = {
      ...original,
      metadata: { ...original?.metadata, ...metadata },
      spec: { ...Object(original?.spec), ...spec },
    };
    const { stdout, stderr } = await hub.server.kubectl.run(['create', '--dry-run=server', '--filename=-'], {
      input: JSON.stringify(copy),
    });
    expect(stdout + stderr).toMatch(answer);
  });

  test('loses an add-on that its model drops, but neither its namespace nor its data', async () => {
    const get = (...what: string[]) =>
      hub.server.kubectl.output([
        'get',
        ...what,
        '--namespace=sample',
        '--ignore-not-found',
        '--output=name',
      ]);
    expect(await get('configmap/color')).not.toBe('');
    await fleet.push(model({ sample: false }));
    await settle(hub);
    await until('the add-on is gone', 60, async () => (await get('configmap/color')) === '');
    expect(await syncOf(hub, 'sample')).toBeUndefined();
    expect(await get('persistentvolumeclaim/data', 'namespace/sample')).toBe(
      'persistentvolumeclaim/data\nnamespace/sample\n',
    );
  });

  test('is torn down in two steps, with everything of it', async () => {
    await fleet.push(model({ sample: false, teardown: 'allowed' }));
    await settle(hub);
    expect(await alive(hub)).toEqual(before);
    await fleet.push(model({ sample: false, teardown: 'removed' }));
    await settle(hub);
    const left = async () =>
      (await everything(hub)).filter((name) => /dev/.test(name) && !OF_ITS_FILE.test(name));
    await until('nothing of it is left', 240, async () => (await left()).length === 0).catch(
      async (error: Error) => {
        throw new Error(`${error.message}: ${await left()}`);
      },
    );
    await fleet.push(addHub);
    await settle(hub);
    const rest = (await everything(hub)).filter((name) => !OF_KUBERNETES.includes(name));
    expect(rest).toEqual(OF_THE_FLEET);
  });
});

/** The management cluster, with an add-on or without it, and its cluster, as far as that may go. */
const model =
  ({ sample = true, teardown }: { readonly sample?: boolean; readonly teardown?: Teardown } = {}) =>
  (fleet: Fleet): void => {
    addHub(fleet);
    addDev(fleet, { teardown });
    if (sample) addSample(fleet);
  };

/** An add-on with something that may go, and something that holds data. */
function addSample(fleet: Fleet): void {
  new AddOn(fleet, 'sample', {
    layer: 'configs',
    namespace: 'sample',
    placement: {},
    // No volume is made here, for want of a node.
    sync: { wait: false },
    define: (chart) => {
      new ApiObject(chart, 'color', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'color' } });
      new ApiObject(chart, 'data', {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      });
    },
  });
}
