import { parse } from 'yaml';
import type { Problem } from '../../problem';
import { didYouMean } from '../check/names';

/** On the management cluster's kustomization.yaml: the names in `forget`, by which others know them too. */
export const FORGET = 'fleetwright.dev/forget';

/** Whether a file of `dist/` is the list of a cluster's folder, which may carry `FORGET`. */
export function isFolderList(file: string): boolean {
  return /^[^/]+\/kustomization\.yaml$/.test(file);
}

/** The names that such a list carries; one that is no YAML has none. */
export function forgetOf(list: string | undefined): readonly string[] {
  if (!list?.includes(FORGET)) return [];
  try {
    const names: unknown = parse(list)?.metadata?.annotations?.[FORGET];
    return typeof names === 'string' ? names.split(',') : [];
  } catch {
    return [];
  }
}

/** The clusters that files of `dist/` are of: their own folders, and those that the management cluster has of them. */
export function clustersIn(files: Iterable<string>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const file of files) {
    const [, folder = '', name] = /^([^/]+)\/(?:clusters\/([^/]+?)(?:\/|\.yaml$))?/.exec(file) ?? [];
    if (folder !== '') names.add(folder);
    if (name !== undefined) names.add(name);
  }
  return names;
}

/**
 * Names in `forget` that nobody knows: a slip would leave the cluster that is meant guarded, and the person puzzled.
 *
 * @param known the clusters of both sides of a change, and what `forget` named before it
 */
export function checkForget(forget: readonly string[], known: ReadonlySet<string>): Problem[] {
  return forget
    .filter((name) => !known.has(name))
    .map((name) => ({
      code: 'forget-unknown',
      path: '',
      field: 'forget',
      value: name,
      problem: 'is no cluster of the fleet, and was none before the change',
      remedy: `correct the name, or take it out${didYouMean(name, [...known])}`,
    }));
}

/** What a person is told of each name in `forget`. */
export function notLookedAt(name: string): string {
  return `${name} is in \`forget\`: what the change would lose of it was not looked at. Take it out with the next change`;
}
