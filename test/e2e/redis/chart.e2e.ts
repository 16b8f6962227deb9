import path from 'node:path';
import { loadAll } from 'js-yaml';
import { toYaml } from '../../../constructs/emit/yaml';
import { build } from '../../stack/build';
import { output, until } from '../../stack/command';
import { helm } from '../../stack/parts';
import { ROOT } from '../../support/folder';
import { complaint } from '../apply/apply';
import { describeLong } from '../describe-stack';
import { figure } from '../figures';
import { ChartSite, NAMESPACE } from './chart-site';

interface Event {
  readonly type: string;
  readonly message: string;
  readonly involvedObject: { readonly name: string };
}

describeLong('charts/redis, by Flux on a node', () => {
  let site: ChartSite;
  const asApp = (...command: string[]) => site.ask('shop', 'app', 'app-1', ...command);
  const asAdmin = (...command: string[]) => site.ask('shop', 'admin', 'admin-1', ...command);
  const small = { memory: '128Mi', storage: { size: '256Mi' } };

  beforeAll(async () => {
    site = await ChartSite.start();
    const { authority } = site.fleet.stack;
    const host = `till-redis.${NAMESPACE}.svc`;
    const { cert, key } = await authority.issue('till', {
      commonName: 'till',
      subjectAltNames: [`DNS:${host}`],
    });
    const read = (file: string) => output(['cat', file]);
    await site.secret('till-tls', {
      'tls.crt': await read(cert),
      'tls.key': await read(key),
      'ca.crt': await read(authority.cert),
    });
    await site.addApp();
  });
  afterAll(() => site?.stop());

  test.each<[string, object]>([
    ['the least', {}],
    [
      'every value',
      {
        ...{ fullnameOverride: 'all-redis', memory: '2Gi', storage: { size: '8Gi', className: 'fast' } },
        ...{ cpu: { request: '1', limit: '4' }, maxmemoryPolicy: 'allkeys-lru' },
        ...{ tls: { secretName: 'tls' }, metrics: { image: `exporter@sha256:${'e'.repeat(64)}` } },
        ...{ podLabels: { 'fleetwright.dev/role': 'server' }, nodeSelector: { disk: 'ssd' } },
        tolerations: [{ key: 'redis', operator: 'Exists' }],
      },
    ],
  ])('%s makes objects that the API server takes without a warning', async (_, more) => {
    const users = Object.fromEntries(['app', 'backup', 'admin'].map((user) => [user, { secretName: user }]));
    const values = { image: `redis@sha256:${'f'.repeat(64)}`, users, ...more };
    const binary = path.join(await build(helm), 'helm');
    const command = [binary, 'template', 'one', path.join(ROOT, 'charts/redis'), `--namespace=${NAMESPACE}`];
    const text = await output([...command, '--values=-'], { input: toYaml(values) });
    const objects = loadAll(text) as { kind: string }[];
    expect(objects.map(({ kind }) => kind).sort()).toEqual([
      ...['ConfigMap', 'PersistentVolumeClaim', 'Service', 'StatefulSet'],
    ]);
    for (const object of objects) expect(await complaint(site.server.kubectl, object)).toBeUndefined();
  });

  test('a Secret that is missing lets the pod wait, and an Event names it', async () => {
    await site.secret('shop-redis-app', { username: 'app', password: 'app-1' });
    await site.secret('shop-redis-backup-user', { username: 'backup', password: 'backup-1' });
    await site.release('shop', small, 'valkey');
    await until('the Event is there', 180, async () => {
      const events = await site.list<Event>('events');
      return events.some(
        ({ involvedObject, message }) =>
          involvedObject.name === 'shop-redis-0' && message.includes('secret "shop-redis-admin" not found'),
      );
    });
  });

  test('an app reads and writes by its Secret, through the Service', async () => {
    const began = Date.now();
    await site.secret('shop-redis-admin', { username: 'admin', password: 'admin-1' });
    await site.released('shop');
    figure('from the last Secret to a HelmRelease that is Ready', `${Date.now() - began} ms`);
    expect(await asApp('set', 'cart', 'full')).toBe('OK');
    expect(await asApp('get', 'cart')).toBe('full');
    expect(await asApp('flushall')).toMatch(/NOPERM/);
    expect(await site.ask('shop', 'app', 'wrong', 'get', 'cart')).toMatch(/WRONGPASS|NOAUTH/);
    expect(await asAdmin('config', 'get', 'maxmemory')).toContain(String(96 * 2 ** 20));
  });

  test('a commit that leaves the chart alone restarts nothing', async () => {
    const life = await site.life('shop');
    const commit = await site.push();
    await until('Flux has the commit', 120, async () => {
      const get = [
        'get',
        'gitrepository/fleet',
        '--namespace=flux-system',
        '--output=jsonpath={.status.artifact.revision}',
      ];
      return (await site.server.kubectl.output(get)).endsWith(commit);
    });
    for (const kind of ['helmchart/fleetwright-redis', 'helmrelease --all']) {
      const at = `reconcile.fluxcd.io/requestedAt=${Date.now()}`;
      await site.server.kubectl.output([
        'annotate',
        ...kind.split(' '),
        '--namespace=flux-system',
        '--overwrite',
        at,
      ]);
    }
    await site.released('shop');
    expect(await site.life('shop')).toBe(life);
  });

  test('a rotated password and a fence restart nothing', async () => {
    const life = await site.life('shop');
    await site.secret('shop-redis-app', { username: 'app', password: 'app-1', 'next-password': 'app-2' });
    const began = Date.now();
    await until('the next password is taken', 180, async () => {
      return (await site.ask('shop', 'app', 'app-2', 'get', 'cart')) === 'full';
    });
    figure('from a changed Secret to a server that knows it', `${Date.now() - began} ms`);
    expect(await asApp('get', 'cart')).toBe('full');
    await site.secret('shop-redis-admin', { username: 'admin', password: 'admin-1', fence: 'restore' });
    await until('the app may not write', 180, async () => /NOPERM/.test(await asApp('set', 'tried', '1')));
    expect(await asApp('get', 'cart')).toBe('full');
    expect(await site.life('shop')).toBe(life);
  });

  test('a fence outlives the pod, as the data does', async () => {
    const life = await site.life('shop');
    // Less than its grace period: every container ends when it is told to.
    await site.server.kubectl.output([
      'delete',
      'pod/shop-redis-0',
      `--namespace=${NAMESPACE}`,
      '--timeout=60s',
    ]);
    await until('another pod answers', 180, async () => (await asApp('get', 'cart')) === 'full');
    expect(await site.life('shop')).not.toBe(life);
    expect(await asApp('set', 'tried', '2')).toMatch(/NOPERM/);
    await site.server.kubectl.output([
      ...['patch', 'secret/shop-redis-admin', `--namespace=${NAMESPACE}`, '--type=json'],
      '--patch=[{"op":"remove","path":"/data/fence"}]',
    ]);
    await until('the app may write', 180, async () => (await asApp('set', 'cart', 'fuller')) === 'OK');
  });

  test('more memory makes a new pod with the data, a larger volume makes none', async () => {
    const first = await site.life('shop');
    await site.release('shop', { ...small, memory: '192Mi' }, 'valkey');
    await until('the pod is replaced', 180, async () => {
      const life = await site.life('shop');
      return life !== '' && life !== first;
    });
    await site.released('shop');
    await until('it answers', 120, async () => (await asApp('get', 'cart')) === 'fuller');
    expect(await asAdmin('config', 'get', 'maxmemory')).toContain(String(144 * 2 ** 20));
    const second = await site.life('shop');
    await site.release('shop', { memory: '192Mi', storage: { size: '1Gi' } }, 'valkey');
    const claim = 'persistentvolumeclaim/data-shop-redis-0';
    const size = () => site.field(claim, '{.spec.resources.requests.storage}');
    await until('the claim asks for more', 180, async () => (await size()) === '1Gi');
    await site.released('shop');
    expect(await site.life('shop')).toBe(second);
  });

  test('the volume stays when the release goes, and a new release takes it up', async () => {
    await site.remove('shop');
    expect(await site.field('statefulset/shop-redis', '{.metadata.name}')).toBe('');
    await until('the pod is gone', 120, async () => (await site.life('shop')) === '');
    expect(await site.field('persistentvolumeclaim/data-shop-redis-0', '{.status.phase}')).toBe('Bound');
    await site.release('shop', { memory: '192Mi', storage: { size: '1Gi' } }, 'valkey');
    await site.released('shop');
    expect(await asApp('get', 'cart')).toBe('fuller');
  });

  test('Redis 7.0 serves TLS and metrics', async () => {
    for (const [name, user] of [
      ['till-redis-app', 'app'],
      ['till-redis-backup-user', 'backup'],
      ['till-redis-admin', 'admin'],
    ]) {
      await site.secret(name ?? '', { username: user ?? '', password: `${user}-1` });
    }
    const tls = { secretName: 'till-tls' };
    await site.release('till', { ...small, tls, values: await site.metrics() }, 'redis');
    await site.released('till');
    expect(await site.ask('till', 'app', 'app-1', 'set', 'sum', '7')).toBe('OK');
    expect(await site.ask('till', 'admin', 'admin-1', 'info', 'server')).toContain('redis_version:7.0.15');
    const metrics = `/api/v1/namespaces/${NAMESPACE}/services/till-redis:metrics/proxy/metrics`;
    const text = await site.server.kubectl.output(['get', '--raw', metrics]);
    expect(text).toMatch(/^redis_up 1$/m);
    expect(text).toMatch(/^redis_db_keys{db="db0"} 1$/m);
    expect(text).toMatch(/^redis_memory_max_bytes 1\.00663296e\+08$/m);
    const logs = ['logs', 'pod/till-redis-0', '--container=metrics', `--namespace=${NAMESPACE}`];
    expect(await site.server.kubectl.output(logs)).not.toMatch(/NOPERM|level=error/);
    const events = await site.list<Event>('events');
    const warnings = events.filter(
      ({ type, involvedObject }) => type === 'Warning' && involvedObject.name === 'till-redis-0',
    );
    expect(warnings.map(({ message }) => message)).toEqual([]);
  });
});
