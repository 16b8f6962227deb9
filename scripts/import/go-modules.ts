import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ImportFailure } from './failure';
import { checkSum, type Pin, type PinFile, writeSums } from './pins';

/** Takes a line of progress. */
type Tell = (line: string) => void;

/** The part of `go mod download -json` that is used here. */
interface Download {
  readonly Dir?: string;
  readonly Sum?: string;
  readonly Error?: string;
}

/**
 * Downloads every pinned module into Go's module cache and returns their folders by module path.
 * Fails on a module whose checksum go.sum does not have, and never changes go.mod or go.sum.
 *
 * @param tell is given a line for each module. @default nobody is told
 */
export function downloadModules(file: PinFile, tell: Tell = () => {}): Map<string, string> {
  const folders = new Map<string, string>();
  withScratchModule(file.sums, (cwd) => {
    for (const pin of file.pins) {
      const { folder, sum } = download(pin, cwd, tell);
      checkSum(file, pin, sum);
      folders.set(pin.module, folder);
    }
  });
  return folders;
}

/** Rewrites go.sum from go.mod; Go itself checks each module against the public checksum database. */
export function updateSums(file: PinFile, tell: Tell): void {
  const sums = new Map<string, string>();
  withScratchModule(new Map(), (cwd) => {
    for (const pin of file.pins) sums.set(`${pin.module} ${pin.version}`, download(pin, cwd, tell).sum);
  });
  writeSums(file.folder, sums);
}

/**
 * Go downloads a module in the context of the module it stands in, whose go.sum it checks. Standing in
 * our own it would also resolve all requirements against each other, raise versions and rewrite both
 * files (also under -mod=readonly), so it stands in an empty module with a copy of the checksums.
 */
function withScratchModule(sums: ReadonlyMap<string, string>, use: (cwd: string) => void): void {
  const cwd = mkdtempSync(join(tmpdir(), 'fleetwright-pins-'));
  try {
    writeFileSync(join(cwd, 'go.mod'), 'module scratch\n\ngo 1.21\n');
    writeSums(cwd, sums);
    use(cwd);
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
}

function download(pin: Pin, cwd: string, tell: Tell): { folder: string; sum: string } {
  tell(`  ${pin.module} ${pin.version}`);
  const go = spawnSync('go', ['mod', 'download', '-json', `${pin.module}@${pin.version}`], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=readonly', GOWORK: 'off' },
  });
  if (go.error) throw goCannotRun(go.error);
  const answer: Download = go.stdout.trim() === '' ? {} : JSON.parse(go.stdout);
  if (go.status !== 0 || !answer.Dir || !answer.Sum) {
    const why = answer.Error ?? go.stderr.trim();
    throw new ImportFailure(`Go could not download ${pin.module}@${pin.version}: ${why}`);
  }
  return { folder: answer.Dir, sum: answer.Sum };
}

function goCannotRun(cause: NodeJS.ErrnoException): ImportFailure {
  const message =
    cause.code === 'ENOENT'
      ? 'The command `go` was not found. `npm run import` reads CRDs from Go modules: install Go 1.21 or ' +
        'newer (https://go.dev/dl) and put it on PATH.'
      : `The command \`go\` could not be started: ${cause.message}`;
  return new ImportFailure(message, { cause });
}
