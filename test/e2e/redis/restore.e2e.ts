import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { redisBackupResource } from '../../../constructs';
import type { RedisBackupSpec } from '../../../constructs/redis-backup/spec';
import type { ApiServer } from '../../stack/api-server';
import { until } from '../../stack/command';
import { listOf } from '../../stack/kubernetes-object';
import { LiveFleet } from '../../stack/live/live-fleet';
import { valkeyImage } from '../../stack/node/debian-images';
import { moverImage, operatorImage } from '../../stack/node/product-images';
import { addVolumes } from '../../stack/node/volumes';
import { S3 } from '../../stack/s3';
import { credentialsFile } from '../../stack/s3-accounts';
import { describeStack } from '../describe-stack';
import { DocsShell, namedBlocks } from '../docs-shell';
import { figure, testLong } from '../figures';
import { addCredentials, operatorFleet, platformOf, pushWithChart, s3Identities } from './redis-fleet';
import { redisBackup, untilConditions } from './resources';

const NAMESPACE = 'shop';
/** The moment that docs/restore.md goes back to. */
const MOMENT = '2026-01-31T11:55:00Z';
const WRITE = 'for i = 1, 2000 do redis.call("set", ARGV[1] .. ":" .. i, ARGV[1]) end';

/** The operator, servers, jobs and S3 are real; a person's commands and an app's are the test's. */
describeStack('restores, by the operator on a node', () => {
  let live: LiveFleet;
  let server: ApiServer;
  let s3: S3;
  let shell: DocsShell;
  /** The key of the backup of the data that is right, and a moment when it was. */
  let good = '';
  let time = '';
  const began = new Map<string, number>();

  const of = (name: string) => ({ namespace: NAMESPACE, name });
  const apply = (...objects: object[]) =>
    server.kubectl.output(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
      input: listOf(objects),
    });
  const resource = (name: string, restore?: RedisBackupSpec['restore']) =>
    apply(
      redisBackupResource({
        ...of(name),
        spec: { redis: { memory: '128Mi' }, schedule: '0 0 1 1 *', freshness: '999d', restore },
      }),
    );
  const get = (what: string, jsonpath: string) =>
    server.kubectl.output([
      'get',
      what,
      `--namespace=${NAMESPACE}`,
      '--ignore-not-found',
      `--output=jsonpath=${jsonpath}`,
    ]);
  /** What the server answers to one of its users. */
  const ask = async (name: string, user: 'app' | 'admin', ...words: string[]): Promise<string> => {
    const secret = `secret/${name}-redis-${user}`;
    const read = async (key: string) => Buffer.from(await get(secret, `{.data.${key}}`), 'base64').toString();
    const cli = ['valkey-cli', '-s', '/run/redis/redis.sock', '--user', await read('username'), ...words];
    const env = ['env', `REDISCLI_AUTH=${await read('password')}`, ...cli];
    const exec = ['exec', `${name}-redis-0`, '--container=redis', `--namespace=${NAMESPACE}`, '--', ...env];
    const { stdout, stderr } = await server.kubectl.run(exec);
    return `${stdout}${stdout ? '' : stderr}`.trim();
  };
  const restoreOf = async (name: string) => (await redisBackup(server, of(name))).status?.restore;
  const restored = async (name: string, id: string) => {
    began.set(id, Date.now());
    await until(`restore ${id} has ended`, 400, async () => {
      const status = await restoreOf(name);
      return status?.id === id && status.finishedAt !== undefined;
    }).catch(async (error: Error) => {
      const pods = await server.kubectl.run(['get', 'pods', `--namespace=${NAMESPACE}`, '--output=wide']);
      throw new Error(`${error.message}: ${JSON.stringify(await restoreOf(name))}\n${pods.stdout}`);
    });
    return restoreOf(name);
  };
  const blocks = namedBlocks('restore.md');
  /** Runs a block of docs/restore.md, with this test's moment and other words that differ. */
  const run = (block: string, words: Readonly<Record<string, string>> = {}): Promise<string> => {
    const changes = Object.entries({ [MOMENT]: time, ...words });
    const text = blocks.get(block) ?? `no block ${block}; exit 1`;
    return shell.output(changes.reduce((before, [from, to]) => before.replaceAll(from, to), text));
  };
  const leftovers = () =>
    server.kubectl.output([
      ...['get', 'jobs,networkpolicies', `--namespace=${NAMESPACE}`, '--selector=fleetwright.dev/restore'],
      '--output=name',
    ]);
  const backUp = async (name: string, job: string): Promise<string> => {
    const from = [`--from=cronjob/${name}-redis-backup`, `--namespace=${NAMESPACE}`];
    await server.kubectl.output(['create', 'job', job, ...from]);
    await server.kubectl.output([
      'wait',
      '--for=condition=Complete',
      `job/${job}`,
      `--namespace=${NAMESPACE}`,
      '--timeout=200s',
    ]);
    const pods = [
      'get',
      'pods',
      `--namespace=${NAMESPACE}`,
      `--selector=batch.kubernetes.io/job-name=${job}`,
    ];
    const told = await server.kubectl.output([...pods, '--output=jsonpath={..terminated.message}']);
    return /backups\/[^"]+/.exec(told)?.[0] ?? '';
  };

  beforeAll(async () => {
    live = await LiveFleet.start();
    s3 = await S3.start(live.stack, 's3', { tls: true });
    const identities = await s3Identities(s3);
    const platform = await platformOf(s3);
    server = await live.clusterWithNode('prod-eu', [valkeyImage, operatorImage, moverImage]);
    await addVolumes(live.stack, server, 3);
    await pushWithChart(live, (fleet) => operatorFleet(fleet, 'prod-eu', platform));
    await live.connect({ server });
    await addCredentials(server, identities);
    await until('the definition is there', 200, async () => {
      const { code } = await server.kubectl.run(['get', 'redisbackups', '--all-namespaces']);
      return code === 0;
    });
    await apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } });
    writeFileSync(path.join(live.repository.folder, 'credentials'), credentialsFile(identities.restoreTest));
    shell = DocsShell.create(live, { servers: [server], cwd: live.repository.folder });
    await resource('shop');
    await untilConditions(server, of('shop'), ['Ready'], 300);
    expect(await ask('shop', 'app', 'eval', WRITE, '0', 'good')).toBe('');
    expect(await ask('shop', 'app', 'set', 'cart:42', 'full')).toBe('OK');
    good = await backUp('shop', 'before-the-deploy');
    expect(good).toMatch(/^backups\//);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    time = `${new Date().toISOString().slice(0, 19)}Z`;
  });
  afterAll(() => live?.stop());

  test('a bad deploy: a running server goes back to a backup, and its app writes again', async () => {
    expect(await ask('shop', 'app', 'eval', WRITE, '0', 'bad')).toBe('');
    expect(await ask('shop', 'app', 'set', 'cart:42', 'lost')).toBe('OK');
    await run('go-back', { '"overwrite": true': '"overwrite": false', 'bad-deploy-31-january': 'no-word' });
    const message = expect.stringMatching(/overwrite/);
    expect(await restored('shop', 'no-word')).toMatchObject({ step: 'Refused', message });
    await run('go-back');
    const status = await restored('shop', 'bad-deploy-31-january');
    const backup = expect.stringMatching(/^backups\//);
    expect(status).toMatchObject({ step: 'Done', key: good, keys: 2001, backup });
    const took = Math.round((Date.now() - (began.get('bad-deploy-31-january') ?? 0)) / 1000);
    figure('a restore into a running server, from the request to its end', `${took} s`);
    expect(await run('follow')).toMatch(/^Done:[\s\S]*Fencing:[\s\S]*Done:/);
    expect((await run('before')).trim()).toBe(status?.backup);
    expect(await run('newest')).toContain('backups/');
    await run('logs');
    await run('whose');
    await run('stop');
    expect(await ask('shop', 'app', 'dbsize')).toBe('2001');
    expect(await ask('shop', 'app', 'get', 'cart:42')).toBe('full');
    expect(await ask('shop', 'app', 'set', 'good:1', 'new')).toBe('OK');
    expect(await leftovers()).toBe('');
    expect(await get('cronjob/shop-redis-backup', '{.spec.suspend}')).not.toBe('true');
    expect(await get('secret/shop-redis-admin', '{.data.fence}')).toBe('');
  });

  testLong(
    'its pod and the operator are killed: what the server had stays, and the app writes again',
    async () => {
      await run('adopt', { 'new-cluster': 'unlucky' });
      await until('the restore runs', 300, async () => {
        const job = await get('jobs', '{range .items[*]}{.metadata.name} {end}');
        return /restore-run/.test(job);
      });
      const force = ['--force', '--grace-period=0', '--wait=false'];
      await server.kubectl.run([
        'delete',
        'pods',
        `--namespace=${NAMESPACE}`,
        '--selector=fleetwright.dev/role=restore',
        ...force,
      ]);
      await server.kubectl.run(['delete', 'pods', '--namespace=fleetwright-system', '--all', ...force]);
      const status = await restored('shop', 'unlucky');
      expect(status?.step).toBe('RolledBack');
      expect(await ask('shop', 'app', 'get', 'good:1')).toBe('new');
      expect(await ask('shop', 'app', 'set', 'still', 'here')).toBe('OK');
      expect(await leftovers()).toBe('');
    },
  );

  testLong(
    'one key is looked up in a server beside, which starts with the data before its app can connect',
    async () => {
      const secrets: string[] = [];
      const watching = new AbortController();
      const watch = (async () => {
        while (!watching.signal.aborted) {
          const secret = await get('secret/shop-look-redis-app', '{.metadata.name}').catch(() => '');
          const step = (await restoreOf('shop-look'))?.step;
          if (secret && step !== 'Lifting' && step !== 'Done') secrets.push(`${secret} at ${step}`);
          await new Promise((resolve) => setTimeout(resolve, 300));
        }
      })();
      await run('look');
      watching.abort();
      await watch;
      expect(secrets).toEqual([]);
      expect((await run('read')).trim()).toBe('full');
      expect(await ask('shop-look', 'app', 'dbsize')).toBe('2001');
      const { status } = await redisBackup(server, of('shop'));
      const bucket = status?.bucket ?? '';
      const there = {
        'acme-old-cluster-shop-shop-0123456789abcdef': bucket,
        'redisbackup shop ': 'redisbackup shop-look ',
      };
      await run('other-bucket', there);
      expect(await restored('shop-look', 'moved')).toMatchObject({ step: 'Done', key: good });
      await run('look-no-more');
    },
  );
});
