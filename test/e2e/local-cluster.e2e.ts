import { FleetProtection, LocalCluster, type Teardown } from '../../constructs';
import type { ApiServer } from '../stack/api-server';
import { startClusterApi } from '../stack/cluster-api';
import { until } from '../stack/command';
import { importedModules } from '../stack/crds';
import { Stack } from '../stack/stack';
import { renderCluster } from '../support/clusters';
import { renderAlone } from '../support/fleet';

const CLUSTER = ['cluster', 'dev', '--namespace=clusters'];

/** Two pools, of which one goes before the cluster does. */
const render = ({ spare, cluster: teardown }: { spare?: Teardown; cluster?: Teardown } = {}) =>
  renderCluster('dev', (fleet) => {
    new LocalCluster(fleet, 'dev', {
      kubernetesVersion: 'v1.36.3',
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

// Cluster API itself is started here, which a user's own cluster would not want.
const describeStack = process.env.KUBECONFIG ? describe.skip : describe;

describeStack('a LocalCluster in memory, made by Cluster API', () => {
  let stack: Stack | undefined;
  let server: ApiServer;

  async function apply(yaml: string): Promise<void> {
    const args = ['apply', '--server-side', '--field-manager=kustomize-controller', '--filename=-'];
    await server.kubectl.output(args, { input: yaml });
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
    await apply(render());
    await until('the cluster is available', 240, async () => {
      const wait = ['wait', ...CLUSTER, '--for=condition=Available', '--timeout=10s'];
      return (await server.kubectl.run(wait)).code === 0;
    });
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
