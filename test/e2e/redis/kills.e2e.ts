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

type Policy = 'Retain' | 'Delete';

/** A run that removes a part of a bundle. */
interface Removal {
  readonly policy: Policy;
  /** Which run it is since the bundle was deleted, from 1. */
  readonly nth: number;
  readonly calls: number;
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
  /** How many calls the run makes that makes a bundle. */
  let creation = 0;

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
  const create = async (policy: Policy): Promise<ResourceKey> => {
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
  /** A bundle that is being removed, before the nth run that removes it. */
  const removing = async (policy: Policy, nth: number): Promise<ResourceKey> => {
    const key = await create(policy);
    await settled(key);
    await deleting(key);
    for (let run = 1; run < nth; run++) await look(key);
    return key;
  };
  /** The runs that remove a bundle, by policy, and how many calls each makes. */
  const removals = async (): Promise<Removal[]> => {
    const found: Removal[] = [];
    for (const policy of ['Retain', 'Delete'] as const) {
      const key = await removing(policy, 1);
      for (let nth = 1; (await redisBackup(server, key)).metadata; nth++) {
        expect(nth).toBeLessThan(7);
        const calls = (await look(key)).calls.length;
        found.push({ policy, nth, calls });
        figure(`calls of run ${nth} that removes a bundle, with ${policy}`, String(calls));
      }
    }
    // The HelmRelease has a run of its own.
    expect(found.length).toBeGreaterThanOrEqual(4);
    return found;
  };
  /** The kills of a run of so many calls. */
  const killsOf = (calls: number): Kill[] =>
    Array.from({ length: calls * 2 }, (_, i) => ({ at: (i >> 1) + 1, after: i % 2 === 1 }));
  /** All, or a part that changes. */
  const some = <T>(all: readonly T[], quick: number): T[] => {
    const chosen = all.map((one) => ({ one, order: random() })).sort((a, b) => a.order - b.order);
    return chosen.slice(0, count(quick, all.length)).map(({ one }) => one);
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
    await untilGone(key);
    creation = first.calls.length;
    figure('calls of the run that makes a bundle', String(creation));
    expect(await names(key)).toEqual([]);
    expect(bucketsOf(key)).toEqual([]);
  });

  test('converges after being killed while it makes a bundle', async () => {
    const chosen = some(killsOf(creation), 12);
    expect(creation).toBeGreaterThan(40);
    for (const kill of chosen) {
      const key = await create('Retain');
      const killed = await look(key, kill);
      expect({ kill, wasKilled: killed.wasKilled }).toEqual({ kill, wasKilled: true });
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
    figure('kills while a bundle is made', `${chosen.length} of ${creation * 2} places`);
  });

  test('converges after being killed while it removes a bundle, and touches no other', async () => {
    const other = await create('Retain');
    await settled(other);
    const runs = await removals();
    const all = runs.flatMap((run) => killsOf(run.calls).map((kill) => ({ ...run, kill })));
    const chosen = some(all, 8);
    for (const { policy, nth, kill } of chosen) {
      const key = await removing(policy, nth);
      const killed = await look(key, kill);
      const at = `${kill.after ? 'after' : 'before'} call ${kill.at}, ${killed.calls.at(-1)}`;
      const where = `${policy}, run ${nth}, killed ${at}`;
      expect({ where, wasKilled: killed.wasKilled }).toEqual({ where, wasKilled: true });
      await untilGone(key);
      const left = { names: await names(key), buckets: bucketsOf(key).length };
      expect({ where, ...left }).toEqual({ where, names: [], buckets: policy === 'Delete' ? 0 : 1 });
    }
    figure('kills while a bundle is removed', `${chosen.length} of ${all.length} places`);
    expect(bucketsOf(other)).toHaveLength(1);
    expect((await names(other)).map((name) => name.replaceAll(other.name, 'APP'))).toEqual(expected);
  });
});
