import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Problem } from '../../constructs';
import { isOurs } from '../../constructs/emit/swap';
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
  if (!isOurs(base)) return { problems: [baseMissing(base)], forgotten: [] };
  const [before, after] = [listFiles(base), listFiles(dist)];
  const forgotten = readForget(dist, after);
  const known = new Set([...clustersIn(before), ...clustersIn(after), ...readForget(base, before)]);
  const problems = [
    ...checkForget(forgotten, known),
    ...checkChange(read(base, before), read(dist, after), forgotten, dist),
  ];
  return { problems, forgotten };
}

function baseMissing(base: string): Problem {
  return {
    code: 'base-missing',
    path: base,
    field: '',
    value: undefined,
    problem: 'is no folder that Fleetwright wrote, so nothing can be compared',
    remedy: 'name the `dist` of the branch that the change goes to, not the folder that holds it',
  };
}

/** Every file below a folder, with `/`. */
function listFiles(folder: string): string[] {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return files.map((file) => file.split(path.sep).join('/'));
}

function readForget(folder: string, files: readonly string[]): string[] {
  return [...read(folder, files, isFolderList).values()].flatMap(forgetOf);
}

/** The files of clusters, or other ones, among those of a folder. */
function read(folder: string, files: readonly string[], is = isClusterFile): Map<string, string> {
  const text = (file: string) => fs.readFileSync(path.join(folder, file), 'utf8');
  return new Map(files.filter(is).map((file) => [file, text(file)]));
}
