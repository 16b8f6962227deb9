import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ApiObject } from 'cdk8s';
import { AddOn, ClusterApi, type Fleet } from '../../../constructs';
import { CLUSTER_API_OPERATOR_CHART } from '../../../constructs/versions';
import type { ApiServer } from '../../stack/api-server';
import { build } from '../../stack/build';
import { until } from '../../stack/command';
import { importedCrds, importedModules, installCrds } from '../../stack/crds';
import type { KubernetesObject } from '../../stack/kubernetes-object';
import { writeChartRepository } from '../../stack/live/charts';
import { installProviders } from '../../stack/live/cluster-api-operator';
import { fetchNow, type LiveCluster, LiveFleet, synced } from '../../stack/live/live-fleet';
import { settle } from '../../stack/live/settle';
import { clusterctl } from '../../stack/parts';
import { temporaryFolder } from '../../support/folder';
import { describeStack } from '../describe-stack';
import { DocsShell, namedBlocks } from '../docs-shell';
import { addDev, addHub, available, startHub } from './local-fleet';
import { type CleanUp, prepareCleanUp } from './template-cleanup-job';

/** Cluster API as a fleet has it; what stands in for cert-manager is empty, since no webhook here has its certificates. */
function addManagement(fleet: Fleet): void {
  addHub(fleet);
  new AddOn(fleet, 'certificates', {
    layer: 'controllers',
    namespace: 'cert-manager',
    placement: {},
    define: (chart) => {
      new ApiObject(chart, 'nothing', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nothing' } });
    },
  });
  new ClusterApi(fleet, { docker: {}, certManager: 'certificates' });
}

/** A pool whose machines are set up in another way when its label is another one, and a pool that stays as it is. */
const withDev = (tier: string) => (fleet: Fleet) => {
  addManagement(fleet);
  addDev(fleet, {
    pools: [
      { name: 'workers', replicas: 2, labels: { 'example.com/tier': tier } },
      { name: 'others', replicas: 1 },
    ],
  });
};

describeStack('a LocalCluster by commit', () => {
  const charts = temporaryFolder('charts');
  let fleet: LiveFleet;
  let hub: LiveCluster;
  let cleanUp: CleanUp;

  const kubectl = (...args: string[]) => hub.server.kubectl.output([...args, '--namespace=clusters']);
  const list = async (kind: string): Promise<readonly Machine[]> =>
    JSON.parse(await kubectl('get', kind, '--output=json')).items;

  /** The machines of a pool, or those of the control plane, that are not about to go. */
  async function machines(pool?: string): Promise<readonly Machine[]> {
    return (await list('machines')).filter(
      ({ metadata: { labels, deletionTimestamp } }) =>
        labels?.['fleetwright.dev/pool'] === pool && deletionTimestamp === undefined,
    );
  }
  const uids = (of: readonly Machine[]) => of.map(({ metadata }) => metadata.uid).sort();
  const allRun = (of: readonly Machine[]) => of.every(({ status }) => status?.phase === 'Running');
  /** What a machine was set up from. */
  const templates = async () => (await kubectl('get', TEMPLATES, '--output=name')).trim().split('\n').sort();

  beforeAll(async () => {
    const operator = path.join(charts, 'cluster-api-operator');
    writeChartRepository(operator, [{ name: 'cluster-api-operator', version: CLUSTER_API_OPERATOR_CHART }]);
    fleet = await LiveFleet.start({ 'kubernetes-sigs.github.io': { files: charts } });
    await fleet.push(addManagement);
    hub = await startHub(fleet);
    await fleet.connect(hub);
    await installProviders(hub.server, ['core', 'bootstrap', 'controlPlane', 'docker']);
    const rendered = path.join(fleet.dist, 'management/controllers/template-cleanup/template-cleanup.yaml');
    await until('the clean-up of templates is there', 240, async () => {
      const get = ['get', 'serviceaccount', 'template-cleanup', '--namespace=fleetwright-system'];
      return (await hub.server.kubectl.run(get)).code === 0;
    });
    cleanUp = await prepareCleanUp(fleet.stack, hub.server, readFileSync(rendered, 'utf8'));
  });
  afterAll(() => fleet?.stop());

  test('is made', async () => {
    expect(await kubectl('get', 'clusters', '--output=name')).toBe('');
    const commit = await fleet.push(withDev('one'), 'A cluster');
    await fetchNow(hub);
    await available(hub, 'dev');
    // It waits two minutes between two looks.
    await hub.flux.look('kustomization', 'clusters', 'dev');
    await synced(hub, 'dev', commit, { namespace: 'clusters' });
    const phase = '--output=jsonpath={.status.phase}';
    expect(await kubectl('get', 'cluster', 'dev', phase)).toBe('Provisioned');
    await until('every machine runs', 240, async () => {
      const all = await list('machines');
      return all.length === 4 && allRun(all);
    });
    expect(await machines()).toHaveLength(1);
    expect(await machines('workers')).toHaveLength(2);
    expect(await machines('others')).toHaveLength(1);
  });

  test('replaces the machines of a pool that is changed, and no other, from a template of its own', async () => {
    const [workers, others, controlPlane] = [
      await machines('workers'),
      await machines('others'),
      await machines(),
    ];
    const before = await templates();
    await fleet.push(withDev('two'), 'Another tier');
    await settle(hub);
    await until('the first new machine', 120, async () => (await machines('workers')).length > 2);
    const during = await templates();
    const added = during.filter((name) => !before.includes(name));
    expect(added).toEqual([expect.stringMatching(/^kubeadmconfigtemplate.*\/dev-workers-/)]);
    expect((await cleanUp()).stdout).toMatch(/^\d templates, 0 removed, \d in use\n$/);

    const [dying] = workers;
    await kubectl('delete', 'machine', String(dying?.metadata.name), '--wait=false');
    await until('the rollout is over', 420, async () => {
      const [now, sets] = [await machines('workers'), await list('machinesets')];
      const old = now.filter(({ metadata }) => uids(workers).includes(metadata.uid));
      return now.length === 2 && old.length === 0 && allRun(now) && sets.length === 2;
    });
    expect(uids(await machines('others'))).toEqual(uids(others));
    expect(uids(await machines())).toEqual(uids(controlPlane));
    const old = before.filter((name) => !during.includes(name));
    expect(old).toEqual([]);
    expect(await templates()).toEqual(during);
    const removed = await cleanUp();
    expect(removed.stdout).toMatch(
      /^removed KubeadmConfigTemplate dev-workers-\w+\n\d templates, 1 removed, \d in use\n$/,
    );
    expect(await templates()).toEqual(expect.arrayContaining(added));
    expect(await templates()).toHaveLength(before.length);
  });

  describe('as docs/day-2.md has it', () => {
    const blocks = namedBlocks('day-2.md');
    let shell: DocsShell;
    let restored: ApiServer;

    /** A block for this cluster. */
    const text = (name: string) => (blocks.get(name) ?? 'false').replaceAll('prod-eu', 'dev');
    const block = (name: string) => shell.output(text(name));

    beforeAll(async () => {
      restored = await fleet.stack.apiServer('new');
      shell = DocsShell.create(fleet, {
        ...{ servers: [hub.server, restored], cwd: fleet.stack.path('home') },
        env: { CLUSTERCTL_DISABLE_VERSIONCHECK: 'true' },
        programs: { clusterctl: [path.join(await build(clusterctl), 'clusterctl')] },
      });
    });

    test('shows a rollout', async () => {
      expect(await block('rollout')).toMatch(
        /^machineset\S+\/dev-workers-[\s\S]*^machine\S+\/dev-control-plane-/m,
      );
    });

    test('has a kubeconfig anew when the old one is deleted', async () => {
      const uid = () =>
        kubectl('get', 'secret', 'dev-kubeconfig', '--ignore-not-found', '--output=jsonpath={.metadata.uid}');
      const before = await uid();
      await block('kubeconfig');
      await until('a kubeconfig', 120, async () => ![before, ''].includes(await uid()));
    });

    test('renews the machines of its control plane, which Flux does not undo', async () => {
      const before = uids(await machines());
      await block('renew');
      await settle(hub);
      await until('the control plane has another machine', 240, async () => {
        const now = await machines();
        return now.length === 1 && allRun(now) && uids(now)[0] !== before[0];
      });
    });

    test('is in a backup, and runs on, also when the backup was stopped midway', async () => {
      // As the operator of Cluster API labels what it installs: clusterctl looks for nothing else.
      await hub.server.kubectl.output(['label', 'crds', '--all', 'clusterctl.cluster.x-k8s.io=']);
      await kubectl('create', 'secret', 'generic', 'fleet-git', '--from-literal=username=git');
      const paused = () => kubectl('get', 'cluster', 'dev', '--output=jsonpath={.spec.paused}');
      await kubectl('patch', 'cluster', 'dev', '--type=merge', '--patch={"spec":{"paused":true}}');
      await block('unpause');
      expect(await paused()).toBe('');
      const [folder = ''] = (await shell.output(`${text('backup')}\necho "$backup"`))
        .trim()
        .split('\n')
        .slice(-1);
      for (const file of ['Cluster_clusters_dev', 'Secret_clusters_dev-ca', 'Machine_clusters_']) {
        expect(readdirSync(path.join(folder, 'cluster-api'))).toContainEqual(expect.stringContaining(file));
      }
      const secrets = readFileSync(path.join(folder, 'secrets.yaml'), 'utf8');
      expect(secrets).toContain('name: fleet-git');
      expect(secrets).not.toContain('name: dev-');
      expect(await paused()).not.toBe('true');
    });

    test('is restored from it on another management cluster, with its authorities', async () => {
      await installCrds(
        restored,
        importedCrds(await importedModules(), () => true),
      );
      await restored.kubectl.output(['label', 'crds', '--all', 'clusterctl.cluster.x-k8s.io=']);
      await shell.output(`backup=$(echo "$HOME"/fleet-backup/*)\n${text('restore')}`);
      const get = async (server: ApiServer, ...args: string[]) =>
        server.kubectl.output(['get', ...args, '--namespace=clusters']);
      const kinds = 'clusters,devclusters,machines,machinedeployments,kubeadmcontrolplanes';
      expect(await get(restored, kinds, '--output=name')).toBe(await get(hub.server, kinds, '--output=name'));
      for (const secret of ['dev-ca', 'dev-etcd', 'dev-proxy', 'dev-sa']) {
        const data = ['secret', secret, '--output=jsonpath={.data}'];
        expect(await get(restored, ...data)).toBe(await get(hub.server, ...data));
      }
      const owner = '--output=jsonpath={.metadata.ownerReferences[0].uid}';
      const machine = (await get(restored, 'machines', '--output=name')).split('\n')[0] ?? '';
      const set = ['machineset,kubeadmcontrolplane', '--output=jsonpath={.items[*].metadata.uid}'];
      expect((await get(restored, ...set)).split(' ')).toContain(await get(restored, machine, owner));
      expect(await get(restored, 'cluster', 'dev', '--output=jsonpath={.spec.paused}')).toBe('');
    });
  });
});

const TEMPLATES = 'devmachinetemplates,kubeadmconfigtemplates';

interface Machine extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly uid: string;
    readonly deletionTimestamp?: string;
  };
  readonly status?: { readonly phase?: string };
}
