import { randomInt } from 'node:crypto';
import path from 'node:path';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { Aws } from '../../stack/aws';
import { Relay } from '../../stack/relay';
import { S3, S3_ACCOUNT, S3_REGION } from '../../stack/s3';
import type { S3Account } from '../../stack/s3-accounts';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { pick, randomFrom } from '../drift/edits';
import { count, figure } from '../figures';
import { Checker } from './checker';
import { change, fill } from './dataset';
import { FAULTS, putIn, type Scene, takeAway } from './faults';
import { bundleMover, Pipeline } from './pipeline';
import { HttpProxy, TcpProxy } from './proxy';
import { RedisServer } from './server';
import { valuesOf } from './values';

const BUCKET = 'faults';
const BACKUP_USER = 'user backup on >secret resetkeys -@all +sync +replconf';

function clientOf(port: number, { accessKey, secretKey }: S3Account): S3Client {
  const credentials = { accessKeyId: accessKey, secretAccessKey: secretKey };
  const endpoint = `http://127.0.0.1:${port}`;
  return new S3Client({ region: S3_REGION, endpoint, forcePathStyle: true, credentials });
}

async function makeBucket(client: S3Client): Promise<void> {
  const CreateBucketConfiguration = { LocationConstraint: S3_REGION } as const;
  await client.send(new CreateBucketCommand({ Bucket: BUCKET, CreateBucketConfiguration }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration }));
}

