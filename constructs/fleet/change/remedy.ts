import type { ClusterChange } from './read';

/** What to do instead of a change, and the way out when nothing runs yet. */
export class Remedies {
  /** @param root the folder of the output, such as `dist` */
  constructor(private readonly root: string) {}

  /** Any remedy, with the way out at its end. */
  of(change: ClusterChange, remedy: string): string {
    const path = `${this.root}/${change.management}/clusters/${change.name}`;
    return `${remedy}. If it never ran: delete ${path}/ and ${path}.yaml, and synthesize again`;
  }

  /** A cluster that is not what was asked for cannot become it. */
  newCluster(change: ClusterChange): string {
    return this.of(
      change,
      'undo it. What shall be otherwise is a new cluster of another name: place the apps there by labels, then tear this one down in two steps (docs/protection.md)',
    );
  }

  /** Nor can a pool. */
  newPool(change: ClusterChange): string {
    return this.of(
      change,
      'undo it, add a pool of another name that is as you want it, and remove this one in two steps (docs/protection.md)',
    );
  }
}
