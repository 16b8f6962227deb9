import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { parseObjects } from '../support/fleet';
import { ROOT, readTree } from '../support/folder';

/** Every source of the fleet's repository in dist/, and the folders that Flux fetches for it. */
const sources = Object.entries(readTree(path.join(ROOT, 'dist')))
  .filter(([file]) => file.endsWith('.yaml'))
  .flatMap(([file, text]) =>
    parseObjects(text)
      .filter(({ kind, metadata }) => kind === 'GitRepository' && metadata?.name === 'fleet')
      .flatMap(({ spec }) => (spec as { sparseCheckout: string[] }).sparseCheckout)
      .map((folder) => ({ file, folder })),
  );

/** source-controller fetches nothing at all when one of the folders is missing in the repository. */
test.each(sources)('the repository has $folder, which $file fetches', ({ folder }) => {
  const { stdout } = spawnSync('git', ['ls-files', '--', folder], { cwd: ROOT, encoding: 'utf8' });
  expect(stdout).not.toBe('');
});

test('every cluster fetches its own folder and the charts', () => {
  expect([...new Set(sources.map(({ folder }) => folder))].sort()).toEqual([
    'charts',
    'dist/edge-local',
    'dist/management',
    'dist/prod-eu',
    'dist/prod-us',
  ]);
});
