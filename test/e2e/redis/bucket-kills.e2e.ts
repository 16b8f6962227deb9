import { ListObjectVersionsCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import {
  backupKey,
  ensureBucket,
  expire,
  expiredKey,
  manifestKey,
  newId,
  removeBucket,
  s3Client,
} from '../../../operator/s3';
import { Relay } from '../../stack/relay';
import { S3, S3_ACCOUNT, S3_REGION } from '../../stack/s3';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { figure } from '../figures';

const identity = { cluster: 'prod', clusterUid: 'uid-1', namespace: 'shop', name: 'cart' };
const DAY = 86_400_000;

describeStack('what is done to a bucket, killed at each call', () => {
  let stack: Stack;
  let relay: Relay;
  let client: S3Client;
  let places = 0;
  beforeAll(async () => {
    stack = await Stack.start();
    relay = await Relay.start(stack, 'relay', (await S3.start(stack, 's3')).port);
    client = s3Client({
      ...{ endpoint: `http://127.0.0.1:${relay.port}`, region: S3_REGION },
      keys: { accessKeyId: S3_ACCOUNT.accessKey, secretAccessKey: S3_ACCOUNT.secretKey },
    });
  });
  afterAll(async () => {
    figure('calls to S3 at which what is done to a bucket was killed', String(places));
    client?.destroy();
    await relay?.stop();
    await stack?.stop();
  });

  const { signal } = new AbortController();
  const props = (bucket: string) => ({ client, bucket, signal, identity });
  const ensure = (bucket: string) =>
    ensureBucket({ ...props(bucket), recorded: true, requireHardening: false });
  const put = (Bucket: string, Key: string, Body = '{}') =>
    client.send(new PutObjectCommand({ Bucket, Key, Body }));
  const keysOf = async (Bucket: string) => {
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
    return Versions.filter(({ IsLatest }) => IsLatest).map(({ Key = '' }) => Key);
  };

  /**
   * Runs something that dies at its nth call, before that is sent or after S3 has done it; no later call leaves. Tells
   * whether it died: if it had so many calls, it has to.
   */
  const dies = async (n: number, when: 'before' | 'after', what: () => Promise<unknown>) => {
    let calls = 0;
    client.middlewareStack.add(
      (next) => async (args) => {
        const mine = ++calls;
        if (mine > n || (mine === n && when === 'before')) throw new Error('killed');
        const answer = next(args);
        if (mine < n) return answer;
        // Whatever S3 said to it.
        await answer.catch(() => {});
        throw new Error('killed');
      },
      { step: 'initialize', name: 'killer' },
    );
    try {
      await what();
    } catch (error) {
      if ((error as Error).message !== 'killed') throw error;
      places++;
      return true;
    } finally {
      client.middlewareStack.remove('killer');
    }
    expect(calls).toBeLessThan(n);
    return false;
  };

  describe.each(['before', 'after'] as const)('%s it', (when) => {
    test('a bucket is made all the same', async () => {
      const whole = await ensure(`made-${when}`);
      let n = 1;
      for (; ; n++) {
        const bucket = `made-${when}-${n}`;
        if (!(await dies(n, when, () => ensure(bucket)))) break;
        expect((await ensure(bucket)).missing).toEqual(whole.missing);
        expect(await ensureBucket({ ...props(bucket), recorded: false, requireHardening: false })).toEqual({
          ...{ created: false, missing: whole.missing },
        });
      }
      // Tags, making it, tags again, and six settings, some of which are there and some of which cannot be.
      expect(n - 1).toBeGreaterThanOrEqual(8);
    });

    const now = new Date();
    const ago = (days: number) => newId(new Date(now.getTime() - days * DAY), '0000');
    const [buried, orphan, old, kept] = [ago(9), ago(8), ago(7), ago(2)];
    const expiring = (bucket: string, days: number, ids: string[]) =>
      expire({ ...props(bucket), ids, missing: ['lifecycle'], now: new Date(now.getTime() + days * DAY) });

    test('retention leaves no backup without its data, and ends where it would have', async () => {
      let n = 1;
      for (; ; n++) {
        const bucket = `expired-${when}-${n}`;
        await ensure(bucket);
        for (const id of [old, kept]) await put(bucket, manifestKey(id));
        for (const id of [orphan, old, kept]) await put(bucket, backupKey(id));
        const hasDied = await dies(n, when, () => expiring(bucket, 0, [old]));
        const left = await keysOf(bucket);
        for (const id of [old, kept]) {
          if (left.includes(manifestKey(id))) expect(left).toContain(backupKey(id));
        }
        expect(left).toContain(manifestKey(kept));
        // What has no manifest any more is not asked for again.
        await expiring(bucket, 0, left.includes(manifestKey(old)) ? [old] : []);
        expect(await keysOf(bucket)).toEqual([
          ...[backupKey(orphan), backupKey(old), backupKey(kept)],
          ...[expiredKey(old), manifestKey(kept)],
        ]);
        if (!hasDied) break;
      }
      // Tombstone and manifest, and the lists before and after.
      expect(n - 1).toBeGreaterThanOrEqual(9);
    });

    test('what retention has taken away goes with its data, and so does what no job finished', async () => {
      let n = 1;
      for (; ; n++) {
        const bucket = `buried-${when}-${n}`;
        await ensure(bucket);
        await put(bucket, manifestKey(kept));
        for (const id of [buried, orphan, kept]) await put(bucket, backupKey(id));
        await put(bucket, expiredKey(buried));
        const hasDied = await dies(n, when, () => expiring(bucket, 2.1, []));
        const left = await keysOf(bucket);
        // Without its tombstone the dump would be an orphan.
        if (left.includes(backupKey(buried))) expect(left).toContain(expiredKey(buried));
        await expiring(bucket, 2.1, []);
        expect(await keysOf(bucket)).toEqual([backupKey(kept), manifestKey(kept)]);
        if (!hasDied) break;
      }
      expect(n - 1).toBeGreaterThanOrEqual(12);
    });

    test('a bucket that is to go is gone', async () => {
      let n = 1;
      for (; ; n++) {
        const bucket = `removed-${when}-${n}`;
        await ensure(bucket);
        for (const key of ['backups/a', 'backups/a', 'manifests/b']) await put(bucket, key);
        const hasDied = await dies(n, when, () => removeBucket(props(bucket)));
        expect(await removeBucket(props(bucket))).toMatchObject({ done: true });
        if (!hasDied) break;
      }
      // Tags, uploads, versions, deleting them, versions again, the bucket.
      expect(n - 1).toBeGreaterThanOrEqual(6);
    });
  });
});
