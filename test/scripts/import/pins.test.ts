import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSum, parseGoMod, parseGoSum, readPins, writeSums } from '../../../scripts/import/pins';

describe('parseGoMod', () => {
  it('reads single lines and blocks, without comments', () => {
    const text = `// require nothing v0.0.0
module example.com/pins

go 1.21

require example.com/one v1.0.0 // why
require (
\texample.com/two/v2 v2.0.0
\t// example.com/three v3.0.0
)
`;
    expect(parseGoMod(text)).toEqual([
      { module: 'example.com/one', version: 'v1.0.0' },
      { module: 'example.com/two/v2', version: 'v2.0.0' },
    ]);
  });
});

describe('parseGoSum', () => {
  it('reads the checksum of the zip, not that of the go.mod', () => {
    const text = 'example.com/one v1.0.0 h1:zip=\nexample.com/one v1.0.0/go.mod h1:mod=\n';
    expect([...parseGoSum(text)]).toEqual([['example.com/one v1.0.0', 'h1:zip=']]);
  });
});

describe('checkSum', () => {
  const pin = { module: 'example.com/one', version: 'v1.0.0' };
  const file = { folder: 'imports', pins: [pin], sums: new Map([['example.com/one v1.0.0', 'h1:zip=']]) };

  it('takes the pinned checksum', () => {
    expect(() => checkSum(file, pin, 'h1:zip=')).not.toThrow();
  });

  it('refuses another one, and one that is not pinned, and says what to do', () => {
    expect(() => checkSum(file, pin, 'h1:other=')).toThrow(
      'imports/go.sum has the checksum h1:zip=, not h1:other=, for example.com/one v1.0.0. ' +
        'If you changed that version on purpose, run: npm run import -- --update-sums',
    );
    expect(() => checkSum(file, { ...pin, version: 'v1.0.1' }, 'h1:zip=')).toThrow(
      'imports/go.sum has no checksum for example.com/one v1.0.1.',
    );
  });
});

describe('readPins', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pins-test-'));
    writeFileSync(join(folder, 'go.mod'), 'module m\nrequire a.example/x v1.0.0\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('takes a missing go.sum for an empty one', () => {
    expect(readPins(folder).sums.size).toBe(0);
  });

  it('reads what writeSums wrote, sorted', () => {
    const sums = new Map([
      ['b.example/y v2.0.0', 'h1:b='],
      ['a.example/x v1.0.0', 'h1:a='],
    ]);
    writeSums(folder, sums);
    expect(readFileSync(join(folder, 'go.sum'), 'utf8')).toBe(
      'a.example/x v1.0.0 h1:a=\nb.example/y v2.0.0 h1:b=\n',
    );
    expect(readPins(folder).sums).toEqual(sums);
  });
});
