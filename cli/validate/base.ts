import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Problem } from '../../constructs';
import { isOurs } from '../../constructs/emit/swap';
import { checkChange, isClusterFile } from '../../constructs/fleet/change';

/**
 * What would be lost by a change.
 *
 * @param dist the folder that synth wrote
 * @param base the same folder as it was before the change
 */
export function checkBase(dist: string, base: string): Problem[] {
  if (isOurs(base)) return checkChange(read(base), read(dist), dist);
  return [
    {
      code: 'base-missing',
      path: base,
      field: '',
      value: undefined,
      problem: 'is no folder that Fleetwright wrote, so nothing can be compared',
      remedy: 'name the `dist` of the branch that the change goes to, not the folder that holds it',
    },
  ];
}

/** The files of clusters below a folder. */
function read(folder: string): Map<string, string> {
  const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return new Map(
    files
      .map((file) => file.split(path.sep).join('/'))
      .filter(isClusterFile)
      .map((file) => [file, fs.readFileSync(path.join(folder, file), 'utf8')]),
  );
}
