import { readdirSync } from 'node:fs';
import type { Fleet, RedisPlatform } from '../../../constructs';
import { s3Client } from '../../../operator/s3';
import type { ApiServer } from '../../stack/api-server';
import { until } from '../../stack/command';
import { listOf } from '../../stack/kubernetes-object';
import { LiveFleet, synced } from '../../stack/live/live-fleet';
import { redisImage, valkeyImage } from '../../stack/node/debian-images';
import { digestName } from '../../stack/node/images';
import { moverImage, operatorImage } from '../../stack/node/product-images';
import { addVolumes } from '../../stack/node/volumes';
import { startOperatorProcess } from '../../stack/operator';
import { Relay } from '../../stack/relay';
import { S3, S3_REGION } from '../../stack/s3';
import { temporaryFolder } from '../../support/folder';
import { describeStack } from '../describe-stack';
import { figure } from '../figures';
import { Checker } from './checker';
import {
  addCredentials,
  operatorFleet,
  platformOf,
  pushWithChart,
  type S3Identities,
  s3Identities,
  sampleApp,
} from './redis-fleet';
import { conditionsOf, redisBackup, untilConditions } from './resources';

const SHOP = { namespace: 'shop', name: 'shop' };
const LEDGER = { namespace: 'ledger', name: 'ledger' };
const scratch = temporaryFolder('bundle');

