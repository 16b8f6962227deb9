import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './identity';
import { endStacks, RunFolder, removeLeftovers } from './run-folder';

// Processes are told apart by /proc.
const describeLinux = process.platform === 'linux' ? describe : describe.skip;

describeLinux('what a killed run left behind', () => {
  const before = process.env.FLEETWRIGHT_CACHE;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    process.env.FLEETWRIGHT_CACHE = mkdtempSync(path.join(tmpdir(), 'fleetwright-runs-'));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(process.env.FLEETWRIGHT_CACHE ?? '', { recursive: true, force: true });
    if (before === undefined) delete process.env.FLEETWRIGHT_CACHE;
    else process.env.FLEETWRIGHT_CACHE = before;
  });

  function sleeper(): ProcessIdentity {
    const child = spawn('sleep', ['60']);
    children.push(child);
    const identity = identify(child.pid ?? 0);
    if (!identity) throw new Error('sleep did not start');
    return identity;
  }

  /** A run whose owner is another process than the one that has its id now. */
  function orphan(): RunFolder {
    const run = RunFolder.create();
    writeFileSync(run.path('owner.json'), JSON.stringify({ pid: process.pid, started: '1' }));
    return run;
  }

  test('goes, its processes too', async () => {
    const run = orphan();
    const server = sleeper();
    run.record('server', server);
    expect(await removeLeftovers()).toBe(1);
    expect(isAlive(server)).toBe(false);
    expect(existsSync(run.folder)).toBe(false);
  });

  test('is no reason to end a process that was given the same id', async () => {
    const stranger = sleeper();
    orphan().record('server', { ...stranger, started: '1' });
    expect(await removeLeftovers()).toBe(1);
    expect(isAlive(stranger)).toBe(true);
  });

  test('may be half a run', async () => {
    rmSync(orphan().path('processes'), { recursive: true });
    expect(await removeLeftovers()).toBe(1);
  });

  test('is not what a running owner has', async () => {
    const run = RunFolder.create();
    const server = sleeper();
    run.record('server', server);
    expect(await removeLeftovers()).toBe(0);
    expect(isAlive(server)).toBe(true);
    await run.remove();
    expect(isAlive(server)).toBe(false);
  });

  test('a person ends what was left running for one, and no test', async () => {
    const owned = (stays: boolean): [RunFolder, ProcessIdentity] => {
      const run = RunFolder.create();
      const owner = sleeper();
      writeFileSync(run.path('owner.json'), JSON.stringify(owner));
      if (stays) run.stay();
      return [run, owner];
    };
    const [stack, person] = owned(true);
    const [test, runner] = owned(false);
    expect(await endStacks()).toBe(1);
    expect([person, runner].map(isAlive)).toEqual([false, true]);
    expect([stack, test].map(({ folder }) => existsSync(folder))).toEqual([false, true]);
    await test.remove();
  });
});
