import * as fs from 'node:fs';
import { DUMP } from '../../../constructs/redis-backup/scripts';
import { run, until } from '../../stack/command';
import { readTree, temporaryFolder } from '../../support/folder';
import { ChartPod, type User } from './chart-pod';
import type { Answer } from './redis-client';

const folder = temporaryFolder('redis-acl');
const pods: ChartPod[] = [];
afterAll(() => Promise.all(pods.map((pod) => pod.down())));

function newPod(): ChartPod {
  const pod = new ChartPod(fs.mkdtempSync(`${folder}/pod-`));
  pods.push(pod);
  return pod;
}

const PASSWORD: Record<User, string> = { app: 'app-1', backup: 'backup-1', admin: 'admin-1' };

describe('the users of a server', () => {
  let pod: ChartPod;
  const as = async (user: User, ...commands: string[]) => {
    const client = await pod.connect(user, PASSWORD[user]);
    const answers: Answer[] = [];
    for (const command of commands) answers.push(await client.ask(command));
    client.close();
    return answers;
  };
  /** Every command of the server that a user may give, with its subcommands. */
  const allowed = async (user: string) => {
    const ask = (input: string) => run(['/bin/sh', `${pod.env.CONFIG}/ask.sh`], { env: pod.env, input });
    const admin = `AUTH admin ${PASSWORD.admin}\n`;
    const listed = (await ask(`${admin}EVAL "${ARITIES}" 0\n`)).stdout
      .split('\n')
      .filter((it) => it.includes(' '));
    const tried = listed.map((it) => {
      const [name = '', arity = '1'] = it.split(' ');
      const missing = Math.max(0, Math.abs(Number(arity)) - 1 - (name.includes('|') ? 1 : 0));
      return { name, line: `ACL DRYRUN ${user} ${name.replace('|', ' ')}${' 1'.repeat(missing)}` };
    });
    expect(tried.length).toBeGreaterThan(200);
    const answers = (await ask(admin + tried.map(({ line }) => `${line}\n`).join(''))).stdout
      .split('\n')
      .filter(Boolean)
      .slice(1);
    expect(answers).toHaveLength(tried.length);
    return tried.filter((_, i) => answers[i] === 'OK').map(({ name }) => name);
  };

  beforeAll(async () => {
    pod = await newPod().up();
  });

  test('are app, backup and admin; without a name and a password nobody gets in', async () => {
    await expect(pod.connect('default', 'app-1')).rejects.toThrow('WRONGPASS');
    await expect(pod.connect('app', 'admin-1')).rejects.toThrow('WRONGPASS');
    expect(await as('app', 'SET a 1', 'GET a')).toEqual(['OK', '1']);
    expect(await as('admin', 'CONFIG SET maxclients 100', 'ACL WHOAMI')).toEqual(['OK', 'admin']);
  });

  test('are on no disk with their passwords', () => {
    for (const name of ['own', 'run', 'data', 'metrics']) {
      for (const text of Object.values(readTree(pod.path(name)))) {
        expect(text).not.toMatch(/(app|backup|admin)-1/);
      }
    }
    expect(fs.statSync(pod.path('own', 'users.acl')).mode & 0o077).toBe(0);
  });

  test('an app may do what apps do, and nothing that hurts others', async () => {
    const may = [
      'INFO',
      'CLIENT SETNAME web',
      'SORT none',
      'PUBLISH news 1',
      'XADD s * a 1',
      'EVAL "return 1" 0',
    ];
    for (const answer of await as('app', ...may)) expect(String(answer)).not.toMatch(/^-/);
    const mayNot = [
      'FLUSHALL',
      'FLUSHDB',
      'KEYS *',
      'CONFIG GET *',
      'SHUTDOWN',
      'REPLICAOF no one',
      'BGSAVE',
    ];
    mayNot.push('ACL LIST', 'SAVE', 'SYNC', 'MONITOR', 'CLIENT KILL 1.1.1.1:1', 'MODULE LIST', 'SWAPDB 0 1');
    for (const answer of await as('app', ...mayNot)) expect(answer).toMatch(/^-NOPERM/);
  });

  test('the backup user takes a dump and does nothing else', async () => {
    const work = pod.path('work');
    fs.mkdirSync(work);
    const env = {
      ...pod.env,
      WORK: work,
      REDIS_HOST: pod.host,
      REDIS_CA: '',
      REDIS_USER_DIR: pod.path('users/backup'),
    };
    expect(await run(['/bin/sh', '-c', DUMP], { env })).toMatchObject({ code: 0 });
    expect(fs.readFileSync(`${work}/dump.rdb`).subarray(0, 5).toString()).toBe('REDIS');
    // What asks for no login is for everyone.
    expect((await allowed('backup')).sort()).toEqual(['auth', 'hello', 'quit', 'replconf', 'reset', 'sync']);
    expect(await as('backup', 'GET a', 'PING', 'PSYNC ? -1')).toEqual(
      Array(3).fill(expect.stringMatching(/^-NOPERM/)),
    );
  });

  test('what the pod itself may do is little', async () => {
    const may = await allowed('fleetwright-pod');
    expect(may.filter((name) => !['auth', 'hello', 'quit', 'reset'].includes(name)).sort()).toEqual([
      'acl|deluser',
      'acl|setuser',
      'config|set',
      'ping',
    ]);
    const exporter = await allowed('fleetwright-metrics');
    expect(exporter).toContain('info');
    expect(exporter.filter((name) => /^(get|set|keys|scan|config|acl|eval)/.test(name))).toEqual([]);
  });
});