describeStack('a bundle from git, on a real node', () => {
  let live: LiveFleet;
  let server: ApiServer;
  let s3: S3;
  let platform: RedisPlatform;
  let identities: S3Identities;
  const images = { valkey: '', redis: '' };
  let began = 0;
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;

  /** The fleet with its two apps: one asks by an annotation, the other one has the resource in git. */
  const push = (annotation: string | undefined, image = images.redis): Promise<string> =>
    pushWithChart(live, (fleet: Fleet) => {
      operatorFleet(fleet, 'prod-eu', platform);
      sampleApp(fleet, { name: 'shop', image: images.valkey, annotation });
      const redis = { memory: '128Mi', image };
      const policy = { reclaimPolicy: 'Delete', allowDeletion: true } as const;
      sampleApp(fleet, { name: 'ledger', image: images.valkey, redis: { platform, redis, ...policy } });
    });
  const text = async (...args: string[]): Promise<string> => (await server.kubectl.output(args)).trim();
  const ledger = (...args: string[]) => text('--namespace=ledger', ...args);

  beforeAll(async () => {
    live = await LiveFleet.start();
    s3 = await S3.start(live.stack, 's3', { tls: true });
    identities = await s3Identities(s3);
    platform = await platformOf(s3);
    images.valkey = await digestName(valkeyImage);
    images.redis = await digestName(redisImage);
    server = await live.clusterWithNode('prod-eu', [valkeyImage, redisImage, operatorImage, moverImage]);
    await addVolumes(live.stack, server, 3);
    await pushWithChart(live, (fleet) => operatorFleet(fleet, 'prod-eu', platform));
    await live.connect({ server });
    await addCredentials(server, identities);
    const rollout = [
      'rollout',
      'status',
      'deployment/fleetwright-operator',
      '--namespace=fleetwright-system',
    ];
    await until('the operator is there', 180, async () => (await server.kubectl.run(rollout)).code === 0);
  });
  afterAll(() => live?.stop());

  test('an annotation gets a Redis that its pod writes and reads, a backup in S3, and a proof', async () => {
    began = Date.now();
    const commit = await push('{"orphanGrace": "1m", "redis": {"memory": "128Mi"}}');
    await synced({ server }, 'shop', commit, { seconds: 300 });
    figure('from the commit to an app that writes and reads', seconds());
    await untilConditions(server, SHOP, ['Ready', 'BackupFresh', 'RestoreProven'], 300);
    figure('from the commit to a backup that is proven to restore', seconds());
    const { status } = await redisBackup(server, SHOP);
    expect(status?.lastBackup).toMatchObject({ keys: 1 });
    expect(status?.lastProof?.key).toBe(status?.lastBackup?.key);
    expect(conditionsOf(status)).toMatchObject({
      ...{ BackupSuspicious: 'False', BucketReady: 'True', RedisReady: 'True' },
    });
  });

  test('a judge from outside restores the backup from what S3 has', async () => {
    await untilConditions(server, LEDGER, ['Ready', 'BackupFresh', 'RestoreProven'], 300);
    const { status } = await redisBackup(server, LEDGER);
    const relay = await Relay.start(live.stack, 'relay', s3.port);
    const { accessKey: accessKeyId, secretKey: secretAccessKey } = identities.operator;
    const client = s3Client({
      ...{ endpoint: `https://127.0.0.1:${relay.port}`, region: S3_REGION, caBundle: s3.caBundle },
      keys: { accessKeyId, secretAccessKey },
    });
    try {
      const checker = new Checker(client, status?.bucket ?? '', live.stack.path(), scratch);
      const manifests = await checker.list('manifests/');
      expect(manifests.length).toBeGreaterThan(0);
      for (const manifest of manifests) {
        expect(await checker.check(manifest)).toEqual({ manifest, problems: [] });
      }
    } finally {
      client.destroy();
      await relay.stop();
    }
  });

  test('another cluster has a bucket of its own for the same name', async () => {
    const other = await live.stack.apiServer('prod-us');
    const account = identities.operator;
    const { name: process } = await startOperatorProcess(live.stack, other, { platform, account });
    await addCredentials(other, identities);
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
    const resource = {
      apiVersion: 'fleetwright.dev/v1alpha1',
      kind: 'RedisBackup',
      metadata: SHOP,
      spec: {},
    };
    await other.kubectl.output(['create', '-f', '-'], { input: listOf([namespace, resource]) });
    await untilConditions(other, SHOP, ['BucketReady'], 120);
    await live.stack.processes.stop(process);
    const [here, there] = [await redisBackup(server, SHOP), await redisBackup(other, SHOP)];
    expect(there.status?.bucket).toMatch(/^fleet-prod-us-shop-shop-/);
    expect(readdirSync(s3.folder)).toEqual(
      expect.arrayContaining([here.status?.bucket ?? '', there.status?.bucket ?? '']),
    );
  });

  test('another image comes after a backup, and finds the data', async () => {
    const before = await redisBackup(server, LEDGER);
    const commit = await push('{"orphanGrace": "1m", "redis": {"memory": "128Mi"}}', images.valkey);
    await synced({ server }, 'ledger', commit, { seconds: 300 });
    await until('the server has the other image', 300, async () => {
      const image = '{.items[0].spec.containers[?(@.name=="redis")].image}';
      const pods = ['get', 'pods', '--selector=fleetwright.dev/role=server', `--output=jsonpath=${image}`];
      return (await ledger(...pods)) === images.valkey;
    });
    await until('the server is Ready', 300, async () => {
      const status = ['rollout', 'status', 'statefulset/ledger-redis', '--timeout=5s', '--namespace=ledger'];
      return (await server.kubectl.run(status)).code === 0;
    });
    const { status } = await redisBackup(server, LEDGER);
    expect(Date.parse(status?.lastBackup?.time ?? '')).toBeGreaterThan(
      Date.parse(before.status?.lastBackup?.time ?? ''),
    );
    const app = ['exec', 'deployment/ledger', '--', 'sh', '-c'];
    const read = 'valkey-cli -h "$HOST" --user "$USERNAME" --no-auth-warning get greeting';
    expect(await ledger(...app, read)).toBe('hello');
  });

  test('an annotation that is gone takes Redis along after its grace, and leaves bucket and volume', async () => {
    const { status } = await redisBackup(server, SHOP);
    await push(undefined, images.valkey);
    await until('the resource is gone', 300, async () => {
      const get = ['get', 'redisbackup', 'shop', '--namespace=shop', '--ignore-not-found', '--output=name'];
      return (await text(...get)) === '';
    });
    const kept = [
      'get',
      'configmaps',
      '--namespace=fleetwright-system',
      '--selector=fleetwright.dev/kept-bucket',
    ];
    expect(await text(...kept, '--output=jsonpath={.items[*].data.bucket}')).toBe(status?.bucket);
    const claims = await text('get', 'pvc', '--namespace=shop', '--output=name');
    expect(claims).toBe('persistentvolumeclaim/data-shop-redis-0');
    expect(readdirSync(s3.folder)).toContain(status?.bucket);
  });

  test('a namespace that is deleted ends, and its bucket follows the policy', async () => {
    const { status } = await redisBackup(server, LEDGER);
    await text('delete', 'namespace', 'ledger', '--timeout=240s');
    expect(readdirSync(s3.folder)).not.toContain(status?.bucket);
    const releases = await text('get', 'helmreleases', '--namespace=flux-system', '--output=name');
    expect(releases).not.toContain('ledger');
  });
});
