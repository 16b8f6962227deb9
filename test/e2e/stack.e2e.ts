import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { output, TYPESCRIPT, until } from '../stack/command';
import { identify, isAlive, type ProcessIdentity } from '../stack/identity';
import { ControlGroup } from '../stack/node/cgroup';
import { RunFolder, removeLeftovers } from '../stack/run-folder';
import { S3_ACCOUNT, S3_REGION } from '../stack/s3';
import { ROOT } from '../support/folder';
import { describeStack } from './describe-stack';
import { figure } from './figures';

describeStack('npm run stack', () => {
  let stack: ChildProcess;
  let printed = '';
  const said = (pattern: RegExp): string => {
    const found = pattern.exec(printed);
    if (!found) throw new Error(`no ${pattern} in what it printed:\n${printed}`);
    return found[1] ?? '';
  };
  /** What is printed for a person to run. */
  const typed = (command: string) => output(['sh', '-c', command]);
  const kubectl = (cluster: string, ...args: string[]) => {
    const line = said(new RegExp(`^  (KUBECONFIG=\\S+/${cluster}/\\S+ .+) get kustomizations .*$`, 'm'));
    return typed(`${line} ${args.join(' ')}`);
  };

  beforeAll(async () => {
    const [file = '', ...args] = [...TYPESCRIPT, path.join(ROOT, 'test/stack/main.ts')];
    stack = spawn(file, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
    stack.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk;
    });
    await until('the stack is up', 300, async () => {
      if (stack.exitCode !== null) throw new Error(`the stack ended: ${printed}`);
      return printed.includes('Ctrl-C ends it');
    });
    figure('the stack of npm run stack is up', said(/Up in (.*)\. /));
  });
  afterAll(async () => {
    stack?.kill('SIGKILL');
    await removeLeftovers();
  });

  test.each(['management', 'prod-eu', 'prod-us'])('%s reads the fleet', async (cluster) => {
    const wait = ['wait', '--for=condition=Ready', 'kustomization/fleet', '--namespace=flux-system'];
    await kubectl(cluster, ...wait, '--timeout=120s');
  });

  test('a pod runs, and may be looked into', async () => {
    const inPod = ['--namespace=flux-system', 'deployment/kustomize-controller'];
    expect(
      await kubectl('prod-eu', 'exec', ...inPod, '--', '/kustomize-controller', '--help', '2>&1'),
    ).toContain('--no-remote-bases');
    expect(await kubectl('prod-eu', 'logs', ...inPod)).toContain('Starting workers');
  });

  test('the S3 server keeps objects for who has its keys', async () => {
    const url = said(/^S3 server: (\S+),/m);
    const inside = said(/^a shell where all of these are: (.*) bash$/m).split(' ');
    const curl = (...args: string[]) => output([...inside, 'curl', '--silent', '--show-error', ...args]);
    const signed = [
      `--aws-sigv4`,
      `aws:amz:${S3_REGION}:s3`,
      '--header',
      'x-amz-content-sha256: UNSIGNED-PAYLOAD',
    ];
    const account = ['--user', `${S3_ACCOUNT.accessKey}:${S3_ACCOUNT.secretKey}`];
    const put = [...signed, ...account, '--fail', '--request', 'PUT'];
    await curl(...put, `${url}/backups`);
    await curl(...put, '--data', 'kept', `${url}/backups/one`);
    expect(await curl(...signed, ...account, `${url}/backups/one`)).toBe('kept');
    expect(await curl(`${url}/backups/one`)).toContain('AccessDenied');
    expect(await curl(...signed, '--user', 'fleetwright:wrong', `${url}/backups/one`)).toContain(
      'SignatureDoesNotMatch',
    );
  });

  test('leaves nothing behind when it was killed, not even pods', async () => {
    const folder = said(/work tree (\S+)\/fleet$/m);
    const found = RunFolder.all().find((one) => one.folder === folder);
    if (!found) throw new Error(`${folder} is no run`);
    const group = new ControlGroup(found.name);
    const processes = group
      .processes()
      .map(identify)
      .filter((one): one is ProcessIdentity => one !== undefined);
    expect(processes.length).toBeGreaterThan(6);
    stack.kill('SIGKILL');
    await until('the stack is killed', 20, async () => stack.signalCode !== null);
    expect(processes.every(isAlive)).toBe(true);
    await removeLeftovers();
    // Another run may have begun to do so.
    await until('what it left behind is gone', 60, async () => !existsSync(folder));
    expect(processes.filter(isAlive)).toEqual([]);
    expect(group.processes()).toEqual([]);
    expect([folder, `/var/run/netns/${found.name}`].filter(existsSync)).toEqual([]);
    expect(readFileSync('/proc/self/mounts', 'utf8')).not.toContain(folder);
  });
});