/** Names and arities of all commands; `COMMAND` has the subcommands in its tenth place. */
const ARITIES =
  "local out = {} for _, c in ipairs(redis.call('COMMAND')) do local subs = c[10] or {} if #subs == 0 then out[#out + 1] = c[1] .. ' ' .. c[2] end for _, s in ipairs(subs) do out[#out + 1] = s[1] .. ' ' .. s[2] end end return out";

describe('a Secret that changes', () => {
  let pod: ChartPod;
  beforeEach(async () => {
    pod = await newPod().up();
  });
  afterEach(() => pod.down());

  test('a password is rotated while clients stay connected, and the server is not restarted', async () => {
    const { pid } = pod;
    const client = await pod.connect('app', 'app-1');
    const listener = await pod.connect('app', 'app-1');
    expect(await listener.ask('SUBSCRIBE news')).toEqual(['subscribe', 'news', '1']);
    const blocked = await pod.connect('app', 'app-1');
    const popped = blocked.ask('BLPOP queue 0');

    pod.secret('app', { username: 'app', password: 'app-1', 'next-password': 'app-2' });
    await until('the next password is taken', 30, () => pod.takes('app', 'app-2'));
    expect(await pod.takes('app', 'app-1')).toBe(true);

    pod.secret('app', { username: 'app', password: 'app-2', 'previous-password': 'app-1' });
    pod.secret('admin', { username: 'admin', password: 'admin-2' });
    await until('the other Secret is taken', 30, () => pod.takes('admin', 'admin-2'));
    expect(await Promise.all(['app-1', 'app-2'].map((one) => pod.takes('app', one)))).toEqual([true, true]);
    expect(await pod.takes('admin', 'admin-1')).toBe(false);

    pod.secret('app', { username: 'app', password: 'app-2' });
    await until('the old password is refused', 30, async () => !(await pod.takes('app', 'app-1')));
    expect(await pod.takes('app', 'app-2')).toBe(true);
    expect(await client.ask('RPUSH queue one')).toBe('1');
    expect(await popped).toEqual(['queue', 'one']);
    expect([client.isClosed, listener.isClosed, blocked.isClosed]).toEqual([false, false, false]);
    expect(pod.pid).toBe(pid);
    for (const one of [client, listener, blocked]) one.close();
  });

  test('a user with a new name replaces the old one', async () => {
    const client = await pod.connect('app', 'app-1');
    pod.secret('app', { username: 'shop', password: 'app-1' });
    await until('the new name is taken', 30, () => pod.takes('shop', 'app-1'));
    expect(await pod.takes('app', 'app-1')).toBe(false);
    await until('who has the old name is gone', 30, async () => client.isClosed);
  });

  test('a fence keeps the app from writing, also in what it has begun, and after a restart', async () => {
    const client = await pod.connect('app', 'app-1');
    expect([await client.ask('SET a 1'), await client.ask('PFADD h 1')]).toEqual(['OK', '1']);
    expect([await client.ask('MULTI'), await client.ask('SET a 2')]).toEqual(['OK', 'QUEUED']);
    pod.secret('admin', { username: 'admin', password: 'admin-1', fence: 'restore-7' });
    await until('writes are refused', 30, async () => {
      const other = await pod.connect('app', 'app-1');
      const answer = await other.ask('SET b 1');
      other.close();
      return String(answer).startsWith('-NOPERM');
    });
    expect(String(await client.ask('EXEC'))).toMatch(/^-NOPERM/);
    const mayNot = [
      "EVAL \"return redis.call('SET', 'a', 3)\" 0",
      'SORT a STORE b',
      'PFCOUNT h',
      'GETDEL a',
      'EXPIRE a 1',
    ];
    for (const one of mayNot)
      expect(await client.ask(one)).toMatch(/NOPERM|ACL failure|can't run this command/);
    expect(await client.ask('GET a')).toBe('1');

    await pod.end('redis');
    await pod.startServer();
    const again = await pod.connect('app', 'app-1');
    expect(await again.ask('SET a 2')).toMatch(/^-NOPERM/);
    pod.secret('admin', { username: 'admin', password: 'admin-1' });
    await until('writes are taken again', 30, async () => (await again.ask('SET a 2')) === 'OK');
    again.close();
  });

  test('what is no password is refused with its name, and the users stay as they were', async () => {
    pod.secret('app', { username: 'app', password: 'one\ntwo' });
    await until('the reason is said', 30, async () => /shop-redis-app/.test(pod.logs.watch ?? ''));
    expect(pod.logs.watch?.split('\n').filter((line) => line.includes('shop-redis-app'))).toEqual([
      'Secret shop-redis-app, key password: has a line break or another control character; write one line without an end (printf, not echo)',
    ]);
    expect(await pod.takes('app', 'app-1')).toBe(true);
    pod.secret('app', { username: 'app', password: 'app-3' });
    await until('the mended one is taken', 30, () => pod.takes('app', 'app-3'));
  });
});

describe('before the server starts', () => {
  test('the Secret of the app may be missing, until a restore has put its data in', async () => {
    const pod = newPod();
    pod.secret('app', {});
    await pod.up();
    expect(pod.logs.watch).not.toContain('refused');
    expect(await pod.takes('app', 'app-1')).toBe(false);
    pod.secret('app', { username: 'app', password: 'app-1' });
    await until('the user is there', 30, () => pod.takes('app', 'app-1'));
    await pod.down();
  });

  test.each<[string, User, Record<string, string>, string]>([
    ['no password', 'admin', { username: 'admin' }, 'shop-redis-admin, key password: is missing'],
    ['no name', 'app', { password: 'x' }, 'shop-redis-app, key username: is missing'],
    [
      'an empty password',
      'backup',
      { username: 'b', password: '' },
      'shop-redis-backup-user, key password: is empty',
    ],
    [
      'an empty next password',
      'app',
      { username: 'a', password: 'x', 'next-password': '' },
      'key next-password: is empty',
    ],
    [
      'a password with a line end',
      'app',
      { username: 'app', password: 'secret\n' },
      'key password: has a line break',
    ],
    [
      'a password of two lines',
      'app',
      { username: 'app', password: 'a\nb' },
      'key password: has a line break',
    ],
    ['a name with a blank', 'app', { username: 'a b', password: 'x' }, 'key username: has other characters'],
    [
      'a name that brings a rule',
      'app',
      { username: 'a on nopass', password: 'x' },
      'key username: has other characters',
    ],
    [
      'the name of the user without one',
      'app',
      { username: 'default', password: 'x' },
      'is the name of another user',
    ],
    [
      'the name of another',
      'app',
      { username: 'admin', password: 'x' },
      'is the name of another user: admin',
    ],
  ])('%s is refused', async (_, user, data, message) => {
    const pod = newPod();
    pod.secret(user, data);
    const { code, stderr } = await pod.init();
    expect([code, stderr.trim().split('\n').length]).toEqual([1, 1]);
    expect(stderr).toContain(message);
    expect(fs.existsSync(pod.path('own', 'users.acl'))).toBe(false);
  });

  test('every character that a password may have is taken as it is', async () => {
    const pod = newPod();
    const password = '#"\'\\$`*?%~&;ä€';
    pod.secret('app', { username: 'app', password });
    await pod.up();
    const client = await pod.connect('app', JSON.stringify(password));
    expect(await client.ask('PING')).toBe('PONG');
    client.close();
    await pod.down();
  });
});
