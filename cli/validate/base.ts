import * as path from 'node:path';
import type { Problem } from '../../constructs';
import { isOurs, textOf } from '../../constructs/emit/swap';
import { listFiles } from '../../constructs/emit/write';
import {
  checkChange,
  checkForget,
  clustersIn,
  forgetOf,
  isClusterFile,
  isFolderList,
} from '../../constructs/fleet/change';

/** What a change loses. */
export interface Compared {
  readonly problems: readonly Problem[];
  /** The clusters that were not looked at, since the fleet's `forget` names them. */
  readonly forgotten: readonly string[];
}

/**
 * What would be lost by a change.
 *
 * @param dist the folder that synth wrote
 * @param base the same folder as it was before the change
 */
export function compareWithBase(dist: string, base: string): Compared {
  if (!isOurs(base))
    return { problems: [baseMissing(base, 'is no folder that Fleetwright wrote')], forgotten: [] };
  const [before, after] = [listFiles(base), listFiles(dist)];
  if (clustersIn(before).size === 0) {
    return { problems: [baseMissing(base, 'has no folder of a cluster')], forgotten: [] };
  }
  const forgotten = readForget(dist, after);
  const known = new Set([...clustersIn(before), ...clustersIn(after), ...readForget(base, before)]);
  const problems = [
    ...checkForget(forgotten, known),
    ...checkChange(read(base, before), read(dist, after), forgotten, dist, base),
  ];
  return { problems, forgotten };
}

function baseMissing(base: string, why: string): Problem {
  return {
    code: 'base-missing',
    path: base,
    field: '',
    value: undefined,
    problem: `${why}, so nothing can be compared`,
    remedy: 'name the `dist` of the branch that the change goes to, not the folder that holds it',
  };
}

function readForget(folder: string, files: readonly string[]): string[] {
  return [...read(folder, files, isFolderList).values()].flatMap(forgetOf);
}

/** The files of clusters, or other ones, among those of a folder: those that can be read. */
function read(folder: string, files: readonly string[], is = isClusterFile): Map<string, string> {
  return new Map(
    files.filter(is).flatMap((file) => {
      const text = textOf(path.join(folder, file));
      return text === undefined ? [] : [[file, text] as const];
    }),
  );
}
