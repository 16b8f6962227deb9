import type { Tree } from '../../emit/write';
import type { Problem } from '../../problem';
import { checkBootKept } from './boot';
import { checkDropped, checkManagement } from './clusters';
import { checkFields, checkProvider } from './fields';
import { checkPoolsKept } from './pools';
import { type ClusterChange, changedClusters, find } from './read';
import { Remedies } from './remedy';
import { checkVersions } from './versions';

export { isClusterFile } from './read';

/**
 * The known ways to lose a cluster by a change: what the fleet's folder holds, compared with what is about to
 * take its place. Every file is a file of the output, by its path below it; only those of clusters that the
 * management cluster holds are looked at, and of these only those whose text differs. So what nothing changed
 * may be left out of both.
 *
 * @param root the folder of the output, as people know it
 */
export function checkChange(before: Tree, after: Tree, root = 'dist'): Problem[] {
  const changes = changedClusters(before, after);
  const remedies = new Remedies(root);
  const moved = checkManagement(changes, root);
  if (moved.length > 0) return moved;
  return changes.flatMap((change) => checkCluster(change, changes, remedies));
}

/** Stops where everything further would only follow from what was found. */
function checkCluster(change: ClusterChange, all: readonly ClusterChange[], remedies: Remedies): Problem[] {
  // Boot has a file of its own, which may change alone.
  if (!change.itself) return checkBootKept(change, remedies);
  if (!find(change.before, 'Cluster')) return [];
  if (!find(change.after, 'Cluster')) return checkDropped(change, all, remedies);
  const provider = checkProvider(change, remedies);
  if (provider.length > 0) return provider;
  const { problems, zones } = checkFields(change, remedies);
  return [
    ...problems,
    ...(problems.length > 0 ? [] : checkBootKept(change, remedies)),
    ...checkPoolsKept(change, zones, remedies),
    ...checkVersions(change, remedies),
  ];
}
