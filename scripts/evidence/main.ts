import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FIGURES, forgetFigures, readFigures } from './figures';
import { evidencePage } from './page';
import { serverVersions } from './versions';

const USAGE = `npm run e2e:long                    run the end-to-end tests with their full counts, then write docs/evidence.md
npm run e2e:long -- test/e2e/scale  only these: the figures of the others stay
`;

const ROOT = path.join(__dirname, '../..');
const PAGE = path.join(ROOT, 'docs/evidence.md');

function main(args: readonly string[]): void {
  if (args.includes('--help')) {
    process.stdout.write(USAGE);
    return;
  }
  if (args.length === 0) forgetFigures();
  const jest = path.join(ROOT, 'node_modules/jest/bin/jest.js');
  const { status } = spawnSync(process.execPath, [jest, '--config', 'jest.e2e.config.js', ...args], {
    cwd: ROOT,
    env: { ...process.env, FLEETWRIGHT_LONG: '1' },
    stdio: 'inherit',
  });
  if (status !== 0) {
    process.stderr.write(`docs/evidence.md stays as it was; ${FIGURES} has what was measured\n`);
    process.exitCode = status ?? 1;
    return;
  }
  const isThere = (file: string) => existsSync(path.join(ROOT, file));
  const before = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  writeFileSync(PAGE, evidencePage({ before, figures: readFigures(), isThere, versions: serverVersions() }));
  process.stdout.write('docs/evidence.md\n');
}

main(process.argv.slice(2));
