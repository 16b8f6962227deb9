import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { checkChange } from '../../../constructs/fleet/change';
import { emptyFleet } from '../../support/fleet';
import { temporaryFolder } from '../../support/folder';
import { aws, filesOf, local, neverRan, texts } from './fleets';

const MANAGEMENT = 'management/clusters';
const OWN = `${MANAGEMENT}/dev/dev.yaml`;
const BOOT = `${MANAGEMENT}/prod/boot/boot.yaml`;

const edited = (files: ReadonlyMap<string, string>, file: string, edit: (text: string) => string) => {
  const before = files.get(file) ?? '';
  expect(edit(before)).not.toBe(before);
  return new Map(files).set(file, edit(before));
};

const without = (files: ReadonlyMap<string, string>, folder: string) =>
  new Map([...files].filter(([file]) => !file.startsWith(folder)));

/** What is said of files, in pairs: of which nothing is known, and what brings each back. */
const unknown = (name: string, ...files: [string, string][]) =>
  files.map(
    ([what, restore]) =>
      `clusters/${name} [base-unreadable]\n  dist/${what}, so nobody can say what this change would lose\n  remedy: \`git restore --source HEAD dist/${restore}\`, or take it from an earlier commit if that one has it no better, and synthesize again${neverRan(name)}`,
  );
const unread = (name: string, file: string) => unknown(name, [`${file} cannot be read`, file]);
const gone = (name: string, file: string) =>
  unknown(name, [`${file} is no longer there as a file`, path.posix.dirname(file)]);

describe('a file of the old tree that cannot be read', () => {
  it.each<[string, (text: string) => string]>([
    ['a merge conflict', (text) => text.replace('spec:', '<<<<<<< HEAD\nspec:')],
    ['a merge conflict about a whole object', (text) => `<<<<<<< HEAD\n=======\n${text}>>>>>>> theirs\n`],
    ['nothing', () => ''],
    ['nothing but a line', () => '---\n'],
    ['half of it', (text) => text.slice(0, text.indexOf('kind: Cluster') + 8)],
    ['no YAML', () => '{'],
    ['no objects', () => '- a\n---\n3\n---\nkind: Cluster\n'],
    ['no Cluster', (text) => text.replace('kind: Cluster\n', 'kind: Clutter\n')],
    ['the remains of another', () => tombstone('other')],
    ['aliases without end', () => `a: &a [x,x]\nb: &b [*a,*a,*a,*a,*a,*a]\nc: [${'*b,'.repeat(90)}]\n`],
  ])('is no reason to replace it: %s', (_, edit) => {
    const before = edited(filesOf(local()), OWN, edit);
    expect(texts(before, filesOf())).toEqual(unread('dev', OWN));
    expect(texts(before, filesOf(local({ kubernetesVersion: 'v1.31.9' })))).toEqual(unread('dev', OWN));
    expect(checkChange(before, filesOf(), ['dev'])).toEqual([]);
  });

  it.each<[string, (text: string) => string]>([
    ['a quoted kind', (text) => text.replace('kind: Cluster\n', "kind: 'Cluster'\n")],
    ['a kind with a comment', (text) => text.replace('kind: Cluster\n', 'kind: Cluster # ours\n')],
    ['a space after the line between objects', (text) => text.replaceAll(/^---$/gm, '--- ')],
    ['a quoted key', (text) => text.replace('kind: Cluster\n', '"kind": Cluster\n')],
    ['lines as Windows has them', (text) => text.replaceAll('\n', '\r\n')],
    ['a comment on the line between objects', (text) => `--- # ours\n${text}`],
  ])('is another thing than one that is written in another way: %s', (_, edit) => {
    const before = edited(filesOf(local()), OWN, edit);
    expect(texts(before, filesOf()).join()).toMatch(/^clusters\/dev \[cluster-dropped\]/);
  });

  it('is reported also when it is not the own file of the cluster, and then nothing else is', () => {
    const files = filesOf(aws());
    const after = filesOf(aws({ kubernetesVersion: 'v1.33.0' }));
    for (const edit of [() => '', (text: string) => text.replace('spec:', '=======\nspec:')]) {
      expect(texts(edited(files, BOOT, edit), after)).toEqual(unread('prod', BOOT));
    }
  });

  it('does not keep other clusters from being judged', () => {
    const before = edited(filesOf(local(), aws()), OWN, () => '');
    expect(texts(before, filesOf()).join('\n')).toMatch(
      /^clusters\/dev \[base-unreadable\].+\nclusters\/prod \[cluster-dropped\]/s,
    );
  });

  it('is nothing to report where nothing changes it', () => {
    const before = edited(filesOf(local(), aws()), OWN, () => '{');
    expect(checkChange(before, before)).toEqual([]);
  });

  it('is known by the folder that it is in', () => {
    const before = edited(filesOf(local()), OWN, () => '');
    const [problem] = checkChange(before, filesOf(), [], 'out', 'build/base');
    expect(problem?.problem).toMatch(/^build\/base\/management\/clusters\/dev\/dev\.yaml cannot be read/);
    expect(problem?.remedy).toContain('`git restore --source HEAD out/management/clusters/dev/dev.yaml`');
  });
});

