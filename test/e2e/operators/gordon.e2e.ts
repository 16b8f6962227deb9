import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundle } from '../../../scripts/programs/programs';
import { until } from '../../stack/command';
import { startControllerManager } from '../../stack/controller-manager';
import { waitForCrds } from '../../stack/crds';
import { startEngine } from '../../stack/engine';
import { type KubernetesObject, readObjects } from '../../stack/kubernetes-object';
import { Stack } from '../../stack/stack';
import { ROOT } from '../../support/folder';
import { describeStack } from '../describe-stack';
import { Cluster } from '../redis/workloads';

interface Gordon extends KubernetesObject {
  readonly spec: { readonly replicas: number; readonly image: string };
  readonly status?: {
    readonly alive: number;
    readonly pods: { name: string; phase: string; since: string }[];
  };
}

interface Pod extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { uid: string };
}

const file = (name: string) => path.join(ROOT, 'examples/gordon', name);
const [freeman] = readObjects(file('freeman.yaml')) as [Gordon];

/** Without a node: pods are made and counted, and the test says how they are. */
describeStack('the example of an operator, with the real shell-operator', () => {
  let stack: Stack;
  let cluster: Cluster;

  const gordon = (name: string, spec: object, namespace = 'default'): Gordon => ({
    ...freeman,
    metadata: { name, namespace },
    spec: { ...freeman.spec, ...spec },
  });
  const get = async () => (await cluster.get<Gordon>('gordon', 'default', 'freeman')) as Gordon;
  const pods = async (namespace = 'default'): Promise<Pod[]> => {
    const text = await cluster.server.kubectl.output([
      'get',
      'pods',
      `--namespace=${namespace}`,
      '--output=json',
    ]);
    return (JSON.parse(text) as { items: Pod[] }).items;
  };
  const uidOf = async (name: string) =>
    (await pods()).find(({ metadata }) => metadata.name === name)?.metadata.uid;
  const phase = (name: string, to: string) =>
    cluster.server.kubectl.output([
      ...['patch', 'pod', name, '--namespace=default', '--subresource=status', '--type=merge'],
      `--patch=${JSON.stringify({ status: { phase: to } })}`,
    ]);
  const registry = (...entries: string[]) =>
    until(`the registry has ${entries}`, 120, async () => {
      const known = (await get()).status?.pods.map((pod) => `${pod.name} ${pod.phase}`);
      return known?.join() === entries.join();
    });

  beforeAll(async () => {
    stack = await Stack.start();
    const server = await stack.apiServer('workshop');
    await startControllerManager(stack, server);
    cluster = new Cluster(server);
    await cluster.apply(...readObjects(file('crd.yaml')));
    await waitForCrds(server);
    const objects = readObjects(file('operator.yaml'));
    await cluster.apply(...objects.filter(({ kind }) => kind === 'Namespace'));
    // Its Deployment is asked for, and has no pod without a node.
    await cluster.apply(...objects.filter(({ kind }) => kind !== 'Namespace'));
    const hooks = stack.path('gordon-hooks');
    mkdirSync(hooks);
    writeFileSync(path.join(hooks, 'gordon.js'), await bundle('examples/gordon/gordon.ts'));
    chmodSync(path.join(hooks, 'gordon.js'), 0o755);
    const account = { namespace: 'gordon', name: 'gordon' };
    await startEngine(stack, server, { name: 'gordon', hooks, account });
  });
  afterAll(async () => {
    process.stdout.write(`${stack?.processes.tail('gordon', 5)}\n`);
    await stack?.stop();
  });

  test.each<[string, Gordon, RegExp]>([
    ['fewer than none', gordon('x', { replicas: -1 }), /greater than or equal to 0/],
    ['too many', gordon('x', { replicas: 21 }), /less than or equal to 20/],
    ['an image that can change', gordon('x', { image: 'nginx:latest' }), /spec.image.*should match/],
    ['a name that is too long', gordon('x'.repeat(51), {}), /at most 50 characters/],
  ])('the definition refuses %s', async (_, object, refusal) => {
    await expect(cluster.apply(object)).rejects.toThrow(refusal);
  });

  test('a Gordon has its pods, and a registry of them', async () => {
    await cluster.apply(freeman);
    await registry('freeman-0 Pending', 'freeman-1 Pending', 'freeman-2 Pending');
    for (const { metadata } of await pods()) await phase(metadata.name, 'Running');
    await until('all are alive', 60, async () => (await get()).status?.alive === 3);
    const table = await cluster.server.kubectl.output(['get', 'gordons', '--namespace=default']);
    expect(table).toMatch(/NAME +REPLICAS +ALIVE +AGE\nfreeman +3 +3 /);
    await expect(
      cluster.apply({ ...freeman, spec: { ...freeman.spec, image: `x@sha256:${'a'.repeat(64)}` } }),
    ).rejects.toThrow(/cannot change/);
  });

  test('one that dies is made anew, and the others are left alone', async () => {
    const [first, second] = [await uidOf('freeman-0'), await uidOf('freeman-1')];
    const since = (await get()).status?.pods[0]?.since;
    await phase('freeman-1', 'Failed');
    await until(
      'another one is there',
      60,
      async () => ![undefined, second].includes(await uidOf('freeman-1')),
    );
    await registry('freeman-0 Running', 'freeman-1 Pending', 'freeman-2 Running');
    await cluster.delete('pod', 'default', 'freeman-2');
    await registry('freeman-0 Running', 'freeman-1 Pending', 'freeman-2 Pending');
    expect(await uidOf('freeman-0')).toBe(first);
    expect((await get()).status?.pods[0]?.since).toBe(since);
  });

  test('there are as many as it says, also after a time without its operator', async () => {
    await cluster.apply(gordon('freeman', { replicas: 5 }));
    await registry('freeman-0 Running', ...[1, 2, 3, 4].map((i) => `freeman-${i} Pending`));
    await stack.processes.stop('gordon');
    await cluster.apply(gordon('freeman', { replicas: 2 }));
    await phase('freeman-0', 'Succeeded');
    await stack.processes.resume('gordon');
    await registry('freeman-0 Pending', 'freeman-1 Pending');
    expect(await pods()).toHaveLength(2);
  });

  test('one that cannot have its pods is no matter of the others', async () => {
    await cluster.namespace('full');
    await cluster.apply({
      ...{ apiVersion: 'v1', kind: 'ResourceQuota', spec: { hard: { pods: '0' } } },
      metadata: { name: 'none', namespace: 'full' },
    });
    await cluster.apply(gordon('stuck', { replicas: 3 }, 'full'), gordon('freeman', { replicas: 3 }));
    await registry('freeman-0 Pending', 'freeman-1 Pending', 'freeman-2 Pending');
    expect(await pods('full')).toEqual([]);
    await until('the reason is in the log', 120, async () =>
      /full\/stuck.*exceeded quota/.test(stack.processes.tail('gordon', 500)),
    );
    await cluster.delete('resourcequota', 'full', 'none');
    await until('it has its pods', 120, async () => (await pods('full')).length === 3);
  });

  test('its pods go with it', async () => {
    await cluster.delete('gordon', 'default', 'freeman');
    await until('all are gone', 120, async () => (await pods()).length === 0);
  });
});
