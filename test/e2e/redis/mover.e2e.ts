import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { s3Client } from '../../../operator/s3';
import { readTags } from '../../../operator/s3/tags';
import { Aws } from '../../stack/aws';
import { type CommandResult, run } from '../../stack/command';
import { Relay } from '../../stack/relay';
import { S3, S3_REGION } from '../../stack/s3';
import { credentialsFile, type S3Account } from '../../stack/s3-accounts';
import { backupPolicy, operatorPolicy } from '../../stack/s3-policies';
import { Stack } from '../../stack/stack';
import { describeStack } from '../describe-stack';
import { bundleMover } from './pipeline';

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
    mover = await bundleMover(stack.path());
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
    expect(await move(job, ...bucket)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/refuses to tell whose/),
    });
    const empty = ['fetch', '--bucket=test-mover', ...WHOSE, `--work=${mkdtempSync(stack.path('work-'))}`];
    expect(await move(job, ...empty)).toMatchObject({
      code: 2,
      stderr: 'mover: bucket test-mover has no backup\n',
    });
    expect(await move(job, ...empty, '--bucket=test-nothing')).toMatchObject({ code: 2 });
    expect(await move({ ...job, AWS_ENDPOINT_URL_S3: 'https://127.0.0.1:1' }, ...empty)).toMatchObject({
      code: 1,
    });
    expect(await move(job, 'fetch')).toMatchObject({ code: 2, stderr: 'mover: --bucket is missing\n' });
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
