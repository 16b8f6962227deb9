import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { output, run } from './command';
import { type Part, partFolder, partVersion } from './parts';
import { removeScratch, scratchFolder } from './scratch';

/** The folder that keeps built binaries: `FLEETWRIGHT_CACHE`, else the user's cache folder. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const base = env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return env.FLEETWRIGHT_CACHE || path.join(base, 'fleetwright');
}

/** Prints one line of progress; not on stdout, which belongs to the command. */
export function progress(line: string): void {
  process.stderr.write(`stack: ${line}\n`);
}

function buildFlags(part: Part): string[] {
  const stamps = Object.entries(part.stamp?.(partVersion(part) ?? '') ?? {});
  const link = ['-s', '-w', ...stamps.map(([name, value]) => `-X ${name}=${value}`)];
  return ['-mod=readonly', '-trimpath', `-ldflags=${link.join(' ')}`];
}

function fingerprint(part: Part): string {
  const hash = createHash('sha256');
  const folder = partFolder(part);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(mod|sum|go)$/.test(name),
  );
  for (const file of files.sort()) hash.update(readFileSync(path.join(folder, file)));
  hash.update(JSON.stringify([part.binaries, buildFlags(part), process.platform, process.arch]));
  return hash.digest('hex').slice(0, 16);
}

/** Where the binaries of a part are, or will be. */
export function binFolder(part: Part): string {
  return path.join(cacheFolder(), 'bin', `${part.name}-${fingerprint(part)}`);
}

/** Fails with what to install when there is no Go toolchain. */
export async function requireGo(why: string): Promise<void> {
  const found = await run(['go', 'env', 'GOVERSION']).catch(() => undefined);
  if (found?.code === 0) return;
  throw new Error(`${why} needs Go 1.26 or newer on the PATH; see https://go.dev/doc/install`);
}

/** Builds the binaries of a part unless that was done before, and returns the folder they are in. */
export async function build(part: Part): Promise<string> {
  const names = Object.keys(part.binaries).join(', ');
  return makeOnce(
    binFolder(part),
    `${part.name} ${partVersion(part) ?? 'of our own'} (${names})`,
    async (scratch) => {
      await requireGo(`Building ${part.name}`);
      for (const [binary, source] of Object.entries(part.binaries)) {
        await output(['go', 'build', ...buildFlags(part), '-o', path.join(scratch, binary), source], {
          cwd: partFolder(part),
          env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOWORK: 'off' },
        });
      }
    },
  );
}

/**
 * Makes a folder of the cache unless that was done before, and returns it.
 *
 * @param target its name has a fingerprint of what it is made of
 * @param make fills a scratch folder, which then becomes the target
 */
export async function makeOnce(
  target: string,
  what: string,
  make: (scratch: string) => Promise<void>,
): Promise<string> {
  if (existsSync(target)) return target;
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  progress(`building ${what}; later runs take it from ${cacheFolder()}`);
  const ticks = setInterval(() => progress(`still building ${what}, ${seconds()} s`), 60_000);
  const scratch = scratchFolder(target);
  removeScratch(path.dirname(target));
  try {
    await make(scratch);
    publish(scratch, target);
  } finally {
    clearInterval(ticks);
    rmSync(scratch, { recursive: true, force: true });
  }
  progress(`built ${what} in ${seconds()} s`);
  return target;
}

function publish(scratch: string, target: string): void {
  try {
    renameSync(scratch, target);
  } catch (error) {
    // Another run has built the same meanwhile.
    if (!existsSync(target)) throw error;
  }
}
