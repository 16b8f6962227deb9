import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build, cacheFolder } from './build';
import { etcd } from './parts';

const before = { ...process.env };
let scratch: string;

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'fleetwright-build-'));
  process.env.FLEETWRIGHT_CACHE = path.join(scratch, 'cache');
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  process.env = { ...before };
  jest.restoreAllMocks();
  rmSync(scratch, { recursive: true, force: true });
});

/** Puts a `go` on the PATH, and nothing before it, that runs this for `go build … -o FILE PACKAGE`. */
function fakeGo(buildScript: string): void {
  const bin = path.join(scratch, 'bin');
  mkdirSync(bin, { recursive: true });
  const script = `#!/bin/sh\n[ "$1" = build ] || exit 0\nfor last; do out=$file; file=$last; done\n${buildScript}\n`;
  writeFileSync(path.join(bin, 'go'), script);
  chmodSync(path.join(bin, 'go'), 0o755);
  process.env.PATH = `${bin}:${before.PATH}`;
}

const built = () => readdirSync(path.join(scratch, 'cache', 'bin'));

test('builds a part once', async () => {
  fakeGo('echo made > "$out"');
  const folder = await build(etcd);
  expect(readFileSync(path.join(folder, 'etcd'), 'utf8')).toBe('made\n');
  fakeGo('exit 1');
  expect(await build(etcd)).toBe(folder);
  expect(built()).toEqual([path.basename(folder)]);
});

test('keeps nothing of a build that failed', async () => {
  fakeGo('echo half > "$out"; echo "no such package" >&2; exit 1');
  await expect(build(etcd)).rejects.toThrow('no such package');
  expect(built()).toEqual([]);
});

test('says what to install when there is no Go', async () => {
  process.env.PATH = scratch;
  await expect(build(etcd)).rejects.toThrow(/needs Go 1\.26 or newer/);
});

test.each([
  [{ FLEETWRIGHT_CACHE: '/c', XDG_CACHE_HOME: '/x' }, '/c'],
  [{ XDG_CACHE_HOME: '/x' }, '/x/fleetwright'],
])('keeps what it built where %j says', (env, expected) => {
  expect(cacheFolder(env)).toBe(expected);
});
