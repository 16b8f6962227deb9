import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import {
  backupKey,
  ensureBucket,
  expire,
  expiredKey,
  manifestKey,
  newId,
  type SettingName,
} from '../../../operator/s3';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { BucketServers, identity, SERVERS } from './bucket-servers';

const DAY = 86_400_000;

describeStack('retention in the bucket of a bundle', () => {
  let stack: Stack;
  let servers: BucketServers | undefined;
  beforeAll(async () => {
    stack = await Stack.start();
    servers = await BucketServers.start(stack);
  });
  afterAll(async () => {
    await servers?.stop();
    await stack?.stop();
  });

  describe.each(SERVERS)('%s', (name) => {
    const signal = new AbortController().signal;
    const client = () => (servers as BucketServers).client(name);
    const props = (bucket: string) => ({
      ...{ client: client(), bucket, signal, identity },
      ...{ recorded: true, requireHardening: false },
    });
    const put = (Bucket: string, Key: string, Body = '{}') =>
      client().send(new PutObjectCommand({ Bucket, Key, Body }));

    test('what retention takes away goes in order, and what is still a backup stays', async () => {
      const bucket = 'test-expiry';
      await ensureBucket(props(bucket));
      const now = new Date();
      const ago = (days: number) => newId(new Date(now.getTime() - days * DAY), '0000');
      // The clock of the job that has left the orphan behind was wrong: it is new all the same.
      const [old, orphan, kept] = [ago(9), ago(800), ago(2)];
      for (const id of [old, kept]) await put(bucket, manifestKey(id));
      for (const id of [old, orphan, kept]) await put(bucket, backupKey(id));
      // Killed between tombstone and manifest.
      await put(bucket, expiredKey(kept));
      const run = (ids: string[], days: number, missing: SettingName[] = []) =>
        expire({ ...props(bucket), ids, missing, now: new Date(now.getTime() + days * DAY) });
      const keys = async () => {
        const { Versions = [] } = await client().send(new ListObjectVersionsCommand({ Bucket: bucket }));
        return Versions.filter(({ IsLatest }) => IsLatest).map(({ Key }) => Key);
      };
      expect(await run([old], 0)).toEqual({ expired: [old], deleted: [] });
      const after = [backupKey(orphan), backupKey(old), backupKey(kept), expiredKey(old), manifestKey(kept)];
      expect(await keys()).toEqual(after);
      expect(await run([], 0.9)).toEqual({ expired: [], deleted: [] });
      expect(await run([], 1.1)).toEqual({ expired: [], deleted: [old] });
      expect(await run([], 1.9)).toEqual({ expired: [], deleted: [] });
      expect(await run([], 2.1)).toEqual({ expired: [], deleted: [orphan] });
      expect(await keys()).toEqual([backupKey(kept), manifestKey(kept)]);
      // What a server without lifecycle leaves behind.
      await run([], 20, ['lifecycle']);
      await run([], 20, ['lifecycle']);
      const left = await client().send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect([...(left.Versions ?? []), ...(left.DeleteMarkers ?? [])].map(({ Key }) => Key)).toEqual([
        backupKey(kept),
        manifestKey(kept),
      ]);
    });

    test('an upload that nobody has finished ends after a day, where the server does not do it', async () => {
      const bucket = 'test-uploads';
      const s3 = client();
      await ensureBucket(props(bucket));
      const Key = backupKey(newId(new Date()));
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
      await s3.send(new UploadPartCommand({ Bucket: bucket, Key, UploadId, PartNumber: 1, Body: 'part' }));
      const uploads = async () => {
        const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
        return Uploads.map((each) => each.UploadId);
      };
      const run = (days: number, missing: SettingName[]) =>
        expire({ ...props(bucket), ids: [], missing, now: new Date(Date.now() + days * DAY) });
      await run(2, []);
      // moto says of every upload that it was begun in 2010.
      if (name !== 'moto') await run(0.9, ['lifecycle']);
      expect(await uploads()).toEqual([UploadId]);
      await run(1.1, ['lifecycle']);
      expect(await uploads()).toEqual([]);
    });

    test('a run takes away so many, the oldest first, and the next ones go on', async () => {
      const bucket = 'test-many';
      await ensureBucket(props(bucket));
      const now = new Date();
      const ids = Array.from({ length: 120 }, (_, n) =>
        newId(new Date(now.getTime() - (500 - n) * 3_600_000)),
      );
      await Promise.all(ids.flatMap((id) => [put(bucket, manifestKey(id)), put(bucket, backupKey(id))]));
      const run = (which: readonly string[], days: number) =>
        expire({ ...props(bucket), ids: which, missing: [], now: new Date(now.getTime() + days * DAY) });
      const gone: string[] = [];
      for (const size of [50, 50, 20, 0]) {
        const { expired } = await run(ids.slice(gone.length), 0);
        expect(expired).toEqual(ids.slice(gone.length, gone.length + size));
        gone.push(...expired);
      }
      const deleted: string[] = [];
      for (const size of [50, 50, 20, 0]) {
        const each = (await run([], 1.1)).deleted;
        expect(each).toEqual(ids.slice(deleted.length, deleted.length + size));
        deleted.push(...each);
      }
      const { KeyCount } = await client().send(new ListObjectsV2Command({ Bucket: bucket }));
      expect(KeyCount).toBe(0);
    });
  });
});
