import { readdirSync } from 'node:fs';
import path from 'node:path';
import { shellBlocks } from '../e2e/docs-shell';
import { ROOT } from '../support/folder';

const pages = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));

describe.each(pages)('the shell of docs/%s', (page) => {
  const shell = shellBlocks(page)
    .map(({ text }) => text)
    .join('');

  // Those in capitals are of the environment.
  it('says what each of its own variables is', () => {
    const used = [...shell.matchAll(/\$\{?([a-z_]\w*)/g)].map(([, name = '']) => name);
    const made = [
      ...shell.matchAll(/(?:^|[\s;(])(?:export )?([A-Za-z_]\w*)=|\bfor (\w+) in|\bread -\w+ (\w+)/gm),
    ];
    const known = new Set(made.map(([, ...names]) => names.find(Boolean)));
    expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
  });

  it('runs on macOS, too', () => {
    expect(shell).not.toMatch(/\bdate --|base64 --wrap|sed --in-place|sed -i |readlink -f|grep -P/);
  });
});
