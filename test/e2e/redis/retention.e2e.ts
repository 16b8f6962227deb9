import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { acceptedKey, type BackupManifest, manifestKey, newId, s3Client, timeOf } from '../../../operator/s3';
import type { ApiServer } from '../../stack/api-server';
import { type KubernetesObject, listOf } from '../../stack/kubernetes-object';
import { startOperatorProcess } from '../../stack/operator';
import { Relay } from '../../stack/relay';
import { S3, S3_ACCOUNT, S3_REGION } from '../../stack/s3';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { Checker } from './checker';
import { HookRuns } from './hook-runs';
import { BACKUP_USER } from './lane';
import { Pipeline, writeMover } from './pipeline';
import { addCredentials, platformOf, s3Identities } from './redis-fleet';
import { conditionsOf, type ResourceKey, redisBackup } from './resources';
import { RedisServer } from './server';

/** As the jobs of `Pipeline` have it. */
const NAMESPACE = 'shop';
const CART: ResourceKey = { namespace: NAMESPACE, name: 'cart' };
const OLD: ResourceKey = { namespace: NAMESPACE, name: 'old' };
/** An address of loopback that no other test has. */
const HOST = '127.61.0.1';
const KEYS = 100;

/** The real hook, API server, S3 over TLS, jobs and Redis; the jobs run when the test says so. */
describeStack('retention', () => {
  let stack: Stack;
  let server: ApiServer;
  let runs: HookRuns;
  let relay: Relay;
  let client: S3Client;
  let source: RedisServer;
  let bucket: Checker;
  let jobs: { backup: Pipeline; restoreTest: Pipeline };

  const bucketOf = async (key: ResourceKey) => (await redisBackup(server, key)).status?.bucket ?? '';
  const create = async (key: ResourceKey, spec: object): Promise<void> => {
    const resource = {
      apiVersion: 'fleetwright.dev/v1alpha1',
      kind: 'RedisBackup',
      metadata: key,
      spec,
    };
    await server.kubectl.output(['create', '-f', '-'], { input: JSON.stringify(resource) });
    await look(key);
  };
  /** Runs the hook, and tells the conditions after it. */
  const look = async (key: ResourceKey): Promise<Record<string, string>> => {
    const { code, stderr } = await runs.changed('redis-backup', key);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return conditionsOf((await redisBackup(server, key)).status);
  };
  const annotate = (text: string) =>
    server.kubectl.output([
      'annotate',
      'redisbackup',
      CART.name,
      `--namespace=${NAMESPACE}`,
      '--overwrite',
      text,
    ]);
  const warnings = async ({ name }: ResourceKey): Promise<string[]> => {
    const get = ['get', 'events', `--namespace=${NAMESPACE}`, '--output=json'];
    const { items } = JSON.parse(await server.kubectl.output(get)) as {
      items: (KubernetesObject & { type: string; reason: string; involvedObject: { name: string } })[];
    };
    const own = items.filter(
      ({ type, involvedObject }) => type === 'Warning' && involvedObject.name === name,
    );
    return own.map(({ reason }) => reason);
  };
  const idsIn = async (folder: string): Promise<string[]> =>
    (await bucket.list(`${folder}/`)).map((key) => key.replace(/^.*\/|\.\w+$/g, '')).sort();
  const finished = (steps: Awaited<ReturnType<Pipeline['backup']>>) =>
    expect(steps.filter(({ code }) => code !== 0)).toEqual([]);
  /** Takes a backup, and tells its id. */
  const backUp = async (): Promise<string> => {
    // An id is of a second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const before = await idsIn('manifests');
    finished(await jobs.backup.backup(HOST));
    const [id = '', ...others] = (await idsIn('manifests')).filter((each) => !before.includes(each));
    expect(others).toEqual([]);
    return id;
  };
  const prove = async (): Promise<void> => finished(await jobs.restoreTest.restoreTest());

  beforeAll(async () => {
    stack = await Stack.start();
    server = await stack.apiServer('prod');
    const s3 = await S3.start(stack, 's3', { tls: true });
    const identities = await s3Identities(s3);
    const account = identities.operator;
    const operator = await startOperatorProcess(stack, server, { platform: await platformOf(s3), account });
    await stack.processes.stop(operator.name);
    await addCredentials(server, identities);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
    await server.kubectl.output(['create', '-f', '-'], { input: listOf([namespace]) });
    runs = new HookRuns(stack, operator);
    relay = await Relay.start(stack, 'relay', s3.port);
    const { accessKey: accessKeyId, secretKey: secretAccessKey } = S3_ACCOUNT;
    const { caBundle } = s3;
    client = s3Client({
      ...{ endpoint: `https://127.0.0.1:${relay.port}`, region: S3_REGION, caBundle },
      keys: { accessKeyId, secretAccessKey },
    });
    const flags = ['--bind', HOST, '--port', '6379', '--save', '', '--repl-diskless-sync-delay', '0'];
    source = await RedisServer.start(stack.path(), stack.path('source'), [...flags, ...BACKUP_USER]);
    for (let i = 0; i < KEYS; i++) await source.connection.send('set', `key:${i}`, i);
    await create(CART, { retention: { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0 } });
    const name = await bucketOf(CART);
    bucket = new Checker(client, name, stack.path(), stack.path());
    const mover = await writeMover(stack.path());
    const pipeline = (credentials: typeof account) =>
      new Pipeline({
        ...{
          home: stack.path(),
          folder: stack.path('jobs'),
          mover,
          bucket: name,
          s3Port: relay.port,
          caBundle,
        },
        ...{ credentials, region: S3_REGION },
      });
    jobs = { backup: pipeline(identities.backup), restoreTest: pipeline(identities.restoreTest) };
  });
  afterAll(async () => {
    await source?.stop();
    client?.destroy();
    await relay?.stop();
    await stack?.stop();
  });

  let proven = '';
  let full = '';
  test('leaves what is asked for and the newest that is proven; the data of others stays for now', async () => {
    const first = await backUp();
    proven = await backUp();
    await prove();
    full = await backUp();
    expect(await look(CART)).toMatchObject({ BackupSuspicious: 'False', BackupFresh: 'True' });
    expect(await idsIn('manifests')).toEqual([proven, full]);
    expect(await idsIn('expired')).toEqual([first]);
    expect(await idsIn('backups')).toEqual([first, proven, full]);
    expect((await redisBackup(server, CART)).status?.lastBackup?.keys).toBe(KEYS);
  });

  let empty: string[] = [];
  test('stops when the keys have fallen, and goes on stopping', async () => {
    expect(await warnings(CART)).not.toContain('KeysFell');
    await source.connection.send('flushall');
    empty = [await backUp()];
    expect(await look(CART)).toMatchObject({ BackupSuspicious: 'True', BackupFresh: 'True' });
    expect(await warnings(CART)).toContain('KeysFell');
    expect(await idsIn('manifests')).toEqual([proven, full, ...empty]);
    // What the fall is measured by is still the last that was full.
    empty.push(await backUp());
    expect(await look(CART)).toMatchObject({ BackupSuspicious: 'True' });
    expect(await idsIn('manifests')).toEqual([proven, full, ...empty]);
  });

  test('goes on when a person has accepted the newest, and only then', async () => {
    const [before = '', newest = ''] = empty;
    await annotate(`fleetwright.dev/accept-backup=${before}`);
    expect(await look(CART)).toMatchObject({ BackupSuspicious: 'True' });
    expect(await idsIn('manifests')).toEqual([proven, full, before, newest]);
    await annotate(`fleetwright.dev/accept-backup=${newest}`);
    expect(await look(CART)).toMatchObject({ BackupSuspicious: 'False' });
    expect(await bucket.list('accepted/')).toEqual([acceptedKey(newest)]);
    expect(await idsIn('manifests')).toEqual([proven, newest]);
    // The word is in the bucket: the annotation may go, and the next backup is measured by what was accepted.
    await annotate('fleetwright.dev/accept-backup-');
    expect(await look(CART)).toMatchObject({ BackupSuspicious: 'False' });
    const next = await backUp();
    await prove();
    expect(await look(CART)).toMatchObject({ BackupSuspicious: 'False', RestoreProven: 'True' });
    expect(await idsIn('manifests')).toEqual([next]);
  });

  test('has nothing to do with how old the newest is: that is said by itself', async () => {
    const [key = ''] = await bucket.list('manifests/');
    const { Body } = await client.send(new GetObjectCommand({ Bucket: await bucketOf(CART), Key: key }));
    const manifest = JSON.parse((await Body?.transformToString()) ?? '') as BackupManifest;
    await create(OLD, { freshness: '3h' });
    const Bucket = await bucketOf(OLD);
    const put = async (minutesAgo: number): Promise<void> => {
      const id = newId(new Date(Date.now() - minutesAgo * 60_000));
      const finishedAt = timeOf(id)?.toISOString();
      const Body = JSON.stringify({ ...manifest, ...OLD, id, key: `backups/${id}.rdb`, finishedAt });
      await client.send(new PutObjectCommand({ Bucket, Key: manifestKey(id), Body }));
    };
    expect(await look(OLD)).toMatchObject({ BackupFresh: 'Unknown' });
    await put(181);
    expect(await look(OLD)).toMatchObject({ BackupFresh: 'False', BackupSuspicious: 'False' });
    expect(await warnings(OLD)).toContain('TooOld');
    await put(10);
    expect(await look(OLD)).toMatchObject({ BackupFresh: 'True' });
  });
});
