import { HOOKS, nameOf } from '../../../scripts/programs/programs';
import type { ApiServer } from '../../stack/api-server';
import { Aws } from '../../stack/aws';
import { output, until } from '../../stack/command';
import { startControllerManager } from '../../stack/controller-manager';
import { listOf } from '../../stack/kubernetes-object';
import { redisImage, valkeyImage } from '../../stack/node/debian-images';
import { digestName } from '../../stack/node/images';
import { Node } from '../../stack/node/node';
import { moverImage, operatorImage } from '../../stack/node/product-images';
import { addVolumes } from '../../stack/node/volumes';
import { SYSTEM, startOperator, startOperatorProcess } from '../../stack/operator';
import { S3, S3_REGION } from '../../stack/s3';
import type { S3Account } from '../../stack/s3-accounts';
import { backupPolicy, operatorPolicy } from '../../stack/s3-policies';
import { Stack } from '../../stack/stack';
import { describeLong } from '../describe-stack';
import { figure } from '../figures';

const BUCKET = 'stack-images';

/** A pod as the jobs of a bundle are, which ends by itself. */
function podOf(name: string, container: object, spec: object = {}): object {
  const securityContext = {
    ...{ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true },
    capabilities: { drop: ['ALL'] },
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: SYSTEM },
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: {
        ...{ runAsNonRoot: true, runAsUser: 999, runAsGroup: 999, fsGroup: 999 },
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [{ name: 'main', securityContext, ...container }],
      ...spec,
    },
  };
}

/** Waits until every hook has run, of which none may have failed. @param metrics reads those of the engine */
async function everyHookRan(metrics: () => Promise<string>): Promise<void> {
  let waiting = HOOKS.map((hook) => `${nameOf(hook)}.js`);
  await until('every hook has run', 180, async () => {
    const said = await metrics();
    const ran = (hook: string) => new RegExp(`^shell_operator_hook_run_success_total{.*hook="${hook}"`, 'm');
    waiting = waiting.filter((hook) => !ran(hook).test(said));
    return waiting.length === 0;
  }).catch((error: Error) => {
    throw new Error(`${error.message}: ${waiting.join(', ')}`);
  });
  expect(await metrics()).not.toMatch(/^shell_operator_hook_run_errors_total{.*} [1-9]/m);
}

