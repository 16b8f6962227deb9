import type { Tree } from '../../emit/write';
import type { Problem } from '../../problem';
import { checkAccessKept } from './access';
import { checkBootKept } from './boot';
import { checkDropped, checkManagement } from './clusters';
import { checkFields, checkProvider } from './fields';
import { checkPoolsKept } from './pools';
import { type ClusterChange, changedClusters, find } from './read';
import { checkReadable } from './unreadable';
import { checkVersions } from './versions';

export * from './forget';
export { isClusterFile } from './read';

/**
 * The known ways to lose a cluster by a change: what the fleet's folder holds, compared with what is about to
 * take its place. Every file is a file of the output, by its path below it; only those of clusters that the
 * management cluster holds are looked at, and of these only those whose text differs. A file that cannot be read at
 * all is left out; that it was there is known by the others.
 *
 * @param forget names of clusters that are not looked at
 * @param root the folder of the output, as people know it
 * @param base the folder of what was there before
 */
export function checkChange(
  before: Tree,
  after: Tree,
  forget: readonly string[] = [],
  root = 'dist',
  base = root,
): Problem[] {
  const all = changedClusters(before, after).filter(({ name }) => !forget.includes(name));
  const unreadable = all.flatMap((change) => checkReadable(change, root, base));
  const changes = all.filter((change) => change.unreadable.length === 0);
  const moved = checkManagement(changes, root);
  if (moved.length > 0) return [...unreadable, ...moved];
  return [...unreadable, ...changes.flatMap((change) => checkCluster(change, changes))];
}

/** Stops where everything further would only follow from what was found. */
function checkCluster(change: ClusterChange, all: readonly ClusterChange[]): Problem[] {
  // Boot has a file of its own, which may change alone.
  if (!change.itself) return checkBootKept(change);
  if (!find(change.before, 'Cluster')) return [];
  if (!find(change.after, 'Cluster')) return checkDropped(change, all);
  const provider = checkProvider(change);
  if (provider.length > 0) return provider;
  const { problems, zones } = checkFields(change);
  return [
    ...problems,
    ...(problems.length > 0 ? [] : checkBootKept(change)),
    ...checkPoolsKept(change, zones),
    ...checkVersions(change),
    ...checkAccessKept(change),
  ];
}
