import * as path from 'node:path';
import { build } from 'esbuild';
import { APPS, OBJECTS } from './app';
import { median, type Run, run } from './run';

/** Plain cdk8s with one file a resource: all files in one folder, or a folder for each chart. */
const PEERS = ['FILE_PER_RESOURCE', 'FOLDER_PER_CHART_FILE_PER_RESOURCE'];

const SMALL = 160;
const LARGE = 1000;
const OUT = path.resolve('build', 'bench');

async function main(): Promise<void> {
  await build({
    entryPoints: ['bench/fleetwright.ts', 'bench/plain-cdk8s.ts'],
    bundle: true,
    platform: 'node',
    packages: 'external',
    outdir: OUT,
  });
  print(`${APPS} apps x ${OBJECTS} objects on each cluster, whole processes, Node ${process.version}\n`);
  compare(SMALL, 5);
  compare(LARGE, 1);
  grow();
}

/** Both in turn, so that a machine that slows down slows both. */
function compare(clusters: number, rounds: number): void {
  print(`${(clusters * APPS * OBJECTS).toLocaleString('en')} objects, median of ${rounds}:`);
  const own: Run[] = [];
  const peers = PEERS.map(() => [] as Run[]);
  for (let i = 0; i < rounds; i++) {
    own.push(run(path.join(OUT, 'fleetwright.js'), String(clusters)));
    for (const [j, type] of PEERS.entries()) {
      peers[j]?.push(run(path.join(OUT, 'plain-cdk8s.js'), String(clusters), type));
    }
  }
  report('fleetwright', own);
  for (const [j, type] of PEERS.entries()) {
    const theirs = peers[j] ?? [];
    report(`cdk8s ${type}`, theirs);
    const pairs = (figure: 'seconds' | 'cpu') =>
      median(theirs.map((peer, i) => peer[figure] / (own[i]?.[figure] ?? 1))).toFixed(1);
    print(`    ratio: ${pairs('seconds')}x faster, ${pairs('cpu')}x less CPU`);
  }
  print('');
}

function grow(): void {
  print('growth of fleetwright, t(2N)/t(N), median of 3:');
  let before: number | undefined;
  for (let clusters = LARGE / 16; clusters <= LARGE; clusters *= 2) {
    const size = Math.round(clusters);
    const runs = [1, 2, 3].map(() => run(path.join(OUT, 'fleetwright.js'), String(size)));
    const seconds = median(runs.map((one) => one.seconds));
    const growth = before === undefined ? '' : `  x${(seconds / before).toFixed(2)}`;
    print(
      `  ${(size * APPS * OBJECTS).toLocaleString('en').padStart(7)} objects  ${seconds.toFixed(2)} s${growth}`,
    );
    before = seconds;
  }
}

function report(name: string, runs: readonly Run[]): void {
  const at = (figure: keyof Run) => median(runs.map((one) => one[figure]));
  print(
    `  ${name.padEnd(42)} ${at('seconds').toFixed(2)} s  cpu ${at('cpu').toFixed(2)} s  ` +
      `peak ${(at('peak') / 1024).toFixed(0)} MiB  wrote ${(at('bytes') / 2 ** 20).toFixed(1)} MiB in ${at('files')} files`,
  );
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
});
