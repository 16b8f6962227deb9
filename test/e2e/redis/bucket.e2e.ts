import {
  DeleteBucketTaggingCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import {
  acceptedKey,
  BucketRefused,
  backupKey,
  ensureBucket,
  expire,
  expiredKey,
  manifestKey,
  newId,
  readContents,
  removeBucket,
  s3Client,
} from '../../../operator/s3';
import { Aws } from '../../stack/aws';
import { Relay } from '../../stack/relay';
import { S3, S3_ACCOUNT, S3_REGION } from '../../stack/s3';
import type { S3Account } from '../../stack/s3-accounts';
import { operatorPolicy } from '../../stack/s3-policies';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';

const identity = { cluster: 'prod', clusterUid: 'uid-1', namespace: 'shop', name: 'cart' };
const DAY = 86_400_000;

describeStack('the bucket of a bundle', () => {
  let stack: Stack;
  const relays: Relay[] = [];
  const clients: Record<string, S3Client> = {};
  const client = async (server: { port: number; caBundle?: string }, name: string, account: S3Account) => {
    const relay = await Relay.start(stack, `relay-${name}`, server.port);
    relays.push(relay);
    clients[name] = s3Client({
      endpoint: `${server.caBundle ? 'https' : 'http'}://127.0.0.1:${relay.port}`,
      ...{ region: S3_REGION, caBundle: server.caBundle },
      keys: { accessKeyId: account.accessKey, secretAccessKey: account.secretKey },
    });
  };

  beforeAll(async () => {
    stack = await Stack.start();
    const s3 = await S3.start(stack, 's3', { tls: true });
    await client(s3, 'versitygw', await s3.account('operator', operatorPolicy('test')));
    const aws = await Aws.start(stack, S3_REGION, { tls: true });
    await client(aws, 'moto', aws.account);
    await client(await S3.start(stack, 'plain'), 'plain', S3_ACCOUNT);
  });
  afterAll(async () => {
    for (const each of Object.values(clients)) each.destroy();
    for (const relay of relays) await relay.stop();
    await stack?.stop();
  });

  const MISSING: Record<string, string[]> = {
    versitygw: ['public-access-block', 'encryption', 'lifecycle'],
    moto: [],
    plain: ['public-access-block', 'encryption', 'lifecycle', 'tls-only-policy'],
  };

  describe.each(['versitygw', 'moto', 'plain'])('%s', (name) => {
    const signal = new AbortController().signal;
    const props = (bucket: string) => ({
      ...{ client: clients[name] as S3Client, bucket, signal, identity },
      ...{ recorded: true, requireHardening: false },
    });
    const put = (bucket: string, key: string, Body = '{}') =>
      (clients[name] as S3Client).send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
    const refusal = (promise: Promise<unknown>) =>
      promise.then(
        () => 'was not refused',
        (error: unknown) => (error instanceof BucketRefused ? error.reason : String(error)),
      );

    test('is made with its tags and settings, once, and says what the server has not', async () => {
      expect(await ensureBucket(props('test-made'))).toEqual({ created: true, missing: MISSING[name] });
      expect(await ensureBucket(props('test-made'))).toEqual({ created: false, missing: MISSING[name] });
      await put('test-made', manifestKey(newId(new Date())));
      expect(await ensureBucket({ ...props('test-made'), recorded: false })).toMatchObject({
        created: false,
      });
    });

    test('a server that cannot do all is refused where all is required', async () => {
      const hard = ensureBucket({ ...props('test-hard'), requireHardening: true });
      expect(await refusal(hard)).toBe(name === 'moto' ? 'was not refused' : 'HardeningMissing');
    });

    test('settings that a person has changed are put back', async () => {
      const s3 = clients[name] as S3Client;
      await ensureBucket(props('test-changed'));
      const Bucket = 'test-changed';
      await s3.send(
        new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
      );
      if (name === 'moto') {
        const rule = { ID: 'x', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } } as const;
        const LifecycleConfiguration = { Rules: [rule] };
        await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
      }
      const theirs = {
        Sid: 'Theirs',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:PutObject',
        Resource: `arn:aws:s3:::${Bucket}/never/*`,
      };
      const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [theirs] });
      await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      await ensureBucket(props(Bucket));

      const sent: string[] = [];
      s3.middlewareStack.add(
        (next, { commandName }) =>
          (args) => {
            sent.push(String(commandName));
            return next(args);
          },
        { step: 'initialize', name: 'noted' },
      );
      await ensureBucket(props(Bucket));
      s3.middlewareStack.remove('noted');
      // Nothing was left to put right.
      expect(sent.filter((command) => command.startsWith('Put'))).toEqual([]);
      const { Policy: text = '' } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      const sids = (JSON.parse(text) as { Statement: { Sid: string }[] }).Statement.map(({ Sid }) => Sid);
      const ours = name === 'plain' ? [] : ['FleetwrightTlsOnlyObjects', 'FleetwrightTlsOnlyLists'];
      expect(sids).toEqual(['Theirs', ...ours]);
    });

    test("another bundle's bucket is never touched, and another cluster's only if a person says so", async () => {
      const bucket = 'test-owned';
      await ensureBucket(props(bucket));
      const other = { ...props(bucket), identity: { ...identity, name: 'other' } };
      expect(await refusal(ensureBucket(other))).toBe('ForeignBucket');
      expect(await refusal(removeBucket(other))).toBe('ForeignBucket');
      const lost = { ...props(bucket), identity: { ...identity, clusterUid: 'uid-2' } };
      expect(await refusal(ensureBucket(lost))).toBe('WrongCluster');
      expect(await refusal(ensureBucket({ ...lost, adoptFrom: 'uid-3' }))).toBe('WrongCluster');
      expect(await ensureBucket({ ...lost, adoptFrom: 'uid-1' })).toMatchObject({ created: false });
      expect(await refusal(ensureBucket(props(bucket)))).toBe('WrongCluster');
      expect(await ensureBucket(lost)).toMatchObject({ created: false });
    });

    test('an untagged bucket is taken only if recorded and without a version', async () => {
      const bucket = 'test-untagged';
      const s3 = clients[name] as S3Client;
      const untag = () => s3.send(new DeleteBucketTaggingCommand({ Bucket: bucket }));
      await ensureBucket(props(bucket));
      await untag();
      expect(await refusal(ensureBucket({ ...props(bucket), recorded: false }))).toBe('UntaggedBucket');
      expect(await refusal(removeBucket(props(bucket)))).toBe('ForeignBucket');
      expect(await ensureBucket(props(bucket))).toMatchObject({ created: false });
      await put(bucket, 'something');
      await untag();
      expect(await refusal(ensureBucket(props(bucket)))).toBe('UntaggedBucket');
      const TagSet = [{ Key: 'cost-center', Value: '7' }];
      await s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }));
      expect(await refusal(ensureBucket(props(bucket)))).toBe('UntaggedBucket');
    });

    test('many that make it at once make one, and all have it', async () => {
      const made = await Promise.all(Array.from({ length: 8 }, () => ensureBucket(props('test-race'))));
      expect(made.filter(({ created }) => created).length).toBeGreaterThanOrEqual(1);
      expect(await ensureBucket(props('test-race'))).toMatchObject({ created: false });
    });

    test('what is in it is read, page by page, and a hostile bucket breaks nothing', async () => {
      const bucket = 'test-contents';
      await ensureBucket(props(bucket));
      const now = new Date();
      const ago = (days: number) => newId(new Date(now.getTime() - days * DAY), '0000');
      const future = newId(new Date(now.getTime() + DAY));
      for (const id of [ago(3), ago(2), ago(1), future]) await put(bucket, manifestKey(id), '{"version": 1}');
      await put(bucket, 'manifests/passwd.json');
      await put(bucket, acceptedKey(ago(2)));
      await put(bucket, `manifests/${ago(4)}.json`, 'x'.repeat(100_000));
      const contents = await readContents(props(bucket));
      expect(contents.ids).toEqual([ago(4), ago(3), ago(2), ago(1)]);
      expect(contents.future).toEqual([future]);
      expect(contents.accepted).toEqual(new Set([ago(2)]));
      expect(contents.newest).toBeUndefined();
      expect(contents.broken.map(({ reason }) => reason).sort()).toEqual([
        ...[
          'has more than 65536 bytes',
          ...Array.from({ length: 3 }, () => expect.stringMatching(/^id is not/)),
        ],
        'is no key of ours',
      ]);
    });

    test('what retention takes away goes in order, and what is still a backup stays', async () => {
      const bucket = 'test-expiry';
      await ensureBucket(props(bucket));
      const now = new Date();
      const ago = (days: number) => newId(new Date(now.getTime() - days * DAY), '0000');
      const [old, orphan, kept] = [ago(9), ago(8), ago(2)];
      for (const id of [old, kept]) await put(bucket, manifestKey(id));
      for (const id of [old, orphan, kept]) await put(bucket, backupKey(id));
      // Killed between tombstone and manifest, long ago.
      await put(bucket, expiredKey(kept), JSON.stringify({ time: ago(5) }));
      const run = (ids: string[], days: number) =>
        expire({ ...props(bucket), ids, missing: [], now: new Date(now.getTime() + days * DAY) });
      const keys = async () => {
        const { Versions = [] } = await (clients[name] as S3Client).send(
          new ListObjectVersionsCommand({ Bucket: bucket }),
        );
        return Versions.filter(({ IsLatest }) => IsLatest).map(({ Key }) => Key);
      };
      expect(await run([old], 0)).toEqual({ expired: [old], deleted: [orphan] });
      expect(await keys()).toEqual([backupKey(old), backupKey(kept), expiredKey(old), manifestKey(kept)]);
      expect(await run([], 0.9)).toEqual({ expired: [], deleted: [] });
      expect(await run([], 1.1)).toEqual({ expired: [], deleted: [old] });
      expect(await keys()).toEqual([backupKey(kept), manifestKey(kept)]);
      // What a server without lifecycle leaves behind.
      const later = new Date(now.getTime() + 20 * DAY);
      await expire({ ...props(bucket), ids: [], missing: ['lifecycle'], now: later });
      await expire({ ...props(bucket), ids: [], missing: ['lifecycle'], now: later });
      const left = await (clients[name] as S3Client).send(new ListObjectVersionsCommand({ Bucket: bucket }));
      expect([...(left.Versions ?? []), ...(left.DeleteMarkers ?? [])].map(({ Key }) => Key)).toEqual([
        backupKey(kept),
        manifestKey(kept),
      ]);
    });

    test('is removed with all its versions, in as many runs as it takes', async () => {
      const bucket = 'test-removed';
      const s3 = clients[name] as S3Client;
      await ensureBucket(props(bucket));
      for (let n = 0; n < 3; n++) {
        for (const key of ['backups/a', 'manifests/b', 'odd key é&<>']) await put(bucket, key, String(n));
      }
      expect(await removeBucket({ ...props(bucket), pages: 1 })).toEqual({ done: false, deleted: 9 });
      const ended = AbortSignal.abort();
      expect(await removeBucket({ ...props(bucket), signal: ended })).toMatchObject({ done: false });
      expect(await removeBucket(props(bucket))).toMatchObject({ done: true });
      expect(await refusal(s3.send(new HeadBucketCommand({ Bucket: bucket })))).toMatch(/^NotFound/);
    });
  });
});
