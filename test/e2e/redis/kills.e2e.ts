import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { ApiServer } from '../../stack/api-server';
import { startControllerManager } from '../../stack/controller-manager';
import { type KubernetesObject, listOf } from '../../stack/kubernetes-object';
import { startOperatorProcess } from '../../stack/operator';
import { S3 } from '../../stack/s3';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { randomFrom } from '../drift/edits';
import { count, figure } from '../figures';
import { HookRuns } from './hook-runs';
import { addCredentials, platformOf, s3Identities } from './redis-fleet';
import { type ResourceKey, redisBackup } from './resources';

const NAMESPACE = 'kills';
const KINDS = 'helmreleases,cronjobs,jobs,secrets,networkpolicies,serviceaccounts';

/** When a run ends: at its call of this number, before the request leaves or when the answer has come. */
interface Kill {
  readonly at: number;
  readonly after: boolean;
}

/** Real hooks, API server and S3; nothing installs the server, so that its HelmRelease is declared Ready by hand. */
describeStack('the operator, killed at any of its calls', () => {
  const seed = Number(process.env.FLEETWRIGHT_SEED ?? randomInt(1_000_000));
  const random = randomFrom(seed);
  let stack: Stack;
  let server: ApiServer;
  let s3: S3;
  let runs: HookRuns;
  let made = 0;
  let lengths = { create: 0, remove: 0 };

  const look = (key: ResourceKey, kill?: Kill) => runs.changed('redis-backup', key, kill);
  const names = async ({ name }: ResourceKey): Promise<string[]> => {
    const select = `--selector=fleetwright.dev/redis-backup=${name}`;
    const text = await server.kubectl.output(['get', KINDS, '--all-namespaces', select, '--output=json']);
    const { items } = JSON.parse(text) as { items: KubernetesObject[] };
    return items.map(({ kind, metadata }) => `${kind} ${metadata.name.replace(/-[0-9a-f]{8}$/, '')}`).sort();
  };
  const passwords = async ({ name }: ResourceKey): Promise<Map<string, string>> => {
    const select = `--selector=fleetwright.dev/redis-backup=${name}`;
    const get = ['get', 'secrets', `--namespace=${NAMESPACE}`, select, '--output=json'];
    const { items } = JSON.parse(await server.kubectl.output(get)) as {
      items: (KubernetesObject & { data: { password?: string } })[];
    };
    return new Map(items.map(({ metadata, data }) => [metadata.name, data.password ?? '']));
  };
  const create = async (policy: 'Retain' | 'Delete'): Promise<ResourceKey> => {
    const key = { namespace: NAMESPACE, name: `app-${made++}` };
    const annotations = { 'fleetwright.dev/allow-deletion': 'true' };
    const resource = {
      ...{ apiVersion: 'fleetwright.dev/v1alpha1', kind: 'RedisBackup' },
      ...{ metadata: { ...key, annotations }, spec: { reclaimPolicy: policy } },
    };
    await server.kubectl.output(['create', '-f', '-'], { input: JSON.stringify(resource) });
    return key;
  };
  const installed = async ({ name }: ResourceKey): Promise<void> => {
    const select = `--selector=fleetwright.dev/redis-backup=${name}`;
    const get = ['get', 'helmreleases', '--namespace=flux-system', select, '--output=json'];
    const [release] = (JSON.parse(await server.kubectl.output(get)) as { items: KubernetesObject[] }).items;
    const ready = { type: 'Ready', status: 'True', reason: 'InstallSucceeded', message: 'by hand' };
    const conditions = [{ ...ready, lastTransitionTime: '2026-01-01T00:00:00Z' }];
    const patch = JSON.stringify({ status: { observedGeneration: 1, conditions } });
    await server.kubectl.output([
      ...['patch', 'helmrelease', release?.metadata.name ?? '', '--namespace=flux-system'],
      ...['--subresource=status', '--type=merge', `--patch=${patch}`],
    ]);
  };
  const deleting = (key: ResourceKey) =>
    server.kubectl.output(['delete', 'redisbackup', key.name, `--namespace=${NAMESPACE}`, '--wait=false']);
  const untilGone = async (key: ResourceKey): Promise<void> => {
    for (let run = 0; run < 6 && (await redisBackup(server, key)).metadata; run++) await look(key);
    expect((await redisBackup(server, key)).metadata).toBeUndefined();
  };
  const settled = async (key: ResourceKey): Promise<void> => {
    await look(key);
    await installed(key);
    await look(key);
  };
  /** The kills of a run of so many calls: all of them, or a part that changes. */
  const kills = (calls: number, quick: number): Kill[] => {
    const all = Array.from({ length: calls * 2 }, (_, i) => ({ at: (i >> 1) + 1, after: i % 2 === 1 }));
    const chosen = all.map((kill) => ({ kill, order: random() })).sort((a, b) => a.order - b.order);
    return chosen.slice(0, count(quick, all.length)).map(({ kill }) => kill);
  };

  beforeAll(async () => {
    process.stdout.write(`kills: FLEETWRIGHT_SEED=${seed}\n`);
    stack = await Stack.start();
    server = await stack.apiServer('edge');
    [s3] = await Promise.all([S3.start(stack, 's3', { tls: true }), startControllerManager(stack, server)]);
    const identities = await s3Identities(s3);
    const account = identities.operator;
    const operator = await startOperatorProcess(stack, server, { platform: await platformOf(s3), account });
    await stack.processes.stop(operator.name);
    await addCredentials(server, identities);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
    await server.kubectl.output(['create', '-f', '-'], { input: listOf([namespace]) });
    runs = new HookRuns(stack, operator);
  });
  afterAll(() => stack?.stop());

  let expected: string[] = [];
  const bucketsOf = ({ name }: ResourceKey) =>
    readdirSync(s3.folder).filter((bucket) => bucket.includes(`-${name}-`));

  test('makes and removes everything when nobody kills it', async () => {
    const key = await create('Delete');
    const first = await look(key);
    await installed(key);
    await look(key);
    expected = (await names(key)).map((name) => name.replaceAll(key.name, 'APP'));
    expect(expected).toHaveLength(14);
    expect(bucketsOf(key)).toHaveLength(1);
    await deleting(key);
    const before = await look(key);
    const second = await look(key);
    await untilGone(key);
    lengths = { create: first.calls.length, remove: Math.max(before.calls.length, second.calls.length) };
    figure('calls of the run that makes a bundle', String(lengths.create));
    figure('calls of the run that removes a bundle and its bucket', String(lengths.remove));
    expect(await names(key)).toEqual([]);
    expect(bucketsOf(key)).toEqual([]);
  });

  test('converges after being killed while it makes a bundle', async () => {
    const chosen = kills(lengths.create, 12);
    expect(lengths.create).toBeGreaterThan(40);
    for (const kill of chosen) {
      const key = await create('Retain');
      const killed = await look(key, kill);
      expect({ kill, killed: killed.code !== 0 }).toEqual({ kill, killed: true });
      const before = await passwords(key);
      await settled(key);
      const where = `killed ${kill.after ? 'after' : 'before'} call ${kill.at}, ${killed.calls.at(-1)}`;
      expect({ where, names: (await names(key)).map((name) => name.replaceAll(key.name, 'APP')) }).toEqual({
        where,
        names: expected,
      });
      expect({ where, buckets: bucketsOf(key).length }).toEqual({ where, buckets: 1 });
      const after = await passwords(key);
      for (const [name, password] of before)
        expect({ where, name, password }).toEqual({ where, name, password: after.get(name) });
      const { status } = await redisBackup(server, key);
      expect({ where, bucket: status?.bucket }).toEqual({ where, bucket: bucketsOf(key)[0] });
    }
    figure('kills while a bundle is made', String(chosen.length));
  });

  test('converges after being killed while it removes a bundle, and touches no other', async () => {
    const other = await create('Retain');
    await settled(other);
    const chosen = kills(lengths.remove, 8);
    expect(lengths.remove).toBeGreaterThan(10);
    for (const [i, kill] of chosen.entries()) {
      const policy = i % 2 === 0 ? 'Delete' : 'Retain';
      const key = await create(policy);
      await settled(key);
      await deleting(key);
      // The first run ends with the HelmRelease.
      if (i % 3 !== 0) await look(key);
      const killed = await look(key, kill);
      await untilGone(key);
      const where = `${policy}, killed ${kill.after ? 'after' : 'before'} call ${kill.at}, ${killed.calls.at(-1)}`;
      const left = { names: await names(key), buckets: bucketsOf(key).length };
      expect({ where, ...left }).toEqual({ where, names: [], buckets: policy === 'Delete' ? 0 : 1 });
    }
    figure('kills while a bundle is removed', String(chosen.length));
    expect(bucketsOf(other)).toHaveLength(1);
    expect((await names(other)).map((name) => name.replaceAll(other.name, 'APP'))).toEqual(expected);
  });
});
