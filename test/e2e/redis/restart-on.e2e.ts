import { createHash } from 'node:crypto';
import { until } from '../../stack/command';
import { startControllerManager } from '../../stack/controller-manager';
import type { Engine } from '../../stack/engine';
import type { KubernetesObject } from '../../stack/kubernetes-object';
import { SYSTEM, startOperatorProcess } from '../../stack/operator';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { testLong } from '../figures';
import { Watch } from '../syncs/watch';
import { account, Cluster, platform, workload } from './workloads';

const RESTART_ON = 'fleetwright.dev/restart-on';
const STATE = 'fleetwright.dev/restart-on-state';
const RESTARTED_AT = 'fleetwright.dev/restarted-at';
const KINDS = ['Deployment', 'StatefulSet', 'DaemonSet'];

interface Workload extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { generation: number };
  readonly spec: { readonly template: { readonly metadata: { annotations?: Record<string, string> } } };
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
/** Longer than it takes from a change to the restart: two looks, 20 seconds apart. */
const LOOKS = 65;

describeStack('restarts on change, with the real shell-operator', () => {
  let stack: Stack;
  let cluster: Cluster;
  let engine: Engine;
  const watches: Watch<Workload>[] = [];

  const declared = (kind: string, name = 'app', wish = 'secret/db, configmap/settings') =>
    workload(kind, 'shop', name, { [RESTART_ON]: wish });
  const get = async (kind: string, name = 'app') =>
    (await cluster.get<Workload>(kind, 'shop', name)) as Workload;
  const state = async (kind: string, name?: string) => (await get(kind, name)).metadata.annotations?.[STATE];
  const secret = (data: Record<string, string>, labels = {}) => ({
    ...{ apiVersion: 'v1', kind: 'Secret', stringData: data },
    metadata: { name: 'db', namespace: 'shop', labels },
  });
  const settings = (data: Record<string, string>) => ({
    ...{ apiVersion: 'v1', kind: 'ConfigMap', data },
    metadata: { name: 'settings', namespace: 'shop' },
  });
  /** How often each workload was restarted since it was made. */
  const restarts = (name = 'app') =>
    KINDS.map((kind) => {
      const seen = watches
        .flatMap(({ seen }) => seen)
        .filter((one) => one.kind === kind && one.metadata.name === name)
        .flatMap(({ spec }) => spec.template.metadata.annotations?.[RESTARTED_AT] ?? []);
      return new Set(seen).size;
    });
  const restarted = (count: number) =>
    until(`each is restarted ${count} times`, 240, async () => restarts().every((many) => many >= count));
  const event = (wanted: RegExp) =>
    until(`an Event says ${wanted}`, 120, async () =>
      (await cluster.events('shop', 'app')).some((text) => wanted.test(text)),
    );

  beforeAll(async () => {
    stack = await Stack.start();
    const server = await stack.apiServer('restarts');
    await startControllerManager(stack, server);
    cluster = new Cluster(server);
    await cluster.namespace('shop');
    await cluster.apply(secret({ password: 'one' }), settings({ color: 'red' }));
    await cluster.apply(...KINDS.map((kind) => declared(kind)));
    for (const plural of ['deployments', 'statefulsets', 'daemonsets']) {
      watches.push(Watch.start<Workload>(server, `/apis/apps/v1/namespaces/shop/${plural}`));
    }
    const hooks = ['deployments', 'statefulsets', 'daemonsets'].map((plural) => `restart-on-${plural}`);
    engine = await startOperatorProcess(stack, server, { platform, account, hooks });
  });
  afterAll(async () => {
    process.stdout.write(`${stack?.processes.tail(engine?.name, 5)}\n`);
    await Promise.all(watches.map((watch) => watch.stop()));
    await stack?.stop();
  });

  test('first sight restarts nothing, and what is remembered gives nothing away', async () => {
    for (const kind of KINDS) {
      await until(`${kind} is known`, 120, async () => (await state(kind)) !== undefined);
      const { has, key } = JSON.parse((await state(kind)) ?? '');
      expect(Object.keys(has)).toEqual(['configmap/settings', 'secret/db']);
      for (const text of ['one', 'b25l', '{"password":"b25l"}']) {
        const digest = createHash('sha256').update(text).digest('base64url').slice(0, 27);
        expect(JSON.stringify([has, key])).not.toContain(digest);
      }
    }
    const secrets = await cluster.get('secret', SYSTEM, 'fleetwright-restart-on');
    expect(secrets?.type).toBe('Opaque');
    await pause(LOOKS);
    expect(restarts()).toEqual([0, 0, 0]);
  });

  test('many changes in a short time make one restart of each, and what applies it sees no drift', async () => {
    for (let i = 0; i < 6; i++) {
      await cluster.apply(secret({ password: `p${i}` }), settings({ color: `c${i}` }));
      await pause(4);
    }
    await restarted(1);
    await pause(LOOKS);
    expect(restarts()).toEqual([1, 1, 1]);
    for (const kind of KINDS) {
      const before = await get(kind);
      await cluster.apply(declared(kind));
      expect((await get(kind)).metadata.generation).toBe(before.metadata.generation);
      // How helm-controller finds drift: it applies its manifest without effect, and compares.
      const { stdout } = await cluster.server.kubectl.run(
        [
          ...['apply', '--server-side', '--field-manager=helm-controller', '--force-conflicts'],
          ...['--dry-run=server', '--output=json', '--filename=-'],
        ],
        { input: JSON.stringify(declared(kind)) },
      );
      const applied = JSON.parse(stdout) as Workload;
      expect(applied.spec).toEqual(before.spec);
      expect(applied.metadata.annotations).toEqual(before.metadata.annotations);
    }
  });

  testLong(
    'nothing else restarts: metadata, a restart of the operator, or the same content made anew',
    async () => {
      await cluster.apply(secret({ password: 'p5' }, { changed: 'yes' }));
      await stack.processes.stop(engine.name);
      await cluster.delete('secret', 'shop', 'db');
      await stack.processes.resume(engine.name);
      await event(/^Warning NotFound: secret\/db.* does not exist/);
      await cluster.apply(secret({ password: 'p5' }));
      await pause(LOOKS);
      expect(restarts()).toEqual([1, 1, 1]);
    },
  );

  testLong(
    'other content that was made anew restarts, also what changed while the operator was down',
    async () => {
      await cluster.delete('configmap', 'shop', 'settings');
      await cluster.apply(settings({ color: 'new' }));
      await restarted(2);
      await stack.processes.stop(engine.name);
      await cluster.apply(secret({ password: 'while down' }));
      await stack.processes.resume(engine.name);
      await restarted(3);
      await pause(LOOKS);
      expect(restarts()).toEqual([3, 3, 3]);
      const told = (await cluster.events('shop', 'app')).filter((text) =>
        text.startsWith('Normal Restarted'),
      );
      expect(told).toHaveLength(9);
    },
  );

  testLong('a key that is lost restarts nothing', async () => {
    const before = await state('Deployment');
    await cluster.delete('secret', SYSTEM, 'fleetwright-restart-on');
    await until('another key is made', 120, async () => (await state('Deployment')) !== before);
    await pause(LOOKS);
    expect(restarts()).toEqual([3, 3, 3]);
  });

  test('a malformed annotation is told, and what is no longer wished for is forgotten', async () => {
    const before = restarts();
    await cluster.apply(declared('Deployment', 'app', 'secret/db;configmap/settings'));
    await event(/^Warning RestartOnMalformed: .*; write secret\/NAME and configmap\/NAME/);
    expect(await state('Deployment')).toBeDefined();
    await cluster.apply(workload('Deployment', 'shop', 'app'));
    await until('it is forgotten', 120, async () => (await state('Deployment')) === undefined);
    expect(restarts()).toEqual(before);
  });
});
