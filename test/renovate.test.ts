import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import renovate from '../renovate.json';
import { ROOT } from './support/folder';

const [manager] = renovate.customManagers;
const patterns = manager?.managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1))) ?? [];
const matcher = new RegExp(manager?.matchStrings[0] ?? '', 'g');

/** Every file of the repo that a person writes and that has a comment for Renovate. */
const commented = execFileSync('git', ['grep', '--untracked', '-lE', '^ *// renovate:', '--', '*.ts'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .trim()
  .split('\n');

const textOf = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

test('pins are in one file of the library and one of the fleet', () => {
  expect(commented).toEqual(['constructs/versions.ts', 'versions.ts']);
});

test.each(commented)('Renovate reads %s and finds all that is below its comments', (file) => {
  expect(patterns.some((pattern) => pattern.test(file))).toBe(true);
  const text = textOf(file);
  const found = [...text.matchAll(matcher)].map(({ groups }) => groups);
  expect(found).toHaveLength(text.match(/^ *\/\/ renovate:/gm)?.length ?? 0);
  const comments = [...text.matchAll(/\/\/ renovate: (.+)$/gm)].map(
    ([, said = '']): Record<string, string> =>
      Object.fromEntries(said.split(' ').map((word) => word.split('='))),
  );
  // The chart of this repository is released with it: nobody looks for a newer one.
  const pins = [...text.matchAll(/^export const (?!REDIS_CHART_VERSION )\w+ =\s*'([^']+)';/gm)].map(
    ([, pin = '']) => pin,
  );
  expect(found.map((one) => ({ ...one }))).toEqual(
    pins.map((pin, i) => {
      const [named = '', currentDigest] = pin.split('@');
      const [currentValue = '', ...name] = named.split(':').reverse();
      const { datasource, depName, registryUrl } = comments[i] ?? {};
      return { datasource, depName: name[0] ?? depName, registryUrl, currentValue, currentDigest };
    }),
  );
});

test('no app has an image or a chart of its own pinning', () => {
  for (const file of fs.readdirSync(path.join(ROOT, 'apps'))) {
    expect(textOf(`apps/${file}`)).not.toMatch(/(image|tag|version):\s*['"`]/);
  }
});
