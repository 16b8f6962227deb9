import { randomInt } from 'node:crypto';
import { Aws } from '../../stack/aws';
import { Relay } from '../../stack/relay';
import { S3, S3_REGION } from '../../stack/s3';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { randomFrom } from '../drift/edits';
import { count, figure } from '../figures';
import { Checker } from './checker';
import { change } from './dataset';
import { FAULTS, putIn, takeAway, untilStruck } from './faults';
import { clientOf, Lane, makeBucket } from './lane';
import { Pipeline, type StepResult, writeMover } from './pipeline';
import { HttpProxy } from './proxy';
import { valuesOf } from './values';

const DONE = ['ok', 'ok', 'ok', 'ok'];
/** Jobs mostly wait, so several at a time take less. */
const LANES = count(2, 4);

const ended = (steps: readonly StepResult[]) => steps.map(({ code, output }) => (code === 0 ? 'ok' : output));

describeStack('backups under faults', () => {
  const seed = Number(process.env.FLEETWRIGHT_SEED ?? randomInt(1_000_000));
  const lanes: Lane[] = [];
  const stops: (() => Promise<unknown>)[] = [];
  let stack: Stack;
  let lane: Lane;

  beforeAll(async () => {
    process.stdout.write(`faults: FLEETWRIGHT_SEED=${seed}\n`);
    stack = await Stack.start();
    const s3 = await S3.start(stack, 's3');
    const relay = await Relay.start(stack, 'relay', s3.port);
    stops.push(() => relay.stop());
    const props = { stack, s3Port: relay.port, mover: await writeMover(stack.path()) };
    for (let i = 0; i < LANES; i++) {
      const network = `127.${100 + i}.${process.pid % 250}`;
      lanes.push(await Lane.start({ ...props, name: `lane-${i}`, seed: seed + i, network }));
    }
    lane = lanes[0] as Lane;
  });
  afterAll(async () => {
    for (const each of lanes) await each.stop();
    for (const stop of stops) await stop();
    await stack?.stop();
  });

  test('without a fault every backup is announced, and restores', async () => {
    const runs = count(3, 50);
    const all = lanes.map(async (at) => {
      const { checker, host, pipeline, scene, source } = at;
      for (let round = 0; round < runs; round++) {
        await change(source.connection, round);
        const expected = await valuesOf(source.connection);
        expect(ended(await pipeline.backup(host))).toEqual(DONE);
        expect(await at.news(expected)).toEqual([{ manifest: expect.any(String), problems: [] }]);
      }
      const [manifest = ''] = await checker.list('manifests/');
      scene.bytes = await checker.bytesOf(manifest);
    });
    await Promise.all(all);
    const total = runs * lanes.length;
    figure('backups without a fault that were announced and restored', `${total} of ${total}`);
  });

  test('the checker finds what does not restore', async () => {
    const { checker, source } = lane;
    const [manifest = ''] = await checker.list('manifests/');
    const wrong = new Map([...(await valuesOf(source.connection)), ['0/more', 'than there is']]);
    const { problems } = await checker.check(manifest, wrong);
    expect(problems).toEqual([expect.stringMatching(/values differ/)]);
  });

  test('what was backed up is fetched, loaded and proven', async () => {
    const { checker, pipeline } = lane;
    expect(ended(await pipeline.restoreTest())).toEqual(DONE);
    const [manifest = ''] = await checker.list('manifests/');
    const key = manifest.replace('manifests/', 'backups/').replace('.json', '.rdb');
    expect(ended(await pipeline.restoreTest([`--key=${key}`]))).toEqual(DONE);
    const none = await pipeline.restoreTest(['--time=2020-01-01T00:00:00Z']);
    const output = expect.stringMatching(/no backup of prod\/shop\/cart that was finished by/);
    expect(none).toMatchObject([{ step: 'fetch', code: 2, output }]);
    expect(await checker.list('proofs/')).toHaveLength(2);
  });

  test('what an S3 server stores otherwise than it was sent is no backup', async () => {
    // moto compares no checksums.
    const aws = await Aws.start(stack, S3_REGION);
    const relay = await Relay.start(stack, 'relay-moto', aws.port);
    const requests = await HttpProxy.start(relay.port);
    const client = clientOf(relay.port, aws.account);
    stops.push(...[requests, relay].map((each) => () => each.stop()), async () => client.destroy());
    await makeBucket(client, 'lying');
    const there = new Checker(client, 'lying', stack.path(), stack.path());
    const lying = (checksums?: 'when_required') =>
      new Pipeline({
        ...{
          home: stack.path(),
          folder: stack.path('lying'),
          mover: stack.path('mover.js'),
          bucket: 'lying',
        },
        ...{ s3Port: requests.port, credentials: aws.account, region: S3_REGION, checksums },
      });
    expect(ended(await lying().backup(lane.host))).toEqual(DONE);
    const before = await there.list('manifests/');
    expect(before).toHaveLength(1);
    for (const checksums of [undefined, 'when_required'] as const) {
      // The first request reads tags, the second lists the manifests, the third reads the newest, the fourth uploads.
      const fault = { kind: 'changed', way: 'up', at: 1_000_000 } as const;
      requests.plan = { fault, from: 3, times: 1 };
      const steps = await lying(checksums).backup(lane.host);
      expect(steps.at(-1)).toMatchObject({ step: 'backup', code: 1 });
      const reason = checksums
        ? /reads back with SHA-256 .* no backup is made of it/
        : /[Cc]hecksum mismatch/;
      expect(steps.at(-1)?.output).toMatch(reason);
      expect(await there.list('manifests/')).toEqual(before);
    }
  });

  test('with a fault nothing is announced that does not restore, and the next run succeeds', async () => {
    const tally = { failed: 0, announced: 0 };
    const total = count(25, 500);
    // Each kind as often as the others.
    const kinds = Array.from(
      { length: total },
      (_, n) => process.env.FLEETWRIGHT_FAULT ?? FAULTS[(seed + n) % FAULTS.length] ?? '',
    );
    const round = async (at: Lane, kind: string, n: number) => {
      const { host, pipeline, scene, source } = at;
      // Each round by itself, so that it can be had again.
      const random = randomFrom(seed + n);
      await change(source.connection, 1000 + n);
      const expected = await valuesOf(source.connection);
      const fault = putIn(kind, scene, random);
      const what = `seed ${seed}, round ${n}, ${kind}: ${fault.what}`;
      const steps = await pipeline.backup(fault.host ?? host, fault.disturbance);
      const hasStruck = takeAway(scene) > 0 || !fault.survivable || steps.some(({ killed }) => killed);
      const failed = steps.at(-1)?.code !== 0;
      const found = await at.news(expected);
      const wrong = found.filter(({ problems }) => problems.length > 0);
      expect({ what, wrong }).toEqual({ what, wrong: [] });
      // Who says that it is done has announced it.
      expect({ what, announced: failed || found.length === 1 }).toEqual({ what, announced: true });
      expect({ what, failed: failed || fault.survivable }).toEqual({ what, failed: true });
      if (hasStruck && failed) tally.failed++;
      if (hasStruck) tally.announced += found.length;

      expect({ what, next: ended(await pipeline.backup(host)) }).toEqual({ what, next: DONE });
      const next = await at.news(expected);
      expect({ what, next }).toEqual({ what, next: [{ manifest: expect.any(String), problems: [] }] });
      return hasStruck;
    };
    const rounds = await untilStruck(kinds, lanes, round);
    figure('rounds whose fault met nothing, which do not count', String(rounds - total));
    figure(`faults of ${FAULTS.length} kinds put into backups`, String(total));
    figure('runs that a fault made fail', String(tally.failed));
    figure('backups announced in spite of a fault, all of which restore', String(tally.announced));
    figure('backups announced that do not restore', '0');
  });

  test('with a fault between it and S3 a restore test proves nothing that it has not loaded', async () => {
    const ofS3 = FAULTS.filter((kind) => kind.startsWith('s3: '));
    const total = count(6, 120);
    const kinds = Array.from({ length: total }, (_, n) => ofS3[(seed + n) % ofS3.length] ?? '');
    let failed = 0;
    const round = async ({ checker, pipeline, scene }: Lane, kind: string, n: number) => {
      const before = (await checker.list('proofs/')).length;
      const fault = putIn(kind, scene, randomFrom(seed + n));
      const what = `seed ${seed}, round ${n}, ${kind}: ${fault.what}`;
      const steps = await pipeline.restoreTest();
      const hasStruck = takeAway(scene) > 0;
      const proven = (await checker.list('proofs/')).length - before;
      const isDone = ended(steps).join() === DONE.join();
      if (hasStruck && !isDone) failed++;
      // The answer to the last call may have been lost.
      const fits = isDone ? proven === 1 : proven === 0 || steps.at(-1)?.step === 'prove';
      expect({ what, fits }).toEqual({ what, fits: true });
      expect({ what, next: ended(await pipeline.restoreTest()) }).toEqual({ what, next: DONE });
      return hasStruck;
    };
    await untilStruck(kinds, lanes, round);
    figure('restore tests with a fault between them and S3', `${total}, of which ${failed} failed`);
  });
});
