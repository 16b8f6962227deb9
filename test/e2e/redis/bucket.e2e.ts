import {
  DeleteBucketTaggingCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import {
  acceptedKey,
  type BackupManifest,
  BucketRefused,
  ensureBucket,
  manifestKey,
  newId,
  readContents,
  removeBucket,
} from '../../../operator/s3';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { BucketServers, identity, MISSING, SERVERS } from './bucket-servers';
import { manifestOf } from './manifests';

const DAY = 86_400_000;

describeStack('the bucket of a bundle', () => {
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
    const put = (bucket: string, key: string, Body = '{}') =>
      client().send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
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
      const s3 = client();
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
      const s3 = client();
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

    test('what another bundle has put in is told, and is never the newest or one of ours', async () => {
      const bucket = 'test-mixed';
      await ensureBucket(props(bucket));
      const ago = (hours: number) => newId(new Date(Date.now() - hours * 3_600_000), '0000');
      const add = (id: string, more: Partial<BackupManifest> = {}) =>
        put(bucket, manifestKey(id), JSON.stringify({ ...manifestOf(id), ...more }));
      const [own, theirs, others] = [ago(30), ago(2), ago(1)];
      await add(own);
      // More than there are manifests that may be broken.
      const many = Array.from({ length: 7 }, (_, n) => ago(10 + n));
      for (const id of many) await add(id, { namespace: 'elsewhere' });
      await add(theirs, { name: 'other' });
      await add(others, { cluster: 'test' });
      const contents = await readContents({ ...props(bucket), identity });
      expect(contents.newest?.id).toBe(own);
      expect(contents.ids).toEqual([own]);
      expect(contents.broken).toHaveLength(9);
      expect(contents.broken.slice(0, 2)).toEqual([
        { key: manifestKey(others), reason: 'foreign: a backup of test/shop/cart' },
        { key: manifestKey(theirs), reason: 'foreign: a backup of prod/shop/other' },
      ]);
      // Of whoever does not say whose they have to be, all are.
      const all = await readContents({ ...props(bucket), identity: undefined });
      expect([all.newest?.id, all.ids.length, all.broken]).toEqual([others, 10, []]);
    });

    test('is removed with all its versions, in as many runs as it takes', async () => {
      const bucket = 'test-removed';
      const s3 = client();
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
