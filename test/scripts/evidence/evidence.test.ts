import { readFileSync } from 'node:fs';
import path from 'node:path';
import { addFigure, type Figure, forgetFigures, readFigures } from '../../../scripts/evidence/figures';
import { evidencePage } from '../../../scripts/evidence/page';
import { serverVersions } from '../../../scripts/evidence/versions';
import { temporaryFolder } from '../../support/folder';

const scratch = temporaryFolder('evidence');

const figure = (file: string, what: string, value: string): Figure => ({
  ...{ file, what, value },
  ...{ day: '2026-01-02', machine: '2 cores, 24 GiB, Linux 6.1.0, Node 20.0.0' },
});
const scale = figure('test/e2e/scale/scale.e2e.ts', '100 syncs: commit to all Ready', '12.3 s');
const drift = figure('test/e2e/drift/drift.e2e.ts', 'edits | put back', '300');
const versions = { etcd: 'v3.7.3', kubernetes: 'v1.36.3' };
const isThere = () => true;

test('figures are kept by test file', () => {
  const file = path.join(scratch, 'build', 'figures.jsonl');
  expect(readFigures(file)).toEqual([]);
  forgetFigures(undefined, file);
  for (const each of [scale, drift, { ...scale, value: '9 s' }]) addFigure(each, file);
  expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(4);
  forgetFigures(scale.file, file);
  expect(readFigures(file)).toEqual([drift]);
  forgetFigures(undefined, file);
  expect(readFigures(file)).toEqual([]);
});

test('the servers of the stack have versions', () => {
  const found = Object.entries(serverVersions());
  expect(found).toContainEqual(['kubernetes', expect.stringMatching(/^v1\./)]);
  expect(found.filter(([, version]) => !/^v\d/.test(version))).toEqual([]);
});

describe('docs/evidence.md', () => {
  const first = evidencePage({ before: '', figures: [scale, drift], isThere, versions });

  it('has a table for each test file, with the command that fills it', () => {
    expect(first).toContain('| etcd | v3.7.3 |\n| kubernetes | v1.36.3 |\n\n## ');
    expect(first.slice(first.indexOf('## '))).toBe(`## test/e2e/drift/drift.e2e.ts

2026-01-02, 2 cores, 24 GiB, Linux 6.1.0, Node 20.0.0:

\`\`\`sh
FLEETWRIGHT_LONG=1 npx jest --config jest.e2e.config.js test/e2e/drift/drift.e2e.ts
\`\`\`

| measured | |
| --- | --- |
| edits \\| put back | 300 |

## test/e2e/scale/scale.e2e.ts

2026-01-02, 2 cores, 24 GiB, Linux 6.1.0, Node 20.0.0:

\`\`\`sh
FLEETWRIGHT_LONG=1 npx jest --config jest.e2e.config.js test/e2e/scale/scale.e2e.ts
\`\`\`

| measured | |
| --- | --- |
| 100 syncs: commit to all Ready | 12.3 s |
`);
  });

  it('keeps the tables of tests that did not run', () => {
    const later = evidencePage({ before: first, figures: [{ ...scale, value: '9 s' }], isThere, versions });
    expect(later).toBe(first.replace('12.3 s', '9 s'));
    expect(evidencePage({ before: first, figures: [], isThere, versions })).toBe(first);
  });

  it('loses the table of a test that went', () => {
    const after = evidencePage({
      before: first,
      figures: [],
      isThere: (file) => file !== drift.file,
      versions,
    });
    expect(after).not.toContain('drift');
    expect(after).toContain('12.3 s');
  });
});
