import type { Chart } from 'cdk8s';
import { FleetOperator, RedisBackup, type RedisBackupSpec, redisBackupResource } from '../../../constructs';
import { REDIS_BACKUP_CRD } from '../../../constructs/operator/crds';
import { allSpec, platform } from '../../redis-backup/sample';
import type { ApiServer } from '../../stack/api-server';
import { until } from '../../stack/command';
import { Stack } from '../../stack/stack';
import { renderAlone } from '../../support/fleet';
import { describeStack } from '../describe-stack';
import { complaint } from './apply';

describeStack('the definition of RedisBackup on a real API server', () => {
  let stack: Stack | undefined;
  let server: ApiServer;
  const resource = (spec: unknown, name = 'shop') =>
    redisBackupResource({ namespace: 'default', name, spec: spec as RedisBackupSpec });
  // The same manager as in a dry run: what it leaves out is removed.
  const apply = (spec: unknown, name?: string) =>
    server.kubectl.output(
      ['apply', '--server-side', '--field-manager=kustomize-controller', '--filename=-'],
      { input: JSON.stringify(resource(spec, name)) },
    );

  beforeAll(async () => {
    stack = await Stack.start();
    server = await stack.apiServer('definitions');
    const { kubectl } = server;
    await kubectl.output(['apply', '--server-side', '--filename=-'], {
      input: JSON.stringify(REDIS_BACKUP_CRD),
    });
    await until('RedisBackup is served', 60, async () => {
      const { code } = await kubectl.run(['get', 'redisbackups', '--all-namespaces']);
      return code === 0;
    });
  });
  afterAll(async () => stack?.stop());

  test('is structural, and its rules are cheap enough', async () => {
    const found = JSON.parse(
      await server.kubectl.output(['get', 'crd', 'redisbackups.fleetwright.dev', '--output=json']),
    );
    const bad = found.status.conditions.filter(
      ({ type, status }: Record<string, string>) =>
        (type === 'NonStructuralSchema' && status === 'True') ||
        (type === 'Established' && status !== 'True'),
    );
    expect(bad).toEqual([]);
  });

  test('takes nothing, and everything', async () => {
    expect(await complaint(server.kubectl, resource({}))).toBeUndefined();
    expect(await complaint(server.kubectl, resource(allSpec))).toBeUndefined();
  });

  test.each<[unknown, RegExp]>([
    [{ redis: { memory: 'lots' } }, /spec.redis.memory/],
    [{ redis: { image: 'redis:7' } }, /spec.redis.image/],
    [{ redis: { memroy: '1Gi' } }, /spec.redis.memroy: field not declared/],
    [{ retention: { last: 0 } }, /spec.retention.last/],
    [{ bucket: { name: 'sthree-x' } }, /S3 reserves/],
    [{ bucket: { name: 'x--ol-s3' } }, /S3 reserves/],
    [{ reclaimPolicy: 'Recycle' }, /supported values: "Retain", "Delete"/],
    [{ restore: {} }, /spec.restore.id: Required/],
    [
      { restore: { id: 'a', from: { key: 'k', time: '2026-01-31T12:00:00Z' } } },
      /exactly one of key and time/,
    ],
    [{ restore: { id: 'a', from: {} } }, /exactly one of key and time/],
    [{ restore: { id: 'a', source: { bucket: 'acme', endpoint: 'http://x', secretName: 's' } } }, /endpoint/],
    [{ freshness: '3 hours' }, /spec.freshness/],
  ])('refuses %j', async (spec, expected) => {
    expect(await complaint(server.kubectl, resource(spec))).toMatch(expected);
  });

  test.each([
    ['the operator', (chart: Chart) => void new FleetOperator(chart, 'operator', { platform })],
    [
      'an expanded bundle',
      (chart: Chart) => void new RedisBackup(chart, 'shop', { platform, mode: 'expanded' }),
    ],
  ])('takes %s without a warning, of Pod Security either', async (_, add) => {
    const builtIn = renderAlone(add).objects.filter(({ apiVersion }) => !apiVersion.includes('fluxcd.io'));
    expect(builtIn.length).toBeGreaterThan(8);
    for (const { metadata, ...rest } of builtIn) {
      const namespace = metadata.namespace && 'default';
      expect(
        await complaint(server.kubectl, { ...rest, metadata: { ...metadata, namespace } }),
      ).toBeUndefined();
    }
  });

  test('refuses a name that makes no label', async () => {
    expect(await complaint(server.kubectl, resource({}, 'a.b'))).toMatch(/without dots/);
  });

  test('what holds data cannot change, what is there can grow', async () => {
    const at = (size: string, className: string, bucket: string) => ({
      redis: { storage: { size, className } },
      bucket: { name: bucket },
    });
    await apply(at('1Gi', 'fast', 'acme-shop'));
    const tried = (spec: unknown) => complaint(server.kubectl, resource(spec));
    expect(await tried(at('2048Mi', 'fast', 'acme-shop'))).toBeUndefined();
    expect(await tried(at('512Mi', 'fast', 'acme-shop'))).toMatch(/cannot shrink/);
    expect(await tried(at('1Gi', 'slow', 'acme-shop'))).toMatch(/StorageClass of a volume cannot change/);
    expect(await tried(at('1Gi', 'fast', 'acme-till'))).toMatch(/bucket of a resource cannot change/);
    expect(await tried({ bucket: { name: 'acme-shop' } })).toMatch(/StorageClass of a volume/);
    const plain = (spec: unknown) => complaint(server.kubectl, resource(spec, 'plain'));
    await apply({}, 'plain');
    expect(await plain({ redis: { storage: { size: '2Gi' } } })).toBeUndefined();
    expect(await plain({ redis: { storage: { size: '600Mi' } } })).toMatch(/cannot shrink/);
    expect(await plain({ redis: { storage: { className: 'fast' } } })).toMatch(/StorageClass of a volume/);
    expect(await plain({ bucket: { name: 'acme-till' } })).toMatch(/bucket of a resource cannot change/);
  });
});
