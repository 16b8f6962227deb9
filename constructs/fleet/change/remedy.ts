import type { ClusterChange } from './read';

/** A remedy, and at its end the way out where nothing can be lost. */
export function orForget({ name }: ClusterChange, remedy: string): string {
  return `${remedy}. If the cluster never ran, or is gone already: add '${name}' to \`forget\` of the fleet for this change (docs/protection.md, A cluster that is not there)`;
}

/** A cluster that is not what was asked for cannot become it. */
export function newCluster(change: ClusterChange): string {
  return orForget(
    change,
    'undo it. What shall be otherwise is a new cluster of another name: place the apps there by labels, then tear this one down in two steps (docs/protection.md)',
  );
}

/** Nor can a pool. */
export function newPool(change: ClusterChange): string {
  return orForget(
    change,
    'undo it, add a pool of another name that is as you want it, and remove this one in two steps (docs/protection.md)',
  );
}
