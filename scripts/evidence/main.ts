import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as parts from '../../test/stack/parts';
import { FIGURES, forgetFigures, readFigures } from './figures';
import { evidencePage } from './page';

const USAGE = `npm run e2e:long                    run the end-to-end tests with their full counts, then write docs/evidence.md
npm run e2e:long -- test/e2e/scale  only these: the figures of the others stay
`;

const ROOT = path.join(__dirname, '../..');
const PAGE = path.join(ROOT, 'docs/evidence.md');

/** The modules that the stack's servers are built from, by the name of their part. */
function versions(): Record<string, string> {
  const all = Object.values(parts).filter((part): part is parts.Part => typeof part === 'object');
  const pinned = all.flatMap((part): [string, string][] => {
    const version = parts.partVersion(part);
    return version ? [[part.name, version]] : [];
  });
  return Object.fromEntries(pinned.sort(([a], [b]) => (a < b ? -1 : 1)));
}

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
  writeFileSync(PAGE, evidencePage({ before, figures: readFigures(), isThere, versions: versions() }));
  process.stdout.write('docs/evidence.md\n');
}

main(process.argv.slice(2));
