import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { LiveCluster, LiveFleet } from '../../stack/live/live-fleet';

/** What a way is tried on. */
export interface Place {
  readonly fleet: LiveFleet;
  readonly hub: LiveCluster;
}

type Change = (place: Place) => unknown;

/** A way in which a commit might lose the cluster `dev`. */
export interface Way {
  readonly name: string;
  /** What is done to the work tree, each in a commit of its own that Flux applies. */
  readonly changes: readonly Change[];
  /** Whether `npm run e2e` tries it; a long run tries all. */
  readonly quick: boolean;
}

const HUB = 'management';
const SYNC = `${HUB}/clusters/dev.yaml`;
const FOLDER = `${HUB}/clusters/dev`;
const OBJECTS = `${FOLDER}/dev.yaml`;
const LIST = `${FOLDER}/kustomization.yaml`;
const ROOT_LIST = `${HUB}/kustomization.yaml`;
const FLUX = `${HUB}/flux.yaml`;

/** Deletes files or folders of `dist/`. */
const remove =
  (...files: string[]): Change =>
  ({ fleet }) => {
    for (const file of files) rmSync(path.join(fleet.dist, file), { recursive: true });
  };

/** Replaces a text in a file of `dist/`, each time that it is there. */
const edit =
  (file: string, from: string | RegExp, to: string): Change =>
  ({ fleet }) => {
    const name = path.join(fleet.dist, file);
    const [before, pattern] = [
      readFileSync(name, 'utf8'),
      typeof from === 'string' ? from : new RegExp(from, `g${from.flags}`),
    ];
    const after = before.replaceAll(pattern, to);
    if (after === before) throw new Error(`${file} has no ${from}`);
    writeFileSync(name, after);
  };

/** Writes a file of `dist/` anew. */
const write =
  (file: string, text: string): Change =>
  ({ fleet }) =>
    writeFileSync(path.join(fleet.dist, file), text);

/** Adds to the end of a file. */
const append =
  (file: string, text: string): Change =>
  ({ fleet }) =>
    writeFileSync(path.join(fleet.dist, file), text, { flag: 'a' });

const move =
  (from: string, to: string): Change =>
  ({ fleet }) => {
    mkdirSync(path.dirname(path.join(fleet.dist, to)), { recursive: true });
    renameSync(path.join(fleet.dist, from), path.join(fleet.dist, to));
  };

const all =
  (...changes: Change[]): Change =>
  async (place) => {
    for (const change of changes) await change(place);
  };

/** Drops the documents of one kind from a file. */
const drop = (file: string, kind: string): Change => edit(file, document(kind), '');
const document = (kind: string) =>
  new RegExp(`---\\n(?:(?!---\\n)[\\s\\S])*?\\nkind: ${kind}\\n(?:(?!---\\n)[\\s\\S])*`);

/** In the spec of the first object of a file. */
const inSpec = (file: string, text: string): Change => edit(file, /^([\s\S]*?\nspec:\n)/, `$1${text}`);

/** Moves a branch of the repository, or of another one, to a commit without a file. */
const emptyBranch: Change = async ({ fleet: { repository } }) => {
  const author = ['-c', 'user.name=fleet', '-c', 'user.email=fleet@example.com'];
  const tree = (await repository.git('mktree')).trim();
  const commit = (await repository.git(...author, 'commit-tree', tree, '-m', 'Nothing')).trim();
  await repository.git('push', '--quiet', '--force', 'origin', `${commit}:refs/heads/empty`);
};

const emptyRepository: Change = async ({ fleet }) => {
  const init = ['init', '--quiet', '--bare', '--initial-branch=main'];
  await fleet.repository.git(...init, fleet.stack.path('git', 'empty.git'));
};

const KEEP = /\n {2}annotations:\n {4}kustomize.toolkit.fluxcd.io\/prune: disabled/;
const unprotect = (file: string) => edit(file, KEEP, '');
const LIST_OF = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:';
const EMPTY = `${LIST_OF} []\n`;

const way = (name: string, ...changes: Change[]): Way => ({ name, changes, quick: false });
const quick = (name: string, ...changes: Change[]): Way => ({ name, changes, quick: true });

