import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { identify, isAlive, type ProcessIdentity } from './identity';
import { endStacks, RunFolder, removeLeftovers } from './run-folder';
import { scratchFolder } from './scratch';

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

  function sleeper(options: SpawnOptions = {}): ProcessIdentity {
    const child = spawn('sleep', ['60'], options);
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

  test('is ended, too, if it was not recorded yet', async () => {
    const run = orphan();
    const server = sleeper({ env: { PATH: process.env.PATH, ...run.mark } });
    const visitor = sleeper({ cwd: run.folder });
    expect(await removeLeftovers()).toBe(1);
    expect([server, visitor].map(isAlive)).toEqual([false, true]);
  });

  test('does not keep others back if it cannot be removed', async () => {
    const [bad, good] = [orphan(), orphan()];
    bad.record('server', sleeper());
    const kill = jest.spyOn(process, 'kill').mockImplementation(() => {
      throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
    });
    const said = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const removed = await removeLeftovers();
    const lines = said.mock.calls.map(([line]) => String(line));
    kill.mockRestore();
    said.mockRestore();
    expect(removed).toBe(1);
    expect([bad, good].map(({ folder }) => existsSync(folder))).toEqual([true, false]);
    expect(lines).toEqual([`stack: cannot remove what a killed run left in ${bad.folder}: kill EPERM\n`]);
  });

  test('may be the draft of a run', () => {
    const runs = path.join(process.env.FLEETWRIGHT_CACHE ?? '', 'runs');
    const drafts = [path.join(runs, `new.${process.pid}-1-abcdef`), scratchFolder(path.join(runs, 'new'))];
    mkdirSync(drafts[0] ?? '');
    RunFolder.create();
    expect(drafts.map((draft) => existsSync(draft))).toEqual([false, true]);
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
