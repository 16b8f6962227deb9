import type { Condition } from '../../../operator/kit';
import { output, until } from '../../stack/command';
import { startControllerManager } from '../../stack/controller-manager';
import type { Engine } from '../../stack/engine';
import type { KubernetesObject } from '../../stack/kubernetes-object';
import { startOperatorProcess } from '../../stack/operator';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { testLong } from '../figures';
import { account, Cluster, platform, workload } from './workloads';

const REQUEST = 'fleetwright.dev/redis-backup';
const SINCE = 'fleetwright.dev/orphaned-since';
const SEEN = 'fleetwright.dev/orphaned-seen';

interface RedisBackup extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & { uid: string; ownerReferences?: object[] };
  readonly spec: { readonly redis?: object; readonly [field: string]: unknown };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

describeStack('annotated Deployments, with the real shell-operator', () => {
  let stack: Stack;
  let cluster: Cluster;
  let engine: Engine;
  /** Resources that were not made from Deployments. */
  let taken: string[] = [];

  const annotated = (name: string, request: object | string, namespace = 'shop') =>
    workload('Deployment', namespace, name, {
      [REQUEST]: typeof request === 'string' ? request : JSON.stringify(request),
    });
  const backup = (name: string, namespace = 'shop') =>
    cluster.get<RedisBackup>('redisbackup', namespace, name);
  const condition = async (name: string) => {
    const found = (await backup(name))?.status?.conditions?.find(({ type }) => type === 'Requested');
    return `${found?.status} ${found?.reason}: ${found?.message}`;
  };
  const note = (name: string, wanted: RegExp) =>
    until(`an Event on ${name} says ${wanted}`, 120, async () =>
      (await cluster.events('shop', name)).some((text) => wanted.test(text)),
    );
  const isJudged = (name: string, wanted: RegExp) =>
    until(`${name} is ${wanted}`, 180, async () => wanted.test(await condition(name)));
  const annotation = async (name: string, key: string) => (await backup(name))?.metadata.annotations?.[key];

  beforeAll(async () => {
    stack = await Stack.start();
    const server = await stack.apiServer('requests');
    await startControllerManager(stack, server);
    cluster = new Cluster(server);
    await cluster.namespace('shop');
    engine = await startOperatorProcess(stack, server, { platform, account, hooks: ['requests'] });
  });
  afterAll(async () => {
    process.stdout.write(`${stack?.processes.tail(engine?.name, 5)}\n`);
    await stack?.stop();
  });

  test('one makes a RedisBackup, which refers back, and follows each change', async () => {
    const memory = {
      redis: { memory: '128Mi', storage: { size: '2Gi' } },
      schedule: 'H */2 * * *',
      freshness: '5h',
    };
    const allowed = annotated('cart', memory);
    const annotations = { ...allowed.metadata.annotations, 'fleetwright.dev/allow-deletion': 'true' };
    await cluster.apply({ ...allowed, metadata: { ...allowed.metadata, annotations } });
    await isJudged('cart', /^True Applied/);
    const made = await backup('cart');
    expect(made?.spec).toEqual(memory);
    expect(made?.metadata.labels).toEqual({ 'fleetwright.dev/requested-by': 'cart' });
    expect(made?.metadata.ownerReferences).toBeUndefined();
    expect(JSON.stringify(made)).not.toContain('allow-deletion');
    await note('cart', /^Normal Requested/);
    // What a person adds to it stays; what is no longer asked for goes.
    await cluster.patch('redisbackup', 'shop', 'cart', { spec: { bucket: { requireHardening: true } } });
    await cluster.apply(annotated('cart', { redis: { memory: '256Mi', storage: { size: '2Gi' } } }));
    await until('the spec follows', 60, async () => (await backup('cart'))?.spec.schedule === undefined);
    expect((await backup('cart'))?.spec).toEqual({
      redis: { memory: '256Mi', storage: { size: '2Gi' } },
      bucket: { requireHardening: true },
    });
    // What a person changes of what is asked for is put back.
    await cluster.patch('redisbackup', 'shop', 'cart', { spec: { redis: { memory: '1Gi' } } });
    await until('the change is put back', 60, async () =>
      /256Mi/.test(JSON.stringify((await backup('cart'))?.spec)),
    );
  });

  test.each<[string, string | object, RegExp]>([
    ['no JSON', '{"redis": ', /RequestMalformed: .* is no JSON.*; write "true", or an object/],
    ['an unknown field', { shedule: 'H * * * *' }, /RequestMalformed: .*shedule.*did you mean "schedule"/],
    ['an image', { redis: { image: 'evil' } }, /RequestMalformed: .*redis.image cannot be set by annotation/],
    [
      'a smaller volume',
      { redis: { memory: '64Mi', storage: { size: '1Gi' } } },
      /RequestRefused: .*a volume cannot shrink/,
    ],
    [
      'another StorageClass',
      { redis: { memory: '64Mi', storage: { size: '2Gi', className: 'x' } } },
      /RequestRefused: .*StorageClass of a volume cannot change/,
    ],
  ])('%s is told, and changes nothing', async (_, request, said) => {
    const { spec } = (await backup('cart')) as RedisBackup;
    await cluster.apply(annotated('cart', request));
    await note('cart', said);
    await isJudged('cart', new RegExp(`^False ${said.source}`));
    expect((await backup('cart'))?.spec).toEqual(spec);
    await cluster.apply(annotated('cart', { redis: { memory: '256Mi', storage: { size: '2Gi' } } }));
    await isJudged('cart', /^True Applied/);
    expect((await backup('cart'))?.spec).toEqual(spec);
  });

  test('a malformed one makes nothing, nor does a name that no RedisBackup can have', async () => {
    await cluster.apply(annotated('broken', 'yes'), annotated('a.b', 'true'));
    await note('broken', /^Warning RequestMalformed/);
    await note('a.b', /^Warning RequestRefused: .*at most 63 characters, without dots/);
    expect(await backup('broken')).toBeUndefined();
  });

  test('a RedisBackup that others made is never taken over', async () => {
    const own = {
      apiVersion: 'fleetwright.dev/v1alpha1',
      kind: 'RedisBackup',
      spec: { schedule: '5 * * * *' },
    };
    // Both in one commit, in either order: whoever comes first.
    const names = Array.from({ length: 8 }, (_, i) => `own-${i}`);
    for (const [i, name] of names.entries()) {
      const both = [
        { ...own, metadata: { name, namespace: 'shop' } },
        annotated(name, { orphanGrace: '1m' }),
      ];
      await cluster.apply(...(i % 2 === 0 ? both : both.reverse()));
    }
    for (const name of names) await note(name, /^Warning NameTaken/);
    for (const [i, name] of names.entries()) {
      const { schedule } = (await backup(name))?.spec ?? {};
      expect(schedule).toBe(own.spec.schedule);
      if (i % 2 === 0) expect((await backup(name))?.metadata.labels).toBeUndefined();
      await cluster.delete('deployment', 'shop', name);
    }
    taken = names;
  });

  test.each<[string, () => Promise<unknown>]>([
    [
      'replaced by force',
      () =>
        cluster.server.kubectl.output(['replace', '--force', '--filename=-'], {
          input: JSON.stringify(annotated('moved', 'true')),
        }),
    ],
    [
      'deleted in the foreground and made again',
      async () => {
        await cluster.delete('deployment', 'shop', 'moved', '--cascade=foreground');
        await until('its absence is seen', 90, async () => (await annotation('moved', SINCE)) !== undefined);
        await cluster.apply(annotated('moved', 'true'));
      },
    ],
    [
      'without its annotation for a while',
      async () => {
        await cluster.apply(workload('Deployment', 'shop', 'moved'));
        await isJudged('moved', /^False Orphaned: .* is deleted as its reclaimPolicy says/);
        await cluster.apply(annotated('moved', 'true'));
      },
    ],
  ])('a Deployment %s keeps its RedisBackup', async (_, act) => {
    await cluster.apply(annotated('moved', 'true'));
    await isJudged('moved', /^True Applied/);
    const before = (await backup('moved'))?.metadata.uid;
    await act();
    await until('nothing counts any more', 120, async () => (await annotation('moved', SINCE)) === undefined);
    await isJudged('moved', /^True Applied/);
    expect((await backup('moved'))?.metadata.uid).toBe(before);
  });

  testLong('what is gone for as long as the grace lasts is deleted, and never a moment earlier', async () => {
    await cluster.apply(annotated('old', { orphanGrace: '2m' }), annotated('down', { orphanGrace: '1m' }));
    await isJudged('old', /^True/);
    await isJudged('down', /^True/);
    await cluster.delete('deployment', 'shop', 'old');
    const gone = Date.now();
    await until('its absence is seen', 90, async () => (await annotation('old', SINCE)) !== undefined);
    const since = Date.parse((await annotation('old', SINCE)) ?? '');
    expect(since).toBeGreaterThanOrEqual(gone - 1000);
    // As if the operator had seen it gone an hour ago, and had then been down: it may have been there meanwhile.
    const long = new Date(Date.now() - 3600_000).toISOString();
    await stack.processes.stop(engine.name);
    await cluster.delete('deployment', 'shop', 'down');
    await cluster.patch('redisbackup', 'shop', 'down', {
      metadata: { annotations: { [SINCE]: long, [SEEN]: long } },
    });
    const resumed = Date.now();
    await stack.processes.resume(engine.name);
    await until('the clock starts again', 120, async () => {
      return Date.parse((await annotation('down', SINCE)) ?? '') >= resumed;
    });
    await until('it is deleted', 400, async () => (await backup('old')) === undefined);
    expect(Date.now() - since).toBeGreaterThanOrEqual(2 * 60_000);
    for (const name of taken) expect(await backup(name)).not.toHaveProperty('metadata.deletionTimestamp');
    expect((await cluster.events('shop', 'old')).join()).toMatch(/Normal Orphaned: deleted: Deployment old/);
  });

  test('a namespace ends with what is in it, and no error holds it up', async () => {
    await cluster.namespace('short');
    const names = Array.from({ length: 5 }, (_, i) => `app-${i}`);
    await cluster.apply(...names.map((name) => annotated(name, 'true', 'short')));
    await until('all are made', 60, async () => (await backup('app-4', 'short')) !== undefined);
    await cluster.delete('namespace', '', 'short', '--timeout=120s');
    const metrics = await output(stack.network.inside(['curl', '--silent', `${engine.url}/metrics`]));
    const errors = [...metrics.matchAll(/^\S*hook_run_errors_total\{.*\} (\d+)/gm)].map(([, count]) => count);
    expect(errors.filter((count) => count !== '0')).toEqual([]);
  });
});