/** What careless people do to `dist/`, and what would follow if nothing stood in between. */
export const WAYS: readonly Way[] = [
  quick('its file is deleted', remove(OBJECTS)),
  quick('its file is deleted, and its line', remove(OBJECTS), write(LIST, EMPTY)),
  way('its line is deleted', write(LIST, EMPTY)),
  quick('its file is renamed', move(OBJECTS, `${FOLDER}/prod.yaml`), edit(LIST, 'dev.yaml', 'prod.yaml')),
  way('its file is empty', write(OBJECTS, '')),
  way('its file has the marks of a conflict', append(OBJECTS, '<<<<<<< HEAD\n')),
  quick('its Cluster is cut out', drop(OBJECTS, 'Cluster')),
  way('its infrastructure is cut out', drop(OBJECTS, 'DevCluster')),
  way('its control plane is cut out', drop(OBJECTS, 'KubeadmControlPlane')),
  way('its pool is cut out', drop(OBJECTS, 'MachineDeployment')),
  quick('its folder is deleted', remove(FOLDER)),
  quick(
    'its folder is moved, and its sync with it',
    move(FOLDER, `${HUB}/clusters/prod`),
    edit(SYNC, /clusters\/dev\b/, 'clusters/prod'),
  ),
  quick('its sync is deleted', remove(SYNC), edit(ROOT_LIST, /- clusters\/dev.yaml\n/, '')),
  way('its sync is renamed', edit(SYNC, /^ {2}name: dev$/m, '  name: prod')),
  quick(
    'its sync has another label',
    edit(SYNC, /^ {2}name: dev$/m, '  name: dev\n  labels:\n    team: other'),
  ),
  way('its sync reads a path that is not there', edit(SYNC, /clusters\/dev$/m, 'clusters/nowhere')),
  way(
    'its sync reads the folder of something else',
    edit(SYNC, /management\/clusters\/dev$/m, 'management/controllers/protection'),
  ),
  quick(
    'its sync is suspended, its file deleted, its sync resumed',
    inSpec(SYNC, '  suspend: true\n'),
    write(LIST, EMPTY),
    edit(SYNC, '  suspend: true\n', ''),
  ),
  quick(
    'its sync deletes when it goes, and goes',
    edit(SYNC, 'deletionPolicy: Orphan', 'deletionPolicy: Delete'),
    edit(ROOT_LIST, /- clusters\/dev.yaml\n/, ''),
  ),
  way(
    'its sync waits for what it deletes, and goes',
    edit(SYNC, 'deletionPolicy: Orphan', 'deletionPolicy: WaitForTermination'),
    edit(ROOT_LIST, /- clusters\/dev.yaml\n/, ''),
  ),
  way('its sync has another target namespace', inSpec(SYNC, '  targetNamespace: default\n')),
  way(
    'its sync goes to the cluster itself',
    inSpec(SYNC, '  kubeConfig:\n    secretRef:\n      name: dev-kubeconfig\n'),
  ),
  way(
    'its sync overrides what protects it, and its list is emptied',
    inSpec(SYNC, '  commonMetadata:\n    annotations:\n      kustomize.toolkit.fluxcd.io/prune: enabled\n'),
    write(LIST, EMPTY),
  ),
  way('its sync drops its Cluster by a patch', inSpec(SYNC, patchOf('  '))),
  way(
    'its sync forces changes, and one cannot be made',
    all(
      inSpec(SYNC, '  force: true\n'),
      edit(OBJECTS, /(selector:\n {4}matchLabels:\n)/, '$1      other: label\n'),
    ),
  ),
  quick('its list drops its Cluster by a patch', append(LIST, patchOf(''))),
  way('its list adds a prefix to all names', append(LIST, 'namePrefix: other-\n')),
  way('its list sets another namespace', append(LIST, 'namespace: default\n')),
  way('its list is of another kind', write(LIST, 'apiVersion: v1\nkind: List\nitems: []\n')),
  quick(
    'its Cluster has another name',
    edit(OBJECTS, /(kind: Cluster\n(?:(?! {2}name)[\s\S])*? {2}name: )dev\n/, '$1prod\n'),
  ),
  quick('nothing protects it any more, and then it is deleted', unprotect(OBJECTS), write(LIST, EMPTY)),
  quick(
    'nothing protects it any more, and then its sync deletes it',
    all(unprotect(OBJECTS), edit(SYNC, 'Orphan', 'Delete')),
    edit(ROOT_LIST, /- clusters\/dev.yaml\n/, ''),
  ),
  way(
    'it is forced, and changed where nothing can change it',
    edit(OBJECTS, 'prune: disabled', 'force: Enabled'),
    edit(OBJECTS, /(selector:\n {4}matchLabels:\n)/, '$1      other: label\n'),
  ),
  way(
    'Flux ignores it, and then it is deleted',
    edit(OBJECTS, 'prune: disabled', 'ssa: Ignore'),
    write(LIST, EMPTY),
  ),
  quick('the list of the management cluster is emptied', write(ROOT_LIST, EMPTY)),
  way('the list of the management cluster is deleted', remove(ROOT_LIST)),
  way('the folder of the management cluster is deleted', remove(HUB)),
  quick('the folder of the management cluster is moved', move(HUB, 'hub')),
  way('a file stands where the folder of the management cluster was', all(remove(HUB), write(HUB, ''))),
  quick('dist is deleted', remove('.')),
  quick(
    'all syncs are deleted',
    remove(SYNC, `${HUB}/syncs.yaml`),
    write(ROOT_LIST, `${LIST_OF}\n- flux.yaml\n- namespaces.yaml\n`),
  ),
  way('the policies are deleted', write(`${HUB}/controllers/protection/kustomization.yaml`, EMPTY)),
  way('its namespace is deleted', edit(ROOT_LIST, '- namespaces.yaml\n', '')),
  way(
    'nothing protects its namespace any more, and then it is deleted',
    all(
      unprotect(`${HUB}/namespaces.yaml`),
      edit(`${HUB}/namespaces.yaml`, '    fleetwright.dev/protected: "true"\n', ''),
    ),
    edit(ROOT_LIST, '- namespaces.yaml\n', ''),
  ),
  way('the root sync and the sources are deleted', edit(ROOT_LIST, '- flux.yaml\n', '')),
  way(
    'nothing protects the root sync any more, and then it is deleted',
    unprotect(FLUX),
    edit(ROOT_LIST, '- flux.yaml\n', ''),
  ),
  quick(
    'the root sync reads the folder of the cluster',
    edit(FLUX, './dist/management', './dist/management/clusters/dev'),
  ),
  way(
    'the sources have the address of an empty repository',
    all(emptyRepository, edit(FLUX, 'fleet.git', 'empty.git')),
  ),
  quick('the sources read an empty branch', all(emptyBranch, edit(FLUX, 'branch: main', 'branch: empty'))),
  way('the sources check out another folder', edit(FLUX, '- dist/management', '- dist/dev')),
];

function patchOf(indent: string): string {
  const lines = [
    'patches:',
    '- target:',
    '    kind: Cluster',
    '  patch: |',
    '    $patch: delete',
    '    apiVersion: v1',
    '    kind: Any',
    '    metadata:',
    '      name: any',
  ];
  return lines.map((line) => `${indent}${line}\n`).join('');
}
