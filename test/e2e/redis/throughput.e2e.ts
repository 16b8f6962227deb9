import { copyFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ensureBucket, s3Client } from '../../../operator/s3';
import { Relay } from '../../stack/relay';
import { S3, S3_ACCOUNT, S3_REGION } from '../../stack/s3';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { count, figure } from '../figures';
import { Checker } from './checker';
import { Pipeline, type StepResult, writeMover } from './pipeline';
import { RedisServer } from './server';

const BUCKET = 'throughput';
const MIB = 2 ** 20;

/** What the manifests give the mover; constructs/redis-backup/pod.ts. */
const MOVER_MEMORY = 256 * MIB;

describeStack('a big backup', () => {
  let stack: Stack;
  let relay: Relay;
  let source: RedisServer;
  const host = `127.99.${process.pid % 250}.1`;

  beforeAll(async () => {
    stack = await Stack.start();
    relay = await Relay.start(stack, 'relay', (await S3.start(stack, 's3')).port);
    const flags = ['--save', '', '--rdbcompression', 'no', '--enable-debug-command', 'yes'];
    const user = ['--user', 'backup', 'on', '>secret', 'resetkeys', '-@all', '+sync', '+replconf'];
    const sync = ['--repl-diskless-sync-delay', '0'];
    source = await RedisServer.start(stack.path(), stack.path('source'), [
      '--bind',
      host,
      ...flags,
      ...sync,
      ...user,
    ]);
  });
  afterAll(async () => {
    await source?.stop();
    await relay?.stop();
    await stack?.stop();
  });

  test('is taken and restored within the memory that the manifests set', async () => {
    const keys = count(30_000, 1_020_000);
    await source.connection.send('debug', 'populate', keys, 'key', 1050);
    const client = s3Client({
      ...{ endpoint: `http://127.0.0.1:${relay.port}`, region: S3_REGION },
      keys: { accessKeyId: S3_ACCOUNT.accessKey, secretAccessKey: S3_ACCOUNT.secretKey },
    });
    const identity = { cluster: 'prod', clusterUid: 'unknown', namespace: 'shop', name: 'cart' };
    const props = { client, bucket: BUCKET, signal: new AbortController().signal, identity };
    await ensureBucket({ ...props, recorded: true, requireHardening: false });
    const pipeline = new Pipeline({
      ...{
        home: stack.path(),
        folder: stack.path('jobs'),
        mover: await writeMover(stack.path()),
        bucket: BUCKET,
      },
      ...{ s3Port: relay.port, credentials: S3_ACCOUNT, region: S3_REGION, measured: true },
    });

    let copied = { bytes: 0, seconds: 0 };
    const copy = (file: string) => {
      const begun = process.hrtime.bigint();
      copyFileSync(file, path.join(stack.path(), 'copy.rdb'));
      copied = { bytes: statSync(file).size, seconds: Number(process.hrtime.bigint() - begun) / 1e9 };
    };
    const backup = await pipeline.backup(host, { spoil: copy });
    expect(backup.map(({ code, output }) => (code === 0 ? 'ok' : output))).toEqual(['ok', 'ok', 'ok', 'ok']);
    const restore = await pipeline.restoreTest();
    expect(restore.map(({ code, output }) => (code === 0 ? 'ok' : output))).toEqual(['ok', 'ok', 'ok', 'ok']);
    const checker = new Checker(client, BUCKET, stack.path(), stack.path());
    const [manifest = ''] = await checker.list('manifests/');
    expect(await checker.check(manifest)).toEqual({ manifest, problems: [] });

    const size = `${Math.round(copied.bytes / MIB)} MiB`;
    const rate = (seconds: number) => `${Math.round(copied.bytes / MIB / seconds)} MiB/s`;
    const spent = (steps: readonly StepResult[]) =>
      steps.map(({ step, seconds }) => `${step} ${seconds.toFixed(1)} s`).join(', ');
    figure(`plain copy of a dump of ${size}`, rate(copied.seconds));
    for (const { step, seconds, memory } of [backup.at(-1), restore[0]].flatMap((one) => one ?? [])) {
      figure(`the mover's ${step} of ${size}`, `${rate(seconds)}, ${Math.round(memory / MIB)} MiB of memory`);
      expect(memory).toBeGreaterThan(0);
      expect(memory).toBeLessThan(MOVER_MEMORY);
    }
    const loaded = backup.find(({ step }) => step === 'load')?.memory ?? 0;
    const served = Number(
      /^used_memory_peak:(\d+)/m.exec(String(await source.connection.send('info', 'memory')))?.[1],
    );
    figure(
      `loading ${size}`,
      `${Math.round(loaded / MIB)} MiB; the server itself has had ${Math.round(served / MIB)} MiB`,
    );
    figure(`the steps of a backup of ${size}`, spent(backup));
    figure(`the steps of a restore test of ${size}`, spent(restore));
    client.destroy();
  });
});