describeStack('backups under faults', () => {
  const seed = Number(process.env.FLEETWRIGHT_SEED ?? randomInt(1_000_000));
  // Two of its own in 127.0.0.0/8, since the port of a server is always 6379.
  const network = `127.${100 + (seed % 100)}.${process.pid % 250}`;
  const [proxied, withoutChecksum] = [`${network}.1`, `${network}.2`];
  let stack: Stack;
  let checker: Checker;
  let pipeline: Pipeline;
  let scene: Scene;
  let source: RedisServer;
  const stops: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    process.stdout.write(`faults: FLEETWRIGHT_SEED=${seed}\n`);
    stack = await Stack.start();
    const s3 = await S3.start(stack, 's3');
    const relay = await Relay.start(stack, 'relay', s3.port);
    const requests = await HttpProxy.start(relay.port);
    const connections = await TcpProxy.start({ host: '127.0.0.1', port: requests.port }, '127.0.0.1');

    const flags = [
      '--save',
      '',
      '--repl-diskless-sync-delay',
      '0',
      '--user',
      ...BACKUP_USER.split(' ').slice(1),
    ];
    source = await RedisServer.start(stack.path('source'), ['--port', '0', ...flags]);
    const other = ['--bind', withoutChecksum, '--port', '6379', '--rdbchecksum', 'no', ...flags];
    const unchecked = await RedisServer.start(stack.path('unchecked'), other);
    for (const server of [source, unchecked]) await fill(server.connection, seed, 4000);
    const redis = await TcpProxy.start({ path: path.join(source.folder, 'redis.sock') }, proxied, 6379);

    const client = clientOf(relay.port, S3_ACCOUNT);
    await makeBucket(client);
    checker = new Checker(client, BUCKET, stack.path());
    pipeline = new Pipeline({
      ...{ folder: stack.path('jobs'), mover: await bundleMover(stack.path()), bucket: BUCKET },
      ...{ s3Port: connections.port, credentials: S3_ACCOUNT, region: S3_REGION },
    });
    scene = { redis, connections, requests, withoutChecksum, bytes: 0 };
    stops.push(
      () => source.stop(),
      () => unchecked.stop(),
      async () => client.destroy(),
    );
    stops.push(...[redis, connections, requests, relay].map((each) => () => each.stop()));
  });
  afterAll(async () => {
    for (const stop of stops) await stop();
    await stack?.stop();
  });

  const announced = new Set<string>();
  /** What the bucket announces that it did not before, each checked. */
  const news = async (expected: ReadonlyMap<string, string>) => {
    const fresh = (await checker.manifests()).filter((key) => !announced.has(key));
    for (const key of fresh) announced.add(key);
    return Promise.all(fresh.map((key) => checker.check(key, expected)));
  };
  const ok = (steps: readonly { code: number; output: string }[]) =>
    steps.map(({ code, output }) => (code === 0 ? 'ok' : output));

  test('without a fault every backup is announced, and restores', async () => {
    const runs = count(3, 50);
    for (let round = 0; round < runs; round++) {
      await change(source.connection, round);
      const expected = await valuesOf(source.connection);
      expect(ok(await pipeline.backup(proxied))).toEqual(['ok', 'ok', 'ok', 'ok']);
      expect(await news(expected)).toEqual([{ manifest: expect.any(String), problems: [] }]);
    }
    const [manifest = ''] = announced;
    scene.bytes = await checker.bytesOf(manifest);
    figure('backups without a fault that were announced and restored', `${runs} of ${runs}`);
  });

  test('the checker finds what does not restore', async () => {
    const [manifest = ''] = await checker.manifests();
    const wrong = new Map([...(await valuesOf(source.connection)), ['0/more', 'than there is']]);
    const { problems } = await checker.check(manifest, wrong);
    expect(problems).toEqual([expect.stringMatching(/values differ/)]);
  });

  test('what was backed up is fetched, loaded and proven', async () => {
    expect(ok(await pipeline.restoreTest())).toEqual(['ok', 'ok', 'ok', 'ok']);
    const [manifest = ''] = await checker.manifests();
    const key = manifest.replace('manifests/', 'backups/').replace('.json', '.rdb');
    expect(ok(await pipeline.restoreTest([`--key=${key}`]))).toEqual(['ok', 'ok', 'ok', 'ok']);
    const none = await pipeline.restoreTest(['--time=2020-01-01T00:00:00Z']);
    expect(none).toMatchObject([
      { step: 'fetch', code: 2, output: expect.stringMatching(/no backup that was finished by/) },
    ]);
  });

  test('what an S3 server stores otherwise than it was sent is no backup', async () => {
    // moto compares no checksums.
    const aws = await Aws.start(stack, S3_REGION);
    const relay = await Relay.start(stack, 'relay-moto', aws.port);
    const requests = await HttpProxy.start(relay.port);
    const client = clientOf(relay.port, aws.account);
    stops.push(...[requests, relay].map((each) => () => each.stop()), async () => client.destroy());
    await makeBucket(client);
    const there = new Checker(client, BUCKET, stack.path());
    const lying = (checksums?: 'when_required') =>
      new Pipeline({
        ...{ folder: stack.path('lying'), mover: stack.path('mover.js'), bucket: BUCKET },
        ...{ s3Port: requests.port, credentials: aws.account, region: S3_REGION, checksums },
      });
    expect(ok(await lying().backup(proxied))).toEqual(['ok', 'ok', 'ok', 'ok']);
    const before = await there.manifests();
    expect(before).toHaveLength(1);
    for (const checksums of [undefined, 'when_required'] as const) {
      // The first request lists the manifests, the second reads the newest, the third uploads.
      const fault = { kind: 'changed', way: 'up', at: 1_000_000 } as const;
      requests.plan = { fault, from: 2, times: 1 };
      const steps = await lying(checksums).backup(proxied);
      expect(steps.at(-1)).toMatchObject({ step: 'backup', code: 1 });
      const reason = checksums
        ? /reads back with SHA-256 .* no backup is made of it/
        : /[Cc]hecksum mismatch/;
      expect(steps.at(-1)?.output).toMatch(reason);
      expect(await there.manifests()).toEqual(before);
    }
  });

  test('with a fault nothing is announced that does not restore, and the next run succeeds', async () => {
    const random = randomFrom(seed);
    const tally = { met: 0, announced: 0 };
    const total = count(25, 500);
    for (let round = 0; round < total; round++) {
      // Each kind as often as the others.
      const kind = process.env.FLEETWRIGHT_FAULT ?? FAULTS[round % FAULTS.length] ?? pick(random, FAULTS);
      await change(source.connection, 1000 + round);
      const expected = await valuesOf(source.connection);
      const fault = putIn(kind, scene, random);
      const what = `seed ${seed}, round ${round}, ${kind}: ${fault.what}`;
      const steps = await pipeline.backup(fault.host ?? proxied, fault.disturbance);
      takeAway(scene);
      const failed = steps.at(-1)?.code !== 0;
      const found = await news(expected);
      expect({ what, wrong: found.filter(({ problems }) => problems.length > 0) }).toEqual({
        what,
        wrong: [],
      });
      if (failed) tally.met++;
      tally.announced += found.length;
      if (!failed) expect({ what, found: found.length }).toEqual({ what, found: 1 });
      expect({ what, failed: failed || fault.survivable }).toEqual({ what, failed: true });

      expect({ what, next: ok(await pipeline.backup(proxied)) }).toEqual({
        what,
        next: ['ok', 'ok', 'ok', 'ok'],
      });
      const next = await news(expected);
      expect({ what, next }).toEqual({ what, next: [{ manifest: expect.any(String), problems: [] }] });
    }
    figure(`faults of ${FAULTS.length} kinds put into backups`, String(total));
    figure('runs that a fault made fail', String(tally.met));
    figure('backups announced in spite of a fault, all of which restore', String(tally.announced));
    figure('announced that do not restore', '0');
  });
});
