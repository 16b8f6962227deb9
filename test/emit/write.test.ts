import { execFileSync, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { FleetError } from '../../constructs';
import { recoverTree } from '../../constructs/emit/swap';
import { writeTree } from '../../constructs/emit/write';
import { emptyFleet } from '../support/fleet';

const WRITER = path.join(__dirname, 'testdata', 'write-tree.ts');

let scratch: string;
let dist: string;

beforeEach(() => {
  scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'fleetwright-write-'));
  dist = path.join(scratch, 'dist');
});

afterEach(() => fs.rmSync(scratch, { recursive: true, force: true }));

function tree(entries: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(entries));
}

/** Every file below a folder but the marker. */
function read(folder: string): Record<string, string> {
  const names = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile());
  return Object.fromEntries(
    names
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
      .filter((name) => name !== 'README.md')
      .sort()
      .map((name) => [name, fs.readFileSync(path.join(folder, name), 'utf8')]),
  );
}

describe('writeTree', () => {
  it('makes the folder hold exactly the files, and says what changed', () => {
    expect(writeTree(dist, tree({ 'a/x.yaml': '1', 'a/b/y.yaml': '2' })).added).toEqual([
      'README.md',
      'a/b/y.yaml',
      'a/x.yaml',
    ]);
    const changes = writeTree(dist, tree({ 'a/x.yaml': 'new', 'c/z.yaml': '3' }));
    expect(changes).toEqual({ added: ['c/z.yaml'], changed: ['a/x.yaml'], removed: ['a/b/y.yaml'] });
    expect(read(dist)).toEqual({ 'a/x.yaml': 'new', 'c/z.yaml': '3' });
    expect(fs.readdirSync(scratch)).toEqual(['dist']);
  });

  it('touches nothing when nothing changed', () => {
    writeTree(dist, tree({ 'a.yaml': '1' }));
    const before = fs.statSync(dist).ino;
    expect(writeTree(dist, tree({ 'a.yaml': '1' }))).toEqual({ added: [], changed: [], removed: [] });
    expect(fs.statSync(dist).ino).toBe(before);
  });

  it('asks before it writes, with what would change and what was there', () => {
    writeTree(dist, tree({ 'a.yaml': '1', 'b.yaml': '2' }));
    const seen: unknown[] = [];
    const refuse = () => {
      throw new Error('no');
    };
    expect(() =>
      writeTree(dist, tree({ 'a.yaml': 'new', 'c.yaml': '3' }), (changes, old) => {
        seen.push(changes, old('a.yaml'), old('b.yaml'), old('c.yaml'));
        refuse();
      }),
    ).toThrow('no');
    expect(seen).toEqual([
      { added: ['c.yaml'], changed: ['a.yaml'], removed: ['b.yaml'] },
      '1',
      '2',
      undefined,
    ]);
    expect(read(dist)).toEqual({ 'a.yaml': '1', 'b.yaml': '2' });
    expect(fs.readdirSync(scratch)).toEqual(['dist']);
    expect(writeTree(dist, tree({ 'a.yaml': '1', 'b.yaml': '2' }), refuse).changed).toEqual([]);
  });

  it('writes through a symbolic link', () => {
    const real = path.join(scratch, 'elsewhere');
    writeTree(real, tree({ 'a.yaml': '1' }));
    fs.symlinkSync(real, dist);
    writeTree(dist, tree({ 'a.yaml': '2' }));
    expect(fs.lstatSync(dist).isSymbolicLink()).toBe(true);
    expect(read(real)).toEqual({ 'a.yaml': '2' });
  });

  it.each([['a file of someone'], ['README.md']])('refuses to replace a folder that holds %s', (name) => {
    fs.mkdirSync(dist);
    fs.writeFileSync(path.join(dist, name), 'precious');
    expect(() => writeTree(dist, tree({ 'a.yaml': '1' }))).toThrow(FleetError);
    expect(() => writeTree(dist, tree({ 'a.yaml': '1' }))).toThrow(
      /holds files that Fleetwright did not write/,
    );
    expect(fs.readFileSync(path.join(dist, name), 'utf8')).toBe('precious');
  });

  it('refuses a folder that somebody keeps a repository in', () => {
    writeTree(dist, tree({ 'a.yaml': '1' }));
    fs.mkdirSync(path.join(dist, '.git'));
    expect(() => writeTree(dist, tree({ 'a.yaml': '2' }))).toThrow(/did not write \(\.git\)/);
    expect(fs.existsSync(path.join(dist, '.git'))).toBe(true);
  });

  it('replaces what is no file, and reads none of it: a pipe would never end', () => {
    const files = tree({ 'a.yaml': '1', 'b/c.yaml': '2', 'd.yaml': '3', 'e.yaml': '4' });
    writeTree(dist, files);
    const at = (name: string) => path.join(dist, name);
    for (const name of ['a.yaml', 'd.yaml', 'e.yaml']) fs.rmSync(at(name));
    fs.renameSync(at('b'), path.join(scratch, 'elsewhere'));
    execFileSync('mkfifo', [at('a.yaml'), at('left')]);
    fs.symlinkSync(path.join(scratch, 'elsewhere'), at('b'));
    fs.symlinkSync('nowhere', at('d.yaml'));
    fs.mkdirSync(at('e.yaml'));
    const old: unknown[] = [];
    const changes = writeTree(dist, files, (_, before) => {
      old.push(...['a.yaml', 'd.yaml', 'e.yaml'].map(before));
    });
    expect(changes).toEqual({
      added: ['b/c.yaml', 'e.yaml'],
      changed: ['a.yaml', 'd.yaml'],
      removed: ['b', 'left'],
    });
    expect(old).toEqual([undefined, undefined, undefined]);
    expect(read(dist)).toEqual({ 'a.yaml': '1', 'b/c.yaml': '2', 'd.yaml': '3', 'e.yaml': '4' });
    expect(fs.readFileSync(path.join(scratch, 'elsewhere/c.yaml'), 'utf8')).toBe('2');
  });

  it.each<[string, (marker: string) => void]>([
    ['a folder', (marker) => fs.mkdirSync(marker)],
    ['a pipe', (marker) => void execFileSync('mkfifo', [marker])],
  ])('takes no folder for its own by %s of the name of its marker', (_, put) => {
    fs.mkdirSync(dist);
    put(path.join(dist, 'README.md'));
    expect(() => writeTree(dist, tree({ 'a.yaml': '1' }))).toThrow(/did not write/);
  });

  it('writes where a symbolic link leads, though nothing is there yet', () => {
    fs.symlinkSync('real', dist);
    writeTree(dist, tree({ 'a.yaml': '1' }));
    expect(read(path.join(scratch, 'real'))).toEqual({ 'a.yaml': '1' });
  });

  it('says as a problem that the file system refuses', () => {
    fs.writeFileSync(dist, 'a file');
    const fleet = emptyFleet(dist);
    expect(() => fleet.synth()).toThrow(
      /dist \[outdir-unwritable\]\n {2}outdir is .*: cannot be written: ENOTDIR/,
    );
    expect(fs.readFileSync(dist, 'utf8')).toBe('a file');
  });

  it('leaves the old files when a new one cannot be written', () => {
    writeTree(dist, tree({ 'a.yaml': 'old' }));
    const impossible = tree({
      'a.yaml': 'new',
      [`${'x'.repeat(300)}.yaml`]: 'name too long for a file system',
    });
    expect(() => writeTree(dist, impossible)).toThrow(/ENAMETOOLONG/);
    expect(read(dist)).toEqual({ 'a.yaml': 'old' });
    expect(fs.readdirSync(scratch)).toEqual(['dist']);
  });
});

