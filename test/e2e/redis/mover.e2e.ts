import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ensureBucket, listIds, manifestKey, s3Client } from '../../../operator/s3';
import { readTags } from '../../../operator/s3/tags';
import { Aws } from '../../stack/aws';
import { type CommandResult, run } from '../../stack/command';
import { Relay } from '../../stack/relay';
import { S3, S3_ACCOUNT, S3_REGION } from '../../stack/s3';
import { credentialsFile, type S3Account } from '../../stack/s3-accounts';
import { backupPolicy, operatorPolicy } from '../../stack/s3-policies';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { manifestOf } from './manifests';
import { writeMover } from './pipeline';

const WHOSE = ['--path-style', '--cluster=prod', '--namespace=shop', '--name=cart'];

describeStack('the program of the mover', () => {
  let stack: Stack;
  let mover: string;
  const relays: Relay[] = [];
  const relay = async (name: string, port: number) => {
    const made = await Relay.start(stack, name, port);
    relays.push(made);
    return made.port;
  };
  beforeAll(async () => {
    stack = await Stack.start();
    mover = await writeMover(stack.path());
  });
  afterAll(async () => {
    for (const each of relays) await each.stop();
    await stack?.stop();
  });

  const move = (env: NodeJS.ProcessEnv, ...args: string[]): Promise<CommandResult> =>
    run([process.execPath, mover, ...args], {
      env: {
        PATH: process.env.PATH,
        AWS_REGION: S3_REGION,
        AWS_EC2_METADATA_DISABLED: 'true',
        NODE_NO_WARNINGS: '1',
        ...env,
      },
    });
  const write = (name: string, text: string) => {
    const file = path.join(mkdtempSync(stack.path('mover-')), name);
    writeFileSync(file, text);
    return file;
  };

  test('comes over TLS by an authority of its own, as who its file says, and may no more than that', async () => {
    const s3 = await S3.start(stack, 's3', { tls: true });
    const url = `https://127.0.0.1:${await relay('relay', s3.port)}`;
    const env = async (name: string, account: S3Account | Promise<S3Account>) => ({
      AWS_ENDPOINT_URL_S3: url,
      FLEETWRIGHT_S3_CA: s3.caBundle,
      AWS_SHARED_CREDENTIALS_FILE: write(name, credentialsFile(await account)),
    });
    const operator = await env('operator', s3.account('operator', operatorPolicy('test')));
    const job = await env('job', s3.account('job', backupPolicy('test-mover')));
    const bucket = ['bucket', '--bucket=test-mover', ...WHOSE];

    expect(await move({ ...operator, FLEETWRIGHT_S3_CA: undefined }, ...bucket)).toMatchObject({
      ...{ code: 1, stderr: expect.stringMatching(/certificate/) },
    });
    expect(await move(operator, ...bucket)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/"created":true/),
    });
    expect(await move(operator, ...bucket)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/"created":false/),
    });
    expect(await move(operator, ...bucket, '--require-hardening')).toMatchObject({
      ...{
        code: 2,
        stderr: expect.stringMatching(/^mover: the S3 server has no public-access-block, encryption/),
      },
    });
    const other = ['bucket', '--bucket=test-mover', ...WHOSE.slice(0, -1), '--name=other'];
    expect(await move(operator, ...other)).toMatchObject({
      ...{ code: 2, stderr: expect.stringMatching(/belongs to prod\/shop\/cart/) },
    });
    // A right may be given meanwhile: a pod that comes later can succeed.
    expect(await move(job, ...bucket)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^mover: S3 says AccessDenied/),
    });
    const empty = ['fetch', '--bucket=test-mover', ...WHOSE, `--work=${mkdtempSync(stack.path('work-'))}`];
    expect(await move(job, ...empty)).toMatchObject({
      code: 2,
      stderr: 'mover: bucket test-mover has no backup of prod/shop/cart\n',
    });
    expect(await move(job, ...empty, '--bucket=test-nothing')).toMatchObject({ code: 2 });
    expect(await move({ ...job, AWS_ENDPOINT_URL_S3: 'https://127.0.0.1:1' }, ...empty)).toMatchObject({
      code: 1,
    });
    expect(await move(job, 'fetch')).toMatchObject({ code: 2, stderr: 'mover: --bucket is missing\n' });
  });

  test("writes into the bucket of its bundle only, and takes another's backups only when told", async () => {
    const s3 = await S3.start(stack, 's3-whose', { tls: true });
    const url = `https://127.0.0.1:${await relay('relay-whose', s3.port)}`;
    const client = s3Client({
      ...{ endpoint: url, region: S3_REGION, caBundle: s3.caBundle },
      keys: { accessKeyId: S3_ACCOUNT.accessKey, secretAccessKey: S3_ACCOUNT.secretKey },
    });
    const env = (account: S3Account) => ({
      ...{ AWS_ENDPOINT_URL_S3: url, FLEETWRIGHT_S3_CA: s3.caBundle },
      AWS_SHARED_CREDENTIALS_FILE: write('credentials', credentialsFile(account)),
    });
    const who = env(await s3.account('job', backupPolicy('whose-*')));
    // As a policy was before tags were read.
    const { Statement } = backupPolicy('whose-*') as { Statement: { Action: string[] }[] };
    const fewer = Statement.map((each) => ({
      ...each,
      Action: each.Action.filter((action) => action !== 's3:GetBucketTagging'),
    }));
    const blind = env(await s3.account('blind', { ...backupPolicy('whose-*'), Statement: fewer }));
    const of = (bucket: string, name: string) => [
      ...[`--bucket=${bucket}`, ...WHOSE.slice(0, -1), `--name=${name}`],
    ];
    const job = (seconds: number) => {
      const work = mkdtempSync(stack.path('work-'));
      const finished = `2026-01-31T12:00:${String(seconds).padStart(2, '0')}Z`;
      const dump = 'REDIS0010 and what a server wrote';
      writeFileSync(path.join(work, 'dump.rdb'), dump);
      const sha256 = createHash('sha256').update(dump).digest('hex');
      const facts = [
        ...[`started=${finished}`, `finished=${finished}`, `sha256=${sha256}`, 'keys=7'],
        ...[`digest=${'d'.repeat(40)}`, 'flavour=redis', 'version=7.0.15'],
      ];
      writeFileSync(path.join(work, 'facts'), `${facts.join('\n')}\n`);
      return `--work=${work}`;
    };
    const manifests = async (bucket: string) => {
      const { ids } = await listIds({ client, bucket, signal: new AbortController().signal }, 'manifests/');
      return ids.length;
    };
    const identity = { cluster: 'prod', clusterUid: 'uid-1', namespace: 'shop', name: 'cart' };
    const access = { client, bucket: 'whose-cart', signal: new AbortController().signal };
    await ensureBucket({ ...access, identity, recorded: true, requireHardening: false });

    const own = of('whose-cart', 'cart');
    expect(await move(who, 'backup', ...own, job(1), '--cluster-uid=uid-1')).toMatchObject({
      ...{ code: 0, stderr: '' },
    });
    const uid = await move(who, 'backup', ...own, job(2), '--cluster-uid=uid-2');
    expect(uid).toMatchObject({ code: 2, stderr: expect.stringMatching(/another cluster .* UID uid-1/) });
    const other = await move(who, 'backup', ...of('whose-cart', 'other'), job(3));
    expect(other).toMatchObject({
      ...{ code: 2, stderr: expect.stringMatching(/belongs to prod\/shop\/cart/) },
    });
    // Where the tags may not be read, the newest backup tells.
    const told = expect.stringMatching(
      /tags of bucket whose-cart cannot be read.*\n.*belongs to prod\/shop\/cart/,
    );
    const unseen = await move(blind, 'backup', ...of('whose-cart', 'other'), job(4));
    expect(unseen).toMatchObject({ code: 2, stderr: told });
    expect(await manifests('whose-cart')).toBe(1);
    expect(await move(blind, 'backup', ...own, job(5))).toMatchObject({
      ...{ code: 0, stderr: expect.stringMatching(/cannot be read \(S3 says AccessDenied\)/) },
    });

    // A bucket without tags, in which two bundles have written.
    await client.send(new CreateBucketCommand({ Bucket: 'whose-both' }));
    const both = of('whose-both', 'cart');
    expect(await move(who, 'backup', ...both, job(6))).toMatchObject({
      ...{ code: 0, stderr: expect.stringMatching(/has no tags that say whose it is/) },
    });
    const theirs = { ...manifestOf('20260131T120007Z-0000'), name: 'other' };
    const Key = manifestKey(theirs.id);
    await client.send(new PutObjectCommand({ Bucket: 'whose-both', Key, Body: JSON.stringify(theirs) }));
    expect(await move(who, 'backup', ...both, job(8))).toMatchObject({
      ...{ code: 2, stderr: expect.stringMatching(/bucket whose-both belongs to prod\/shop\/other/) },
    });
    expect(await manifests('whose-both')).toBe(2);
    const fetched = await move(who, 'fetch', ...both, job(0));
    expect(fetched).toMatchObject({
      ...{ code: 0, stdout: expect.stringMatching(/20260131T120006Z/) },
      stderr: `passed over ${Key}: foreign: a backup of prod/shop/other\n`,
    });
    const key = `--key=${theirs.key}`;
    expect(await move(who, 'fetch', ...both, job(0), key)).toMatchObject({
      ...{ code: 2, stderr: expect.stringMatching(/foreign: a backup of prod\/shop\/other/) },
    });
    const fromOwn = of('whose-cart', 'copy');
    expect(await move(who, 'fetch', ...fromOwn, job(0))).toMatchObject({ code: 2 });
    const work = job(0);
    const source = await move(who, 'fetch', ...fromOwn, work, '--any-bundle');
    expect(source).toMatchObject({ code: 0, stdout: expect.stringMatching(/20260131T120005Z/) });
    // And it is no proof of a backup of ours.
    expect(await move(env(S3_ACCOUNT), 'prove', ...fromOwn, work)).toMatchObject({
      ...{ code: 2, stderr: expect.stringMatching(/foreign: a backup of prod\/shop\/cart/) },
    });
    client.destroy();
  });

  test('takes the role of its account where there is no file', async () => {
    const aws = await Aws.start(stack, S3_REGION);
    const url = `http://127.0.0.1:${await relay('relay-moto', aws.port)}`;
    const env = {
      ...{ AWS_ENDPOINT_URL_S3: url, AWS_ENDPOINT_URL_STS: url },
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/operator',
      AWS_WEB_IDENTITY_TOKEN_FILE: write('token', 'a.token.of-a-service-account'),
    };
    expect(await move(env, 'bucket', '--bucket=test-role', ...WHOSE)).toMatchObject({ code: 0, stderr: '' });
    const client = s3Client({
      ...{ endpoint: url, region: S3_REGION },
      keys: { accessKeyId: aws.account.accessKey, secretAccessKey: aws.account.secretKey },
    });
    const tags = await readTags({ client, bucket: 'test-role', signal: new AbortController().signal });
    expect(tags?.get('fleetwright.dev/name')).toBe('cart');
    client.destroy();
  });
});
