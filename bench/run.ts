import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** What one whole process took. */
export interface Run {
  /** Wall clock. */
  readonly seconds: number;
  /** User and system time together. */
  readonly cpu: number;
  /** Largest resident set, KiB. */
  readonly peak: number;
  readonly bytes: number;
  readonly files: number;
}

const USAGE =
  "process.on('exit', () => require('fs').writeSync(3, JSON.stringify(process.resourceUsage())));";

/** Runs a script in a process of its own with a fresh output folder as its first argument. */
export function run(script: string, ...args: string[]): Run {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'fleetwright-bench-'));
  const preload = path.join(scratch, 'usage.cjs');
  const outdir = path.join(scratch, 'dist');
  fs.writeFileSync(preload, USAGE);
  try {
    const start = process.hrtime.bigint();
    const { status, stderr, output } = spawnSync(
      process.execPath,
      ['--require', preload, script, outdir, ...args],
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 2 ** 26 },
    );
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    if (status !== 0) throw new Error(`${script} ${args.join(' ')} failed:\n${stderr}`);
    const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(output[3] ?? '');
    return { seconds, cpu: (userCPUTime + systemCPUTime) / 1e6, peak: maxRSS, ...sizeOf(outdir) };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** The middle one, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? Number.NaN)) / 2;
}

function sizeOf(folder: string): { bytes: number; files: number } {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.statSync(path.join(entry.parentPath, entry.name)).size);
  return { bytes: files.reduce((sum, size) => sum + size, 0), files: files.length };
}