describe('recoverTree', () => {
  const dead = 2 ** 22 + 1;
  const folder = (role: string, files: Record<string, string>) => {
    const at = path.join(scratch, `.dist.${role}.${dead}`);
    fs.mkdirSync(at);
    for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(at, name), text);
    return at;
  };
  const marker = { 'README.md': '<!-- generated by fleetwright -->\n' };

  it('puts the old folder back when none is in place', () => {
    folder('old', { ...marker, 'a.yaml': '1' });
    recoverTree(dist);
    expect(read(dist)).toEqual({ 'a.yaml': '1' });
  });

  it('never takes a folder that is being deleted for the old one', () => {
    folder('gone', { ...marker, 'a.yaml': 'half of it' });
    recoverTree(dist);
    expect(fs.readdirSync(scratch)).toEqual([]);
  });

  it.each<Record<string, string>>([{}, { 'README.md': '' }])(
    'deletes what a run had hardly begun: %j',
    (files) => {
      folder('new', files);
      recoverTree(dist);
      expect(fs.readdirSync(scratch)).toEqual([]);
    },
  );

  it('touches no folder that it did not make, and none of a process that lives', () => {
    const foreign = ['old', 'new'].map((role) => folder(role, { 'notes.txt': 'precious' }));
    const living = path.join(scratch, `.dist.new.${process.ppid}`);
    fs.mkdirSync(living);
    fs.writeFileSync(path.join(living, 'README.md'), marker['README.md']);
    recoverTree(dist);
    expect(fs.existsSync(dist)).toBe(false);
    for (const left of [...foreign, living]) expect(fs.existsSync(left)).toBe(true);
  });
});

