import { ClusterApi, LocalCluster } from '../../../constructs';
import type { ApiServer } from '../../stack/api-server';
import { startClusterApi } from '../../stack/cluster-api';
import { until } from '../../stack/command';
import { importedModules } from '../../stack/crds';
import { Stack } from '../../stack/stack';
import { renderCluster } from '../../support/clusters';
import { emptyFleet } from '../../support/fleet';
import { describeStack } from '../describe-stack';
import { type CleanUp, prepareCleanUp } from './template-cleanup-job';

/** A cluster whose pool is set up in another way when its label is another one. */
const renderDev = (tier: string) =>
  renderCluster('dev', (fleet) => {
    new LocalCluster(fleet, 'dev', {
      kubernetesVersion: 'v1.36.3',
      networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] },
      controlPlane: { replicas: 1 },
      pools: [{ name: 'workers', replicas: 1, labels: { 'example.com/tier': tier } }],
      backend: 'inMemory',
    });
  });

const TEMPLATES = 'devmachinetemplates,kubeadmconfigtemplates';

describeStack('the clean-up of templates, beside Cluster API at work', () => {
  let stack: Stack | undefined;
  let server: ApiServer;
  let cleanUp: CleanUp;

  const get = (...args: string[]) => server.kubectl.output(['get', ...args, '--namespace=clusters']);
  const names = async () => (await get(TEMPLATES, '--output=name')).trim().split('\n').sort();

  async function apply(yaml: string): Promise<void> {
    const args = ['apply', '--server-side', '--field-manager=kustomize-controller', '--filename=-'];
    await server.kubectl.output(args, { input: yaml });
  }

  /** Makes a template of machines that no pool uses. */
  async function addTemplate(name: string, metadata: object): Promise<string> {
    const template = {
      apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta2',
      kind: 'DevMachineTemplate',
      metadata: { name, namespace: 'clusters', ...metadata },
      spec: { template: { spec: { backend: { inMemory: {} } } } },
    };
    await server.kubectl.output(['create', '--filename=-'], { input: JSON.stringify(template) });
    return `devmachinetemplate.infrastructure.cluster.x-k8s.io/${name}`;
  }

  const labels = { 'fleetwright.dev/template': 'true' };

  async function ownerReferences(): Promise<object[]> {
    const uid = await get('cluster', 'dev', '--output=jsonpath={.metadata.uid}');
    return [{ apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster', name: 'dev', uid }];
  }

  beforeAll(async () => {
    stack = await Stack.start();
    server = await stack.apiServer('management');
    await startClusterApi(stack, server, await importedModules(), { reconcile: true });
    for (const name of ['clusters', 'fleetwright-system']) {
      await server.kubectl.output(['create', 'namespace', name]);
    }
    const fleet = emptyFleet();
    new ClusterApi(fleet, { aws: { credentials: { secretName: 'aws' } }, docker: {} });
    const rendered =
      fleet.compile().files.get('management/controllers/template-cleanup/template-cleanup.yaml') ?? '';
    await apply(rendered);
    cleanUp = await prepareCleanUp(stack, server, rendered);
    await apply(renderDev('one'));
    await until('the cluster is available', 240, async () => {
      const wait = ['wait', 'cluster/dev', '--namespace=clusters', '--for=condition=Available'];
      return (await server.kubectl.run([...wait, '--timeout=10s'])).code === 0;
    });
    // At first the server answers 429 for kinds that nothing has asked for yet.
    await until('every kind is served', 60, async () => (await cleanUp('--dry-run')).code === 0);
  });
  afterAll(async () => stack?.stop());

  test('removes nothing that a control plane, a pool or a set of machines uses', async () => {
    const before = await names();
    expect(before).toHaveLength(3);
    expect(await cleanUp()).toEqual({ code: 0, stdout: '3 templates, 0 removed, 3 in use\n', stderr: '' });
    expect(await names()).toEqual(before);
  });

  test('removes the template of a pool that was changed, when its last machine is gone and not before', async () => {
    const before = await names();
    const sets = () => get('machinesets', '--output=jsonpath={.items[*].metadata.name}');
    await apply(renderDev('two'));
    const old = before.filter((name) => !renderDev('two').includes(`name: ${name.split('/')[1]}\n`));
    expect(old).toEqual([expect.stringMatching(/kubeadmconfigtemplate.*dev-workers-/)]);
    await until('a second set of machines', 60, async () => (await sets()).split(' ').length === 2);
    expect(await cleanUp()).toEqual({ code: 0, stdout: '4 templates, 0 removed, 4 in use\n', stderr: '' });
    expect(await names()).toEqual(expect.arrayContaining(old));
    await until('the rollout is over', 240, async () => (await sets()).split(' ').length === 1);
    const removed = `KubeadmConfigTemplate ${old[0]?.split('/')[1]}`;
    expect((await cleanUp('--dry-run')).stdout).toBe(
      `would remove ${removed}\n4 templates, 0 removed, 3 in use\n`,
    );
    expect(await names()).toEqual(expect.arrayContaining(old));
    expect((await cleanUp()).stdout).toBe(`removed ${removed}\n4 templates, 1 removed, 3 in use\n`);
    const after = await names();
    expect(after).toHaveLength(3);
    expect(after).not.toEqual(expect.arrayContaining(old));
  });

  test('leaves what no Cluster owns, what it did not make, and all of it when it cannot see everything', async () => {
    const owned = { ownerReferences: await ownerReferences() };
    const unowned = await addTemplate('new', { labels });
    const foreign = await addTemplate('foreign', owned);
    const unused = await addTemplate('unused', { labels, ...owned });
    const role = ['role', 'template-cleanup', '--namespace=clusters'];
    const whole = await server.kubectl.output(['get', ...role, '--output=json']);
    const blind = '[{"op":"replace","path":"/rules/1/resources","value":["machinedeployments"]}]';
    await server.kubectl.output(['patch', ...role, '--type=json', `--patch=${blind}`]);
    await until('the role is narrower', 30, async () => (await cleanUp('--dry-run')).code !== 0);
    expect(await cleanUp()).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^template-cleanup: list machinesets: 403 /),
    });
    expect(await names()).toEqual(expect.arrayContaining([unowned, foreign, unused]));
    const { rules } = JSON.parse(whole);
    const restored = JSON.stringify([{ op: 'replace', path: '/rules', value: rules }]);
    await server.kubectl.output(['patch', ...role, '--type=json', `--patch=${restored}`]);
    await until('the role is whole', 30, async () => (await cleanUp('--dry-run')).code === 0);
    expect((await cleanUp()).stdout).toBe(
      'removed DevMachineTemplate unused\n6 templates, 1 removed, 3 in use, 1 not made by Fleetwright, 1 owned by no Cluster\n',
    );
    const left = await names();
    expect(left).toEqual(expect.arrayContaining([unowned, foreign]));
    expect(left).not.toContain(unused);
  });

  test.each([
    ['list', 'machinesets', 'clusters', 'yes'],
    ['delete', 'awsmachinetemplates', 'clusters', 'yes'],
    ['delete', 'nodeadmconfigtemplates', 'clusters', 'yes'],
    ['delete', 'machinedeployments', 'clusters', 'no'],
    ['delete', 'clusters.cluster.x-k8s.io', 'clusters', 'no'],
    ['patch', 'devmachinetemplates', 'clusters', 'no'],
    ['deletecollection', 'devmachinetemplates', 'clusters', 'no'],
    ['get', 'secrets', 'clusters', 'no'],
    ['list', 'secrets', 'fleetwright-system', 'no'],
    ['delete', 'devmachinetemplates', 'default', 'no'],
  ])('may it %s %s in %s? %s', async (verb, resource, namespace, answer) => {
    const as = '--as=system:serviceaccount:fleetwright-system:template-cleanup';
    const ask = ['auth', 'can-i', verb, resource, `--namespace=${namespace}`, as];
    expect((await server.kubectl.run(ask)).stdout.trim()).toBe(answer);
  });
});
