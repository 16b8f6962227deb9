import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { REDIS_CHART_VERSION } from '../../../constructs/redis-backup/shared-chart';
import { type CommandResult, TYPESCRIPT, until } from '../../stack/command';
import { ACCOUNT, Registry } from '../../stack/registry';
import { Stack } from '../../stack/stack';
import { temporaryFolder } from '../../support/folder';
import { describeStack } from '../describe-stack';
import { RegistryFleet } from './registry-fleet';

const scratch = temporaryFolder('push');

describeStack('fleetwright push', () => {
  let stack: Stack;
  let fleet: RegistryFleet;
  let open: Registry;
  let closed: Registry;

  const push = (registry: Registry, env?: NodeJS.ProcessEnv, ...more: string[]) =>
    fleet.push(stack, registry, env, ...more);
  const digests = (registry: Registry) => fleet.digests(registry);
  /** Lines of what was said, by their first word. */
  const said = ({ stdout }: CommandResult, word: string) =>
    stdout.split('\n').filter((line) => line.startsWith(`${word} `));

  beforeAll(async () => {
    fleet = new RegistryFleet(scratch);
    stack = await Stack.start();
    open = await Registry.start(stack, 'open-registry');
    closed = await Registry.start(stack, 'closed-registry', { login: true });
  });
  afterAll(async () => stack?.stop());

  test('only says what it would do, when asked for that', async () => {
    const tried = await push(open, {}, '--dry-run');
    expect(tried).toMatchObject({ code: 0 });
    expect(said(tried, 'missing')).toHaveLength(fleet.clusters.length + 1);
    expect(Object.values(digests(open)).filter(Boolean)).toEqual([]);
  });

  test('pushes every cluster and chart, and nothing the second time', async () => {
    const first = await push(open);
    expect(first).toMatchObject({ code: 0 });
    const made = digests(open);
    expect(said(first, 'pushed')).toHaveLength(fleet.clusters.length + 1);
    for (const [name, digest] of Object.entries(made)) {
      expect(first.stdout).toContain(`/fleet/${name}@${digest} `);
    }
    expect(open.tagged('fleet/charts/redis', REDIS_CHART_VERSION)).toMatch(/^sha256:/);
    const second = await push(open);
    expect(second).toMatchObject({ code: 0, stdout: expect.stringMatching(/artifacts, 0 pushed\n$/) });
    expect(said(second, 'unchanged')).toHaveLength(fleet.clusters.length + 1);
    expect(digests(open)).toEqual(made);
  });

  test('pushes only the cluster that changed', async () => {
    const before = digests(open);
    fleet.change('edge-local');
    const { stdout } = await push(open);
    const after = digests(open);
    expect(after['edge-local']).not.toBe(before['edge-local']);
    expect({ ...after, 'edge-local': '' }).toEqual({ ...before, 'edge-local': '' });
    expect(stdout).toContain(`pushed    ${open.loopback}/fleet/edge-local@${after['edge-local']} `);
    expect(stdout).toContain(`, was ${before['edge-local']}\n`);
  });

  test('never changes a version of a chart', async () => {
    const file = path.join(fleet.charts, 'redis', 'files', 'more.sh');
    fs.writeFileSync(file, '# another\n');
    const { code, stderr } = await push(open);
    fs.rmSync(file);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${open.loopback}/fleet/charts/redis:${REDIS_CHART_VERSION} [chart-version-taken]`,
    );
  });

  test.each([
    ['while it uploads', '^PUT .*/blobs/uploads/'],
    ['before the tag moves', '^PUT .*/manifests/'],
  ])('killed %s leaves the old tag, and the next push goes on', async (name, pattern) => {
    const before = digests(open);
    fleet.change('prod-eu');
    const stalled = path.join(scratch, `stalled-${name.replaceAll(' ', '-')}`);
    const port = await stack.network.port();
    await stack.processes.start({
      name: `proxy-${port}`,
      command: [
        ...TYPESCRIPT,
        path.join(__dirname, 'stalling-proxy.ts'),
        ...[stack.network.namespace ? '0.0.0.0' : stack.network.host, `${port}`, `${open.port}`],
        ...[pattern, stalled],
      ],
      port,
    });
    const [file = '', ...args] = stack.network.inside(fleet.command(`127.0.0.1:${port}`));
    const pushing = spawn(file, args, { cwd: scratch, stdio: 'ignore' });
    const ended = new Promise((resolve) => pushing.once('exit', (_, signal) => resolve(signal)));
    await until('the push is stalled', 60, async () => fs.existsSync(stalled));
    pushing.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(digests(open)).toEqual(before);
    expect(await push(open)).toMatchObject({ code: 0 });
    expect(digests(open)['prod-eu']).not.toBe(before['prod-eu']);
  });

  describe('to a registry with a login', () => {
    /** A folder of Docker's configuration. */
    function dockerConfig(name: string, config: object): NodeJS.ProcessEnv {
      const folder = path.join(scratch, name);
      fs.mkdirSync(folder, { recursive: true });
      fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
      return { DOCKER_CONFIG: folder };
    }
    const login = (password: string) =>
      dockerConfig(`login-${password.length}`, {
        auths: {
          [closed.loopback]: { auth: Buffer.from(`${ACCOUNT.username}:${password}`).toString('base64') },
        },
      });

    test('is refused without a login and with a wrong one, which it does not repeat', async () => {
      for (const env of [{}, login('secret-and-wrong')]) {
        const { code, stdout, stderr } = await push(closed, env);
        expect(code).toBe(1);
        expect(stderr).toContain(
          '[registry-login]\n  was answered with 401 (UNAUTHORIZED, authentication required)',
        );
        expect(stderr).toContain(
          `remedy: log in with an account that may do this: docker login ${closed.loopback}`,
        );
        expect(stdout + stderr).not.toMatch(/secret-and-wrong|c2VjcmV0/);
      }
      expect(Object.values(digests(closed)).filter(Boolean)).toEqual([]);
    });

    test('works with the right one', async () => {
      expect(await push(closed, login(ACCOUNT.password))).toMatchObject({ code: 0 });
      expect(Object.values(digests(closed)).filter((digest) => !digest)).toEqual([]);
    });

    test('works with a credential helper', async () => {
      const bin = path.join(scratch, 'bin');
      fs.mkdirSync(bin);
      const answer = JSON.stringify({ ServerURL: '', Username: ACCOUNT.username, Secret: ACCOUNT.password });
      const script = `#!/bin/sh\n[ "$1" = get ] && [ "$(cat)" = ${closed.loopback} ] && echo '${answer}'\n`;
      fs.writeFileSync(path.join(bin, 'docker-credential-sample'), script, { mode: 0o755 });
      const env = dockerConfig('helper', { credHelpers: { [closed.loopback]: 'sample' } });
      const pushed = await push(closed, { ...env, PATH: `${bin}:${process.env.PATH}` });
      expect(pushed).toMatchObject({ code: 0, stdout: expect.stringMatching(/artifacts, 0 pushed\n$/) });
    });
  });
});