describe('a killed writer', () => {
  const run = (version: string, at = '') => ({
    args: ['--import', 'tsx', WRITER, dist, version],
    options: { cwd: path.join(__dirname, '..', '..'), env: { ...process.env, KILL_AT: at } },
  });

  const write = (version: string, at?: string) => {
    const { args, options } = run(version, at);
    return spawnSync(process.execPath, args, options);
  };

  /** The version that all files agree on, or a description of the mixture. */
  const versionOf = (folder: string): string => {
    const contents = Object.values(read(folder));
    const versions = [...new Set(contents)];
    return versions.length === 1 && contents.length === 200
      ? (versions[0] ?? '')
      : `mixture: ${contents.length} files, ${versions}`;
  };

  it.each([
    ['write 1', 'old'],
    ['write 100', 'old'],
    ['write 201', 'old'],
    ['rename 1', 'old'],
    ['rename 2', 'missing'],
    ['rename 3', 'new'],
    ['rm 1', 'new'],
  ])('at %s leaves the folder %s, and the next run mends it', (at, expected) => {
    write('old');
    expect(write('new', at).signal).toBe('SIGKILL');
    expect(fs.existsSync(dist) ? versionOf(dist) : 'missing').toBe(expected);
    const failed = write('invalid');
    expect(String(failed.stderr)).toContain('not today');
    expect(versionOf(dist)).toBe(expected === 'missing' ? 'old' : expected);
    expect(write('newer').status).toBe(0);
    expect(versionOf(dist)).toBe('newer');
    expect(fs.readdirSync(scratch)).toEqual(['dist']);
  });

  it('by SIGTERM between the two renames finishes first', () => {
    write('old');
    write('new', 'term');
    expect(versionOf(dist)).toBe('new');
  });

  it('at any moment leaves one whole version', async () => {
    write('old');
    let killed = 0;
    for (let i = 0; i < 20; i++) {
      const before = versionOf(dist);
      const { args, options } = run(`v${i}`);
      const child = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
      const ended = new Promise<NodeJS.Signals | null>((done) =>
        child.on('exit', (_, signal) => done(signal)),
      );
      await new Promise((done) => child.stderr.once('data', done));
      await new Promise((done) => setTimeout(done, i));
      child.kill('SIGKILL');
      if ((await ended) === 'SIGKILL') killed++;
      if (fs.existsSync(dist)) expect([before, `v${i}`]).toContain(versionOf(dist));
      else write('invalid');
    }
    expect(killed).toBeGreaterThan(0);
    expect(versionOf(dist)).not.toContain('mixture');
  }, 120_000);
});
