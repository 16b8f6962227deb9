import { execFileSync, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CHECK, DUMP, LOAD } from '../../constructs/redis-backup/scripts';

test.each(Object.entries({ DUMP, CHECK, LOAD }))('%s has nothing that Flux would replace', (_, script) => {
  expect(script).not.toContain('${');
});

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;
/** A developer's machine without the server tests the text only; CI must not pass by skipping. */
const withRedis = hasRedis ? describe : describe.skip;

if (process.env.CI) {
  test('CI has a server to try the scripts on', () => {
    expect(hasRedis ? 'there' : 'apt-get install redis-server: these tests are skipped without it').toBe(
      'there',
    );
  });
}

jest.setTimeout(30_000);

withRedis('with a real server', () => {
  const PORT = 6379;
  let server: ReturnType<typeof spawn>;
  let folder: string;
  const cli = (...args: string[]) =>
    execFileSync('redis-cli', ['-h', '127.0.77.1', '-p', String(PORT), ...args], { encoding: 'utf8' }).trim();

  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'redis-scripts-'));
    const flags = ['--bind', '127.0.77.1', '--port', String(PORT), '--dir', folder, '--save', ''];
    flags.push('--repl-diskless-sync-delay', '0');
    server = spawn('redis-server', flags, { stdio: 'ignore' });
    for (let i = 0; i < 50 && spawnSync('redis-cli', ['-h', '127.0.77.1', 'ping']).status !== 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    cli('acl', 'setuser', 'backup', 'on', '>secret', 'resetkeys', '-@all', '+sync', '+replconf');
    fs.mkdirSync(path.join(folder, 'user'));
    fs.writeFileSync(path.join(folder, 'user', 'username'), 'backup');
    fs.writeFileSync(path.join(folder, 'user', 'password'), 'secret\n');
    cli('mset', ...Array.from({ length: 200 }, (_, i) => `key:${i}`));
    cli('-n', '3', 'xadd', 'stream', '*', 'field', 'value');
  });

  afterAll(async () => {
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill();
    await gone;
    fs.rmSync(folder, { recursive: true });
  });

  const work = () => fs.mkdtempSync(path.join(folder, 'work-'));
  const run = (script: string, WORK: string) => {
    const env = {
      ...process.env,
      ...{ WORK, REDIS_HOST: '127.0.77.1', REDIS_USER_DIR: path.join(folder, 'user'), REDIS_CA: '' },
    };
    const { status, stderr } = spawnSync('/bin/sh', ['-c', script], {
      env,
      encoding: 'utf8',
      timeout: 20_000,
    });
    return { status, stderr };
  };
  const dump = () => {
    const place = work();
    expect(run(DUMP, place)).toMatchObject({ status: 0 });
    return place;
  };

  test('dump, check and load, also of what has expired meanwhile', async () => {
    cli('set', 'short', 'lived', 'px', '1500');
    const place = dump();
    expect(fs.statSync(path.join(place, 'dump.rdb')).mode & 0o077).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    expect(run(CHECK, place)).toEqual({ status: 0, stderr: '' });
    expect(run(LOAD, place)).toEqual({ status: 0, stderr: '' });
    const facts = fs.readFileSync(path.join(place, 'facts'), 'utf8');
    expect(facts).toMatch(
      /^started=\S{20}\nfinished=\S{20}\nsha256=[0-9a-f]{64}\nkeys=102\ndigest=[0-9a-f]{40}\nflavour=redis\nversion=[\d.]+\n$/,
    );
    expect(fs.readdirSync(place).sort()).toEqual(['check.log', 'dump.rdb', 'facts', 'load.log']);
  });

  test.each<[string, (bytes: Buffer) => Buffer, RegExp]>([
    ['cut off', (bytes) => bytes.subarray(0, bytes.length - 20), /./],
    ['changed', (bytes) => Buffer.from(bytes.map((byte, i) => (i === 150 ? byte ^ 1 : byte))), /./],
    ['followed by something', (bytes) => Buffer.concat([bytes, Buffer.alloc(40, 'x')]), /does not end in/],
    [
      'without a checksum',
      (bytes) => Buffer.concat([bytes.subarray(0, bytes.length - 8), Buffer.alloc(8)]),
      /checksum disabled/,
    ],
  ])('a dump that is %s does not pass', (_, change, message) => {
    const file = path.join(dump(), 'dump.rdb');
    fs.writeFileSync(file, change(fs.readFileSync(file)));
    const { status, stderr } = run(CHECK, path.dirname(file));
    expect(status).not.toBe(0);
    expect(stderr).toMatch(message);
  });

  test('a wrong password leaves no dump that passes', () => {
    fs.writeFileSync(path.join(folder, 'user', 'password'), 'wrong');
    const place = work();
    run(DUMP, place);
    expect(run(CHECK, place).status).not.toBe(0);
    fs.writeFileSync(path.join(folder, 'user', 'password'), 'secret');
  });

  test('a file that a server refuses does not load', () => {
    const place = work();
    fs.writeFileSync(path.join(place, 'dump.rdb'), 'REDIS0099nothing');
    expect(run(LOAD, place).status).toBe(1);
  });
});
