import { FleetProtection, LocalCluster, type Teardown } from '../../../constructs';
import type { ApiServer } from '../../stack/api-server';
import { startClusterApi } from '../../stack/cluster-api';
import { until } from '../../stack/command';
import { importedModules } from '../../stack/crds';
import { Stack } from '../../stack/stack';
import { renderCluster } from '../../support/clusters';
import { renderAlone } from '../../support/fleet';
import { describeStack } from '../describe-stack';

const CLUSTER = ['cluster', 'dev', '--namespace=clusters'];
const ALL_MACHINES = ['machines', '--namespace=clusters', '--all'];

const OLD = 'v1.35.4';
const NEW = 'v1.36.3';

interface Step {
  readonly version?: string;
  readonly spare?: Teardown;
  readonly cluster?: Teardown;
}

/** Two pools, of which one goes before the cluster does. */
const render = ({ version = NEW, spare, cluster: teardown }: Step = {}) =>
  renderCluster('dev', (fleet) => {
    new LocalCluster(fleet, 'dev', {
      kubernetesVersion: version,
      networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] },
      controlPlane: { replicas: 1 },
      pools: [
        { name: 'workers', replicas: 2 },
        { name: 'spare', replicas: 1, teardown: spare },
      ],
      backend: 'inMemory',
      teardown,
    });
  });

describeStack('a LocalCluster in memory, made by Cluster API', () => {
  let stack: Stack | undefined;
  let server: ApiServer;

  async function apply(yaml: string): Promise<void> {
    const args = ['apply', '--server-side', '--field-manager=kustomize-controller', '--filename=-'];
    await server.kubectl.output(args, { input: yaml });
  }

  const versionOf = (kind: string, field: string) =>
    server.kubectl.output([
      'get',
      kind,
      '--namespace=clusters',
      `--output=jsonpath={.items[0]${field.slice(1)}`,
    ]);

  /** Role and version of each machine. */
  async function machineVersions(): Promise<[string, string][]> {
    const list = JSON.parse(
      await server.kubectl.output(['get', ...ALL_MACHINES.slice(0, 2), '--output=json']),
    );
    return list.items.map((machine: { metadata: { labels: object }; spec: { version: string } }) => [
      'cluster.x-k8s.io/control-plane' in machine.metadata.labels ? 'control plane' : 'worker',
      machine.spec.version,
    ]);
  }

  beforeAll(async () => {
    stack = await Stack.start();
    server = await stack.apiServer('management');
    await startClusterApi(stack, server, await importedModules(), { reconcile: true });
    await server.kubectl.output(['create', 'namespace', 'clusters']);
    await apply(
      renderAlone((chart) => {
        new FleetProtection(chart, 'protection');
      }).yaml,
    );
  });
  afterAll(async () => stack?.stop());

  test('becomes available', async () => {
    await apply(render({ version: OLD }));
    await until('the cluster is available', 240, async () => {
      const wait = ['wait', ...CLUSTER, '--for=condition=Available', '--timeout=10s'];
      return (await server.kubectl.run(wait)).code === 0;
    });
  });

  test('upgrades its control plane before its workers, in one change', async () => {
    await server.kubectl.output(['wait', ...ALL_MACHINES, '--for=condition=Ready', '--timeout=240s']);
    const orders: string[] = [];
    await apply(render({ version: NEW }));
    await until('every machine has the new version', 420, async () => {
      // Machines first: what they may be is decided by a control plane that is read later.
      const machines = await machineVersions();
      const controlPlane = await versionOf('kubeadmcontrolplane', '{.status.version}');
      const workers = machines.filter(([role]) => role === 'worker');
      if (workers.some(([, version]) => version === NEW)) orders.push(controlPlane);
      return workers.length === 3 && machines.every(([, version]) => version === NEW);
    });
    expect(orders.length).toBeGreaterThan(0);
    expect([...new Set(orders)]).toEqual([NEW]);
  });

  test('owns its templates and health checks, so that they go with it', async () => {
    const kinds = 'devmachinetemplates,kubeadmconfigtemplates,machinehealthchecks';
    const output = '--output=jsonpath={range .items[*]}{.metadata.ownerReferences[*].kind}{"\\n"}{end}';
    const owners = await server.kubectl.output(['get', kinds, '--namespace=clusters', output]);
    expect(owners.trim().split('\n')).toEqual(Array(8).fill('Cluster'));
  });

  test('loses a pool in two steps, with its machines', async () => {
    const remove = ['delete', 'machinedeployment', 'dev-spare', '--namespace=clusters', '--timeout=120s'];
    expect((await server.kubectl.run(remove)).stderr).toMatch(/refusing to delete MachineDeployment/);
    await apply(render({ spare: 'allowed' }));
    await server.kubectl.output(remove);
    await apply(render({ spare: 'removed' }));
    const pools = '--output=jsonpath={range .items[*]}{.metadata.labels.fleetwright\\.dev/pool}{"\\n"}{end}';
    const machines = await server.kubectl.output(['get', 'machines', '--namespace=clusters', pools]);
    expect(machines.trim().split(/\s+/)).toEqual(['workers', 'workers']);
  });

  test('is torn down in two steps, by its Cluster alone', async () => {
    const remove = ['delete', ...CLUSTER, '--timeout=240s'];
    expect((await server.kubectl.run(remove)).stderr).toMatch(/refusing to delete Cluster clusters\/dev/);
    await apply(render({ cluster: 'allowed' }));
    await server.kubectl.output(remove);
    const kinds = 'machinedeployments,kubeadmcontrolplanes,devclusters,machines,devmachines';
    expect(await server.kubectl.output(['get', kinds, '--namespace=clusters', '--output=name'])).toBe('');
  });
});
