import { cpSync } from 'node:fs';
import { main } from '../../cli/main';
import { until } from '../stack/command';
import type { KubernetesObject } from '../stack/kubernetes-object';
import { type LiveCluster, LiveFleet, synced } from './live-fleet';
import { addDev, addHub, available, startHub } from './local-fleet';
import { settle } from './settle';
import { WAYS, type Way } from './ways';

const KINDS = 'clusters.cluster.x-k8s.io,devclusters,kubeadmcontrolplanes,machinedeployments,machines';

// Cluster API itself is started here, which a user's own cluster would not want.
const describeStack = process.env.KUBECONFIG ? describe.skip : describe;

describeStack('a cluster whose fleet somebody edits by hand', () => {
  let fleet: LiveFleet;
  let hub: LiveCluster;
  let good: string;
  let base: string;
  let before: readonly string[];

  /** The cluster's objects and machines that are there and not about to go, each with its uid. */
  async function alive(): Promise<string[]> {
    const text = await hub.server.kubectl.output(['get', KINDS, '--namespace=clusters', '--output=json']);
    return (JSON.parse(text).items as KubernetesObject[])
      .map(({ kind, metadata }) => ({ kind, ...(metadata as Metadata) }))
      .filter(({ deletionTimestamp }) => deletionTimestamp === undefined)
      .map(({ kind, name, uid }) => `${kind} ${name} ${uid}`)
      .sort();
  }

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

  /** Puts the tree back, and what Flux reads it by, as a person would who repairs it. */
  async function putBack(): Promise<void> {
    await fleet.repository.git('read-tree', '-u', '--reset', good);
    const commit = await fleet.repository.commit('Put back');
    await fleet.connect(hub);
    await settle(hub);
    for (const name of ['dev', 'protection']) {
      const namespace = name === 'dev' ? 'clusters' : 'flux-system';
      await synced(hub, name, commit, { namespace });
    }
  }

  beforeAll(async () => {
    fleet = await LiveFleet.start();
    hub = await startHub(fleet);
    good = await fleet.push((model) => {
      addHub(model);
      addDev(model);
    });
    base = fleet.stack.path('base');
    cpSync(fleet.dist, base, { recursive: true });
    await fleet.connect(hub);
    await available(hub, 'dev');
    await synced(hub, 'dev', good, { namespace: 'clusters' });
    before = await alive();
  });
  afterAll(() => fleet?.stop());

  test('starts with all of it', () => {
    const kinds = before.map((line) => line.split(' ')[0]);
    expect(kinds).toEqual([
      'Cluster',
      'DevCluster',
      'KubeadmControlPlane',
      'Machine',
      'Machine',
      'MachineDeployment',
    ]);
  });

  describe.each(WAYS.map((way) => [way.name, way] as const))('%s', (_, way: Way) => {
    afterEach(putBack);
    test('loses nothing', async () => {
      const verdicts: string[] = [];
      for (const change of way.changes) {
        await change({ fleet, hub });
        verdicts.push(await judge());
        await fleet.repository.commit(way.name);
        await settle(hub);
        expect(await alive()).toEqual(expect.arrayContaining([...before]));
      }
      process.stdout.write(`${way.name}: ${verdicts.join('; then ')}\n`);
    });
  });
});

interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly deletionTimestamp?: string;
}
