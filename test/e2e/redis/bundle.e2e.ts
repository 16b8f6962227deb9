import type { ApiServer } from '../../stack/api-server';
import { until } from '../../stack/command';
import { LiveFleet, synced } from '../../stack/live/live-fleet';
import { valkeyImage } from '../../stack/node/debian-images';
import { digestName } from '../../stack/node/images';
import { moverImage, operatorImage } from '../../stack/node/product-images';
import { addVolumes } from '../../stack/node/volumes';
import { S3 } from '../../stack/s3';
import { describeStack } from '../describe-stack';
import { figure } from '../figures';
import {
  addCredentials,
  operatorFleet,
  platformOf,
  pushWithChart,
  s3Identities,
  sampleApp,
} from './redis-fleet';
import { conditionsOf, redisBackup, untilConditions } from './resources';

describeStack('an annotated Deployment in git', () => {
  let live: LiveFleet;
  let server: ApiServer;
  let s3: S3;
  let began = 0;
  const seconds = () => `${Math.round((Date.now() - began) / 1000)} s`;
  const shop = { namespace: 'shop', name: 'shop' };
  let fleet: (annotation?: string) => Promise<string>;

  beforeAll(async () => {
    live = await LiveFleet.start();
    s3 = await S3.start(live.stack, 's3', { tls: true });
    const identities = await s3Identities(s3);
    const platform = await platformOf(s3);
    const image = await digestName(valkeyImage);
    fleet = (annotation) =>
      pushWithChart(live, (it) => {
        operatorFleet(it, 'prod-eu', platform);
        sampleApp(it, { name: 'shop', image, annotation });
      });
    server = await live.clusterWithNode('prod-eu', [valkeyImage, operatorImage, moverImage]);
    await addVolumes(live.stack, server, 2);
    await fleet();
    await live.connect({ server });
    await addCredentials(server, identities);
  });
  afterAll(() => live?.stop());

  test('gets a Redis that its pod writes and reads, a backup in S3, and a proof that it restores', async () => {
    began = Date.now();
    const commit = await fleet('{"orphanGrace": "1m", "redis": {"memory": "128Mi"}}');
    await synced({ server }, 'shop', commit, { seconds: 300 });
    figure('from the commit to an app that writes and reads', seconds());
    await untilConditions(server, shop, ['Ready', 'BackupFresh', 'RestoreProven'], 300);
    figure('from the commit to a backup that is proven to restore', seconds());
    const { status } = await redisBackup(server, shop);
    expect(status?.lastBackup).toMatchObject({ keys: 1 });
    expect(status?.lastProof?.key).toBe(status?.lastBackup?.key);
    expect(conditionsOf(status)).toMatchObject({
      BackupSuspicious: 'False',
      BucketReady: 'True',
      RedisReady: 'True',
    });
  });

  test('that loses its annotation loses its Redis after the grace, and keeps bucket and volume', async () => {
    const { status } = await redisBackup(server, shop);
    await fleet();
    await until('the resource is gone', 300, async () => {
      const get = ['get', 'redisbackup', 'shop', '--namespace=shop', '--ignore-not-found', '--output=name'];
      return (await server.kubectl.output(get)) === '';
    });
    const kept = [
      'get',
      'configmaps',
      '--namespace=fleetwright-system',
      '--selector=fleetwright.dev/kept-bucket',
    ];
    const where = await server.kubectl.output([...kept, '--output=jsonpath={.items[*].data.bucket}']);
    expect(where).toBe(status?.bucket);
    const claims = await server.kubectl.output(['get', 'pvc', '--namespace=shop', '--output=name']);
    expect(claims.trim()).toBe('persistentvolumeclaim/data-shop-redis-0');
  });
});
