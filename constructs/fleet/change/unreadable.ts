import type { Tree } from '../../emit/write';
import type { Problem } from '../../problem';
import type { ClusterChange } from './read';
import { orForget } from './remedy';

/** The list of a management cluster's folder, and the syncs of one cluster: both name what is to be there. */
const LIST = /^([^/]+)\/kustomization\.yaml$/;
const SYNCS = /^([^/]+)\/clusters\/([^/]+)\.yaml$/;

/** Whether a file of `dist/` says which files of clusters there are. */
export function isListOfFiles(file: string): boolean {
  return LIST.test(file) || SYNCS.test(file);
}

/** Files of a cluster that the old tree speaks of, and does not have. */
export interface Missing {
  readonly management: string;
  readonly name: string;
  readonly files: readonly string[];
}

/**
 * What a deleted folder, or a link in its place, would hide. Names are looked for in text: a list with a merge
 * conflict in it names what both sides have.
 *
 * @param isTouched whether anything of a cluster changes
 */
export function missingFiles(
  before: Tree,
  isTouched: (management: string, name: string) => boolean,
): Missing[] {
  return [...before].flatMap(([file, text]) => {
    const [, management = '', name] = LIST.exec(file) ?? SYNCS.exec(file) ?? [];
    if (management === '' || (name !== undefined && !isTouched(management, name))) return [];
    const listed = name === undefined ? listedIn(text, management) : syncedBy(text, file, management, name);
    return listed.map((missing) => ({
      ...{ management, name: missing.name },
      files: missing.files.filter((one) => one === file || !before.has(one)),
    }));
  });
}

/** The syncs that the list of a folder names. */
function listedIn(text: string, management: string): { name: string; files: string[] }[] {
  const names = [...text.matchAll(/\bclusters\/([\w.-]+)\.yaml\b/g)].map(([, name = '']) => name);
  return [...new Set(names)].map((name) => ({ name, files: [`${management}/clusters/${name}.yaml`] }));
}

/** The folders that syncs of a cluster read, each by the file that it cannot be without. */
function syncedBy(text: string, file: string, management: string, name: string) {
  const folder = `${management}/clusters/${name}`;
  const files = [...text.matchAll(/\bclusters\/([\w.-]+)(?:\/([\w.-]+))?(?=["'\s]|$)/g)]
    .filter(([, cluster]) => cluster === name)
    .map(([, , part]) => (part === undefined ? `${folder}/${name}.yaml` : `${folder}/${part}/${part}.yaml`));
  return [{ name, files: files.length > 0 ? [...new Set(files)] : [file] }];
}

/** Nothing is known of what a file that cannot be read held: that is no reason to replace it. */
export function checkReadable(change: ClusterChange, root: string, base: string): Problem[] {
  return change.unreadable.map(({ file, isMissing }) => {
    const whole = `${root}/${isMissing ? file.slice(0, file.lastIndexOf('/')) : file}`;
    return {
      code: 'base-unreadable',
      path: `clusters/${change.name}`,
      field: '',
      value: undefined,
      problem: `${base}/${file} ${isMissing ? 'is no longer there as a file' : 'cannot be read'}, so nobody can say what this change would lose`,
      remedy: orForget(
        change,
        `\`git restore --source HEAD ${whole}\`, or take it from an earlier commit if that one has it no better, and synthesize again`,
      ),
    };
  });
}
