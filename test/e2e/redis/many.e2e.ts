import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { RedisBackupResource } from '../../../operator/redis-backup/resource';
import type { ApiServer } from '../../stack/api-server';
import { TYPESCRIPT, until } from '../../stack/command';
import type { Engine } from '../../stack/engine';
import { type KubernetesObject, listOf } from '../../stack/kubernetes-object';
import { startOperatorProcess } from '../../stack/operator';
import { S3, S3_ACCOUNT, S3_REGION } from '../../stack/s3';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { count, figure } from '../figures';
import { MemoryWatch } from './memory-watch';
import { addCredentials } from './redis-fleet';
import { conditionsOf } from './resources';

const RESOURCES = count(20, 200);
const DEPLOYMENTS = count(500, 5000);

/** The real engine, hooks, API server and S3. No servers run: their HelmReleases are declared Ready by hand. */
describeStack('many resources', () => {
  let stack: Stack;
  let server: ApiServer;
  let operator: Engine;

  const all = async <T = KubernetesObject>(kind: string, namespace: string): Promise<T[]> =>
    JSON.parse(await server.kubectl.output(['get', kind, `--namespace=${namespace}`, '--output=json'])).items;
  const apply = (objects: readonly object[], ...more: string[]) =>
    server.kubectl.output(['apply', '--server-side', '--force-conflicts', ...more, '-f', '-'], {
      input: listOf(objects),
    });
  /** Does Flux's part. */
  const install = async (): Promise<void> => {
    const releases = await all<KubernetesObject & { status?: { conditions?: object[] } }>(
      'helmreleases',
      'flux-system',
    );
    const conditions = [
      {
        ...{ type: 'Ready', status: 'True', reason: 'InstallSucceeded', message: 'by hand' },
        lastTransitionTime: '2026-01-01T00:00:00Z',
      },
    ];
    const waiting = releases
      .filter(({ status }) => status?.conditions?.length !== 1)
      .map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
        ...{ apiVersion, kind, metadata: { name, namespace } },
        status: { observedGeneration: 1, conditions },
      }));
    if (waiting.length > 0) await apply(waiting, '--subresource=status');
  };
  const resource = (namespace: string, name: string, spec: object = {}) => ({
    ...{ apiVersion: 'fleetwright.dev/v1alpha1', kind: 'RedisBackup' },
    ...{ metadata: { name, namespace }, spec },
  });
  /** Makes resources, and waits until as many of them are Ready. */
  const ready = async (namespace: string, resources: readonly object[], ok: number): Promise<number> => {
    await apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
    const began = Date.now();
    await apply(resources);
    let last: RedisBackupResource[] = [];
    await until(`${ok} resources are Ready`, 1200, async () => {
      await install();
      last = await all<RedisBackupResource>('redisbackups', namespace);
      return last.filter(({ status }) => conditionsOf(status).Ready === 'True').length >= ok;
    }).catch((error: Error) => {
      const bad = last.filter(({ status }) => conditionsOf(status).Ready !== 'True').slice(0, 3);
      throw new Error(
        `${error.message}: ${JSON.stringify(
          bad.map(({ status }) => status),
          undefined,
          1,
        )}`,
      );
    });
    return Math.round((Date.now() - began) / 1000);
  };
  const names = Array.from({ length: RESOURCES }, (_, i) => `app-${i}`);

  beforeAll(async () => {
    stack = await Stack.start();
    server = await stack.apiServer('edge');
    const s3 = await S3.start(stack, 's3');
    const { host } = stack.network;
    const port = await stack.network.port();
    const subjectAltNames = [`IP:${host}`];
    const { cert, key } = await stack.authority.issue('hanging-s3', {
      commonName: 'hanging-s3',
      subjectAltNames,
    });
    const script = path.join(__dirname, 'hanging-s3.ts');
    await stack.processes.start({
      ...{ name: 'hanging-s3', port },
      command: [
        ...TYPESCRIPT,
        script,
        host,
        `${port}`,
        `${s3.port}`,
        cert,
        key,
        '^/fleet-edge-troubled-hangs-',
      ],
    });
    const platform = {
      s3: {
        ...{ endpoint: `https://${host}:${port}`, region: S3_REGION, bucketPrefix: 'fleet' },
        caBundle: readFileSync(stack.authority.cert, 'utf8'),
        operator: { secretName: 's3-operator' },
        jobSecrets: { backup: 's3-backup', restoreTest: 's3-restore-test' },
      },
    };
    operator = await startOperatorProcess(stack, server, { platform, account: S3_ACCOUNT });
    await addCredentials(server, { operator: S3_ACCOUNT, backup: S3_ACCOUNT, restoreTest: S3_ACCOUNT });
  });
  afterAll(() => stack?.stop());

  test('are Ready, each with a bucket of its own', async () => {
    const resources = names.map((name) => resource('calm', name));
    figure(`${RESOURCES} resources are Ready`, `${await ready('calm', resources, RESOURCES)} s`);
    const buckets = (await all<RedisBackupResource>('redisbackups', 'calm')).map(
      ({ status }) => status?.bucket,
    );
    expect(new Set(buckets).size).toBe(RESOURCES);
  });

  test('are Ready although one is poisoned and the S3 of another one hangs', async () => {
    const foreign = {
      ...{
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'poisoned-redis-app', namespace: 'troubled' },
      },
      stringData: { password: 'of someone else' },
    };
    await apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'troubled' } }, foreign]);
    const resources = [
      resource('troubled', 'poisoned'),
      resource('troubled', 'hangs'),
      ...names.map((name) => resource('troubled', name)),
    ];
    const seconds = await ready('troubled', resources, RESOURCES);
    figure(
      `${RESOURCES} resources are Ready beside one that is poisoned and one whose S3 hangs`,
      `${seconds} s`,
    );
    const said = new Map(
      (await all<RedisBackupResource>('redisbackups', 'troubled')).map(({ metadata, status }) => [
        metadata.name,
        status?.conditions?.find(({ type }) => type === 'Ready'),
      ]),
    );
    // In one reading: these are Ready while that one still hangs.
    expect(names.filter((name) => said.get(name)?.status !== 'True')).toEqual([]);
    expect(said.get('poisoned')).toMatchObject({ status: 'False', reason: 'NameTaken' });
    expect(said.get('hangs')).toMatchObject({
      status: 'False',
      reason: 'S3Failed',
      message: expect.any(String),
    });
    const kept = await server.kubectl.output([
      ...[
        'get',
        'secret',
        'poisoned-redis-app',
        '--namespace=troubled',
        '--output=jsonpath={.data.password}',
      ],
    ]);
    expect(Buffer.from(kept, 'base64').toString()).toBe('of someone else');
  });

  test('leave room for the Deployments of a large cluster', async () => {
    const labels = { app: 'idle' };
    const container = { name: 'app', image: 'registry.example.com/app:1' };
    const deployment = (i: number) => ({
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `idle-${i}`, namespace: 'calm' } },
      spec: {
        ...{ replicas: 0, selector: { matchLabels: labels } },
        template: { metadata: { labels }, spec: { containers: [container] } },
      },
    });
    const memory = new MemoryWatch(() => stack.processes.familyMemory(operator.name));
    for (let from = 0; from < DEPLOYMENTS; from += 500) {
      await apply(Array.from({ length: Math.min(500, DEPLOYMENTS - from) }, (_, i) => deployment(from + i)));
    }
    const asked = { ...deployment(0), metadata: { name: 'asks', namespace: 'calm', annotations: ASKS } };
    await apply([asked]);
    await until('the one that asks has its resource', 300, async () => {
      const get = ['get', 'redisbackup', 'asks', '--namespace=calm', '--ignore-not-found', '--output=name'];
      return (await server.kubectl.output(get)) !== '';
    });
    // A whole tick, in which every hook has a run.
    await new Promise((resolve) => setTimeout(resolve, 75_000));
    const { bytes, processes } = memory.end();
    const alone = stack.processes.peakMemory(operator.name);
    figure(`memory of the engine at ${DEPLOYMENTS} Deployments`, inMiB(alone));
    const hooks = processes - 1;
    figure(`memory of the engine with its hooks, at most ${hooks} at a time, beside them`, inMiB(bytes));
    expect(hooks).toBeGreaterThan(0);
    // The limit of the operator's pod, in which hooks run, too.
    expect(bytes).toBeLessThan(512 * 2 ** 20);
  });
});

const inMiB = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;

const ASKS = { 'fleetwright.dev/redis-backup': 'true' };
