import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../support/folder';

const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');
const page = read('docs/operators.md');

test('docs/operators.md quotes the whole example as it is', () => {
  const quotes = [...page.matchAll(/<!-- from (\S+) -->\n```typescript\n([\s\S]*?)```/g)];
  expect(quotes.map(([, file]) => file)).toEqual(['examples/gordon/gordon.ts']);
  for (const [, file = '', text] of quotes) expect(read(file)).toBe(text);
});

test('it names files that are there', () => {
  for (const text of [page, read('examples/gordon/README.md')]) {
    const named = [...text.matchAll(/`((?:operator|constructs|examples|test)\/[\w./-]+)`/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, file = ''] of named) expect(fs.existsSync(path.join(ROOT, file))).toBe(true);
  }
});

test('the kit has what the page says of it', () => {
  const kit = ['hook', 'api', 'conditions', 'events'].map((name) => read(`operator/kit/${name}.ts`)).join();
  const rows = page.slice(page.indexOf('## What the kit does'), page.indexOf('## What to know'));
  const names = [...rows.matchAll(/`(?:run\.)?([a-z][A-Za-z]+)`/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) expect(kit).toMatch(new RegExp(`\\b${name}\\b`));
});
