import * as fs from 'node:fs';
import { FleetError } from '../constructs';

/**
 * The folders of the clusters in a rendered fleet, sorted.
 *
 * @throws FleetError when there is none
 */
export function clustersOf(dist: string): string[] {
  const isFolder = fs.statSync(dist, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const entries = isFolder ? fs.readdirSync(dist, { withFileTypes: true }) : [];
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  if (folders.length > 0) return folders.sort();
  throw new FleetError([
    {
      code: 'dist-missing',
      path: dist,
      field: '',
      value: undefined,
      problem: 'is no folder with a folder for each cluster',
      remedy: 'run `npx cdk8s synth` first, or name the folder that it wrote',
    },
  ]);
}
