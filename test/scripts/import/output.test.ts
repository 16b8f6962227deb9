import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  differences,
  header,
  jsonLines,
  readGenerated,
  sorted,
  writeGenerated,
} from '../../../scripts/import/output';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('writeGenerated', () => {
  const wanted = new Map([
    ['a.ts', `${header}a`],
    ['schemas/a.json', '{}'],
  ]);

  it('writes what is wanted, so that nothing differs any more', () => {
    expect(differences(readGenerated(folder), wanted)).toEqual(['a.ts', 'schemas/a.json']);
    writeGenerated(folder, wanted);
    expect(differences(readGenerated(folder), wanted)).toEqual([]);
    expect(readFileSync(join(folder, 'schemas/a.json'), 'utf8')).toBe('{}');
  });

  it('removes what it once generated, and nothing that a person wrote', () => {
    writeFileSync(join(folder, 'stale.ts'), `${header}stale`);
    writeFileSync(join(folder, 'own.ts'), 'own');
    expect(differences(readGenerated(folder), wanted)).toEqual(['a.ts', 'schemas/a.json', 'stale.ts']);
    writeGenerated(folder, wanted);
    expect(existsSync(join(folder, 'stale.ts'))).toBe(false);
    expect(existsSync(join(folder, 'own.ts'))).toBe(true);
  });
});

describe('jsonLines', () => {
  it('is JSON with a line for each entry', () => {
    const text = jsonLines(sorted({ b: { c: [1] }, a: 'x' }));
    expect(text).toBe('{\n"a":"x",\n"b":{"c":[1]}\n}');
    expect(JSON.parse(text)).toEqual({ a: 'x', b: { c: [1] } });
  });
});
