import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from '../support/folder';

const docs = fs
  .readdirSync(path.join(ROOT, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .sort();

function read(...steps: string[]): string {
  return fs.readFileSync(path.join(ROOT, ...steps), 'utf8');
}

/** What a block that imports nothing stands in: the body of a `define` or of a file of `apps/`. */
const PRELUDE = `import { type Chart, Include } from 'cdk8s';
import { AddOn, type Fleet, FleetOperator, FleetOperatorCrds, FleetProtection, RedisBackup, type RedisPlatform } from '../constructs';
declare const fleet: Fleet;
declare const chart: Chart;
declare const platform: RedisPlatform;
`;

/** The TypeScript of a page by file name, which says page and line, as a file of `apps/` would hold it. */
function snippets(page: string): [string, string][] {
  const text = read('docs', page);
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: code = '', index }) => {
    const line = text.slice(0, index).split('\n').length;
    const alone = /^import /m.test(code);
    return [
      `${path.basename(page, '.md')}-${line}.ts`,
      alone ? code : `${PRELUDE}export function block(): void {\n${code}}\n`,
    ];
  });
}

describe('the TypeScript of docs/', () => {
  const build = path.join(ROOT, 'build');
  let folder: string;
  beforeAll(() => {
    fs.mkdirSync(build, { recursive: true });
    folder = fs.mkdtempSync(path.join(build, 'docs-'));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  it('compiles', () => {
    const all = docs.flatMap(snippets);
    expect(all.length).toBeGreaterThan(5);
    fs.mkdirSync(path.join(folder, 'apps'));
    for (const [name, code] of all) fs.writeFileSync(path.join(folder, 'apps', name), code);
    const config = {
      extends: '../../tsconfig.json',
      // `../constructs` is what it is for a file of apps/. A block uses only some names of the prelude.
      compilerOptions: { rootDirs: ['.', '../..'], noUnusedLocals: false },
      include: ['apps'],
      exclude: [],
    };
    fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const { stdout, stderr } = spawnSync(process.execPath, [tsc, '--project', folder], { encoding: 'utf8' });
    expect(stdout + stderr).toBe('');
  }, 120_000);
});

/** Every TypeScript file of a folder: path to content. */
function sources(folder: string): [string, string][] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [`${folder}/${file}`, read(folder, file)]);
}

describe('the problems of docs/model.md', () => {
  const [, section = ''] = read('docs', 'model.md').split('\n## Problems\n');
  const listed = [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, code = '']) => code);
  const code = [...sources('constructs'), ...sources('cli')];

  it('are those that the code can report, each once', () => {
    const found = code.flatMap(([, text]) => [
      ...[...text.matchAll(/\bcode: '([a-z0-9-]+)'/g)].map(([, literal]) => literal),
      ...[...text.matchAll(/\bcode: `([a-z0-9-]+)\$\{error\.keyword\}`/g)].map(
        ([, own]) => `${own}<keyword>`,
      ),
      ...[...text.matchAll(/\bcode = (.+)/g)].flatMap(([, value = '']) =>
        [...value.matchAll(/'([a-z]+(?:-[a-z]+)+)'/g)].map(([, literal]) => literal),
      ),
      ...[...text.matchAll(/\bsubnetProblem\(\s*path,\s*'([a-z-]+)'/g)].map(([, literal]) => literal),
    ]);
    expect([...listed].sort()).toEqual([...new Set(found)].sort());
  });

  it('are written in the code in one of the ways that the test above reads', () => {
    const others = code.flatMap(([file, text]) => [
      ...[...text.matchAll(/\bcode:(?! '| string[,;]| `[a-z-]+\$\{error\.keyword\}`)/g)].map(() => file),
      ...[...text.matchAll(/[{,] code,/g)].map(() => file),
      ...[...text.matchAll(/^\s+code,$/gm)].map(() => file),
    ]);
    expect(others.sort()).toEqual([
      'constructs/clusters/aws/network-check.ts',
      'constructs/problem/problem.ts', // reads it
      'constructs/problem/problem.ts',
      'constructs/redis-backup/check.ts',
      'constructs/redis-backup/check.ts',
    ]);
  });
});

/** GitHub's anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
}

describe('relative links', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...docs.map((name) => `docs/${name}`)];
  it.each(pages)('of %s lead somewhere', (page) => {
    const links = [...read(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(
      ([, link = '']) => link,
    );
    const dead = links.filter((link) => {
      const [file = '', anchor] = link.split('#');
      const target = path.join(ROOT, file ? path.join(path.dirname(page), file) : page);
      if (!fs.existsSync(target)) return true;
      if (anchor === undefined) return false;
      const headings = [...fs.readFileSync(target, 'utf8').matchAll(/^#+ (.+)$/gm)];
      return !headings.some(([, heading = '']) => anchorOf(heading) === anchor);
    });
    expect(dead).toEqual([]);
  });
});