describeLong('the images', () => {
  let stack: Stack;
  let server: ApiServer;
  let s3: S3;
  let operator: S3Account;
  const platform = () => ({
    s3: {
      ...{ endpoint: s3.url, region: S3_REGION, bucketPrefix: 'stack', caBundle: s3.caBundle },
      operator: { secretName: 's3-operator' },
    },
  });

  /** Runs a pod to its end. */
  const ended = async (pod: object): Promise<{ code: number; said: string }> => {
    const { name } = (pod as { metadata: { name: string } }).metadata;
    const which = [`pod/${name}`, `--namespace=${SYSTEM}`];
    await server.kubectl.output(['create', '-f', '-'], { input: JSON.stringify(pod) });
    const state = [
      'get',
      ...which,
      '--output=jsonpath={.status.containerStatuses[0].state.terminated.exitCode}',
    ];
    let code = '';
    await until(`${name} ends`, 120, async () => {
      code = await server.kubectl.output(state);
      return code !== '';
    }).catch(async (error: Error) => {
      throw new Error(`${error.message}: ${await server.kubectl.output(['describe', ...which])}`);
    });
    return { code: Number(code), said: await server.kubectl.output(['logs', ...which]) };
  };

  /** Calls S3 as an account, and returns the status. */
  const call = async (account: S3Account, ...args: string[]): Promise<string> => {
    const [key = '', ...more] = args;
    const signed = [
      '--aws-sigv4',
      `aws:amz:${S3_REGION}:s3`,
      '--header',
      'x-amz-content-sha256:UNSIGNED-PAYLOAD',
    ];
    const quiet = ['--silent', '--output', '/dev/null', '--write-out', '%{http_code}'];
    const user = `user = "${account.accessKey}:${account.secretKey}"\n`;
    const curl = ['curl', ...quiet, '--cacert', stack.authority.cert, ...signed, '--config', '-'];
    return output(stack.network.inside([...curl, ...more, `${s3.url}/${key}`]), { input: user });
  };

  beforeAll(async () => {
    stack = await Stack.start();
    server = await stack.apiServer('edge');
    [s3] = await Promise.all([S3.start(stack, 's3', { tls: true }), startControllerManager(stack, server)]);
    operator = await s3.account('operator', operatorPolicy('stack'));
    const images = [operatorImage, moverImage, valkeyImage, redisImage];
    await Promise.all(images.map((image) => image.archive()));
    const began = Date.now();
    await Node.start(stack, server, images);
    figure('a node with the images of operator, mover, Valkey and Redis', `${Date.now() - began} ms`);
    await addVolumes(stack, server, 2);
  });
  afterAll(() => stack?.stop());

  test('the operator runs as FleetOperator renders it, with every hook', async () => {
    const began = Date.now();
    await startOperator(server, { platform: platform(), account: operator });
    figure('from the operator’s objects to its pod that is Ready', `${Date.now() - began} ms`);
    const service = `/api/v1/namespaces/${SYSTEM}/services/fleetwright-operator:http/proxy`;
    await everyHookRan(() => server.kubectl.output(['get', '--raw', `${service}/metrics`]));
  });

  test('the mover refuses what it does not know', async () => {
    const { code, said } = await ended(podOf('mover', { image: moverImage.name, args: ['nonsense'] }));
    expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining('nonsense') });
  });

  test.each([
    ['valkey', valkeyImage, /^Valkey server v=8\.1\./],
    ['redis', redisImage, /^Redis server v=7\.0\.15 /],
  ] as const)('%s runs by its digest, and keeps its data on a volume', async (name, image, version) => {
    const claim = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name, namespace: SYSTEM },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    await server.kubectl.output(['create', '-f', '-'], { input: listOf([claim]) });
    const container = {
      image: await digestName(image),
      command: ['sh', '-c', `${name}-server --version && id -u && echo kept >/data/file && cat /data/file`],
      volumeMounts: [{ name: 'data', mountPath: '/data' }],
    };
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: name } }];
    const { code, said } = await ended(podOf(name, container, { volumes }));
    expect(said).toMatch(version);
    expect({ code, lines: said.split('\n').slice(1, 3) }).toEqual({ code: 0, lines: ['999', 'kept'] });
  });

  test('a pod reaches S3 over TLS by the authority that the platform names', async () => {
    const script = `require('https').get(process.env.URL, { ca: process.env.CA || undefined }, (answer) => {
      console.log(answer.statusCode);
    }).on('error', (error) => console.log(error.code));`;
    const pod = (name: string, CA: string) =>
      podOf(name, {
        image: moverImage.name,
        command: ['node', '-e', script],
        env: Object.entries({ URL: s3.url, CA }).map(([variable, value]) => ({ name: variable, value })),
      });
    expect((await ended(pod('trusts', s3.caBundle ?? ''))).said.trim()).toBe('403');
    expect((await ended(pod('distrusts', ''))).said.trim()).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
  });

  test('accounts may do what their policies say', async () => {
    const backup = await s3.account('backup', backupPolicy(BUCKET));
    const put = ['--request', 'PUT'];
    expect(await call(backup, BUCKET, ...put)).toBe('403');
    expect(await call(operator, BUCKET, ...put)).toBe('200');
    expect(await call(operator, 'other-bucket', ...put)).toBe('403');
    const file = [...put, '--data', 'content'];
    expect(await call(backup, `${BUCKET}/backups/a`, ...file)).toBe('200');
    expect(await call(backup, `${BUCKET}/proofs/a`, ...file)).toBe('403');
    expect(await call(backup, `${BUCKET}/backups/a`)).toBe('200');
    expect(await call(backup, `${BUCKET}/backups/a`, '--request', 'DELETE')).toBe('403');
    expect(await call(operator, `${BUCKET}/backups/a`, '--request', 'DELETE')).toBe('204');
  });

  test('the operator runs beside a cluster that has no node', async () => {
    const bare = await stack.apiServer('bare');
    const { url } = await startOperatorProcess(stack, bare, { platform: platform(), account: operator });
    await everyHookRan(() => output(stack.network.inside(['curl', '--silent', `${url}/metrics`])));
  });

  test('what AWS has and the S3 server lacks is had over TLS, too, and a policy that wants TLS lets it in', async () => {
    const aws = await Aws.start(stack, S3_REGION, { tls: true });
    const Bucket = 'tls-only';
    const call = (operation: string, parameters: object) =>
      aws.call('s3', operation, { Bucket, ...parameters });
    await call('create_bucket', { CreateBucketConfiguration: { LocationConstraint: S3_REGION } });
    const inTheClear = (value: string) => ({
      ...{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [`arn:aws:s3:::${Bucket}/*`] },
      Condition: { Bool: { 'aws:SecureTransport': value } },
    });
    const policy = (value: string) =>
      JSON.stringify({ Version: '2012-10-17', Statement: [inTheClear(value)] });
    await call('put_bucket_policy', { Policy: policy('false') });
    await call('put_object', { Key: 'a', Body: 'content' });
    await call('put_bucket_policy', { Policy: policy('true') });
    await expect(call('put_object', { Key: 'a', Body: 'content' })).rejects.toThrow('(403)');
  });
});