describe('a file of the old tree that is missing', () => {
  const files = filesOf(local(), aws());
  const list = 'management/kustomization.yaml';

  it.each([
    ['all clusters', `${MANAGEMENT}/`],
    ['their syncs', `${MANAGEMENT}/dev.yaml`],
  ])('is known by the list of the folder: %s', (_, folder) => {
    for (const after of [files, filesOf(aws())]) {
      const found = texts(without(files, folder), after);
      expect(found.filter((one) => one.startsWith('clusters/dev'))).toEqual(
        gone('dev', `${MANAGEMENT}/dev.yaml`),
      );
    }
  });

  it('is known by a list with a merge conflict', () => {
    const conflict = edited(files, list, (text) => text.replace('- clusters/prod.yaml', '<<<<<<< HEAD\n$&'));
    expect(texts(conflict, filesOf(local(), aws({ labels: { a: 'b' } })))).toEqual([]);
    expect(texts(without(conflict, `${MANAGEMENT}/dev`), files)).toEqual(
      gone('dev', `${MANAGEMENT}/dev.yaml`),
    );
  });

  it.each([
    ['the folder of a cluster', `${MANAGEMENT}/prod/`, [`${MANAGEMENT}/prod/prod.yaml`, BOOT]],
    ['the own file', `${MANAGEMENT}/prod/prod.yaml`, [`${MANAGEMENT}/prod/prod.yaml`]],
    ['what boots it', BOOT, [BOOT]],
  ])('is known by the syncs that read it: %s', (_, folder, missing) => {
    const found = texts(without(files, folder), filesOf(local()));
    for (const file of missing) expect(found).toContain(gone('prod', file)[0]);
    expect(found.join()).not.toMatch(/dropped|added/);
  });

  it('is known by syncs that cannot be read: they name no folder', () => {
    const emptied = edited(without(files, `${MANAGEMENT}/dev/`), `${MANAGEMENT}/dev.yaml`, () => '');
    expect(texts(emptied, filesOf(aws()))).toEqual(unread('dev', `${MANAGEMENT}/dev.yaml`));
  });

  it('is nothing to report of a first output', () => {
    expect(texts(new Map(), files)).toEqual([]);
  });
});

describe('synth over', () => {
  const scratch = temporaryFolder('unreadable');

  afterEach(() => jest.restoreAllMocks());

  /** What a fleet without its cluster says of an output in which something stands in the place of its file. */
  function synthOver(name: string, put: (file: string, folder: string) => void): string {
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const outdir = path.join(scratch, name);
    const fleet = emptyFleet(outdir);
    local()(fleet);
    fleet.synth();
    const file = path.join(outdir, OWN);
    fs.rmSync(file);
    put(file, path.join(outdir, MANAGEMENT));
    try {
      emptyFleet(outdir).synth();
      return 'written';
    } catch (error) {
      return (error as Error).message.replaceAll(outdir, 'dist');
    }
  }

  it.each<[string, (file: string, folder: string) => void]>([
    ['nothing', () => undefined],
    ['a folder', (file) => fs.mkdirSync(file)],
    ['a link to nowhere', (file) => fs.symlinkSync('nowhere', file)],
    ['a pipe', (file) => void execFileSync('mkfifo', [file])],
    [
      'a link in place of its folder',
      (file) => {
        fs.rmSync(path.dirname(file), { recursive: true });
        fs.symlinkSync('.', path.dirname(file));
      },
    ],
  ])('%s writes nothing', (name, put) => {
    expect(synthOver(name, put)).toContain(`dist/${OWN} is no longer there as a file`);
  });

  it('a link in place of all clusters writes nothing', () => {
    const message = synthOver('link', (_, folder) => {
      fs.renameSync(folder, path.join(scratch, 'elsewhere'));
      fs.symlinkSync(path.join(scratch, 'elsewhere'), folder);
    });
    expect(message).toContain('dist/management/clusters/dev.yaml is no longer there as a file');
  });
});

function tombstone(name: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}-removed\n`;
}
