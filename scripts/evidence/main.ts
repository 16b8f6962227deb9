import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FIGURES, forgetFigures, readFigures } from './figures';
import { evidencePage } from './page';
import { measuringFiles, passedFiles, refusal } from './runs';
import { serverVersions } from './versions';

const USAGE = `npm run e2e:long                    run the end-to-end tests with their full counts, then write docs/evidence.md
npm run e2e:long -- test/e2e/scale  only these files or folders: the tables of the others stay
`;

const ROOT = path.join(__dirname, '../..');
const PAGE = path.join(ROOT, 'docs/evidence.md');
const REPORT = path.join(path.dirname(FIGURES), 'e2e-long.json');

function main(args: readonly string[]): void {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  const refused = refusal(args, ROOT);
  if (refused) {
    process.stderr.write(`${refused}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  forgetFigures();
  rmSync(REPORT, { force: true });
  const jest = path.join(ROOT, 'node_modules/jest/bin/jest.js');
  const options = ['--config', 'jest.e2e.config.js', '--json', `--outputFile=${REPORT}`];
  const { status } = spawnSync(process.execPath, [jest, ...options, ...args], {
    cwd: ROOT,
    env: { ...process.env, FLEETWRIGHT_LONG: '1' },
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
  if (!existsSync(REPORT)) return;
  // A file that failed keeps the table it had.
  const passed = new Set(passedFiles(readFileSync(REPORT, 'utf8'), ROOT));
  const figures = readFigures().filter(({ file }) => passed.has(file));
  const before = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  const measuring = measuringFiles(ROOT);
  writeFileSync(PAGE, evidencePage({ before, figures, measuring, versions: serverVersions() }));
  process.stdout.write('docs/evidence.md\n');
}

main(process.argv.slice(2));
