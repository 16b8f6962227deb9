import * as fs from 'node:fs';
import * as path from 'node:path';
import { FleetError } from '../constructs';
import { isOurs } from '../constructs/emit/swap';

/**
 * The folders of the clusters in a rendered fleet, sorted.
 *
 * @throws FleetError when there is none, or when it is itself the folder of a cluster
 */
export function clustersOf(dist: string): string[] {
  const isFolder = fs.statSync(dist, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const entries = isFolder ? fs.readdirSync(dist, { withFileTypes: true }) : [];
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const parent = path.join(dist, '..');
  if (isFolder && !isOurs(dist) && isOurs(parent)) {
    throw missing(dist, 'is the folder of one cluster', `name ${parent}, not a cluster's folder in it`);
  }
  if (folders.length > 0) return folders.sort();
  const remedy = 'run `npx cdk8s synth` first, or name the folder that it wrote';
  throw missing(dist, 'is no folder with a folder for each cluster', remedy);
}

function missing(dist: string, problem: string, remedy: string): FleetError {
  return new FleetError([{ code: 'dist-missing', path: dist, field: '', value: undefined, problem, remedy }]);
}
