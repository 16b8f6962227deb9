import { readFileSync } from 'node:fs';
import path from 'node:path';
import { addFigure, type Figure, forgetFigures, readFigures } from '../../../scripts/evidence/figures';
import { evidencePage } from '../../../scripts/evidence/page';
import { measuringFiles, passedFiles, refusal } from '../../../scripts/evidence/runs';
import { serverVersions } from '../../../scripts/evidence/versions';
import { ROOT, temporaryFolder } from '../../support/folder';

const scratch = temporaryFolder('evidence');

const figure = (file: string, what: string, value: string): Figure => ({
  ...{ file, what, value },
  ...{ day: '2026-01-02', machine: '2 cores, 24 GiB, Linux 6.1.0, Node 20.0.0', load: 3 },
});
const scale = figure('test/e2e/scale/scale.e2e.ts', '100 syncs: commit to all Ready', '12.3 s');
const drift = figure('test/e2e/drift/drift.e2e.ts', 'edits | put back', '300');
const versions = { etcd: 'v3.7.3', kubernetes: 'v1.36.3' };
const measuring = [scale.file, drift.file];

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
  const first = evidencePage({ before: '', figures: [scale, drift], measuring, versions });

  it('has a table for each test file, with the command that fills it', () => {
    expect(first.slice(first.indexOf('## '))).toBe(`## test/e2e/drift/drift.e2e.ts

2026-01-02, 2 cores, 24 GiB, Linux 6.1.0, Node 20.0.0, load average 3:

\`\`\`sh
npm run e2e:long -- test/e2e/drift/drift.e2e.ts
\`\`\`

Servers: etcd v3.7.3, kubernetes v1.36.3.

| measured | |
| --- | --- |
| edits \\| put back | 300 |

## test/e2e/scale/scale.e2e.ts

2026-01-02, 2 cores, 24 GiB, Linux 6.1.0, Node 20.0.0, load average 3:

\`\`\`sh
npm run e2e:long -- test/e2e/scale/scale.e2e.ts
\`\`\`

Servers: etcd v3.7.3, kubernetes v1.36.3.

| measured | |
| --- | --- |
| 100 syncs: commit to all Ready | 12.3 s |
`);
  });

  it('says on what every figure of a table was measured', () => {
    const figures = [scale, { ...scale, load: 21 }, { ...scale, machine: '4 cores', load: 8 }];
    expect(evidencePage({ before: '', figures, measuring, versions })).toContain(
      'Node 20.0.0; 2026-01-02, 4 cores, load average 3 to 21:',
    );
  });

  it('keeps the tables of tests that did not run, with the versions that they ran against', () => {
    const figures = [{ ...scale, value: '9 s' }];
    const newer = { kubernetes: 'v1.37.0' };
    const later = evidencePage({ before: first, figures, measuring, versions: newer });
    expect(later).toBe(
      first.replace('12.3 s', '9 s').replace(/(scale\.e2e\.ts[\s\S]*Servers: ).*/, '$1kubernetes v1.37.0.'),
    );
    expect(later.match(/^Servers: .*/gm)).toEqual([
      'Servers: etcd v3.7.3, kubernetes v1.36.3.',
      'Servers: kubernetes v1.37.0.',
    ]);
    expect(evidencePage({ before: first, figures: [], measuring, versions: newer })).toBe(first);
  });

  it('names the tests that measure and have no table yet', () => {
    const more = [...measuring, 'test/e2e/aws/aws.e2e.ts'];
    const page = evidencePage({ before: first, figures: [], measuring: more, versions });
    expect(page).toContain('Without a table yet:\n\n- test/e2e/aws/aws.e2e.ts\n\n## ');
    expect(first).not.toContain('Without a table');
  });

  it('loses the table of a test that went', () => {
    const after = evidencePage({ before: first, figures: [], measuring: [scale.file], versions });
    expect(after).not.toContain('drift');
    expect(after).toContain('12.3 s');
  });

  it('is as the script would write it', () => {
    const before = readFileSync(path.join(ROOT, 'docs/evidence.md'), 'utf8');
    expect(evidencePage({ before, figures: [], measuring: measuringFiles(ROOT), versions: {} })).toBe(before);
  });
});

describe('npm run e2e:long', () => {
  it('takes files and folders of tests, and nothing that would measure a part of one', () => {
    expect(refusal([], ROOT)).toBeUndefined();
    expect(refusal(['test/e2e/scale', 'test/e2e/drift/drift.e2e.ts'], ROOT)).toBeUndefined();
    expect(refusal(['test/e2e/scale', '-t', '100 syncs'], ROOT)).toMatch(/^-t: /);
    expect(refusal(['--testNamePattern=100'], ROOT)).toMatch(/^--testNamePattern=100: /);
    expect(refusal(['scale'], ROOT)).toBe('scale: there is no such file or folder');
  });

  it('writes the tables of the files that passed', () => {
    const testResults = [
      { name: path.join(ROOT, scale.file), status: 'passed' },
      { name: path.join(ROOT, drift.file), status: 'failed' },
    ];
    expect(passedFiles(JSON.stringify({ testResults }), ROOT)).toEqual([scale.file]);
  });

  it('knows the files that measure', () => {
    const files = measuringFiles(ROOT);
    expect(files).toEqual(expect.arrayContaining([scale.file, 'test/e2e/stack.e2e.ts']));
    expect(files).not.toContain('test/e2e/syncs/prune.e2e.ts');
  });
});
