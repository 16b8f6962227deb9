import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../../problem';
import { ALLOW_DELETION } from '../../protection/protect';
import { at, type ClusterChange, find, isTombstone } from './read';
import { orForget } from './remedy';

/**
 * A `Cluster` that Flux was never told to delete: it would be forgotten, and run on. One that it was told it may
 * delete would go at once with its sync, machines and all, by nothing but a file that vanished.
 */
export function checkDropped(change: ClusterChange, all: readonly ClusterChange[]): Problem[] {
  const cluster = find(change.before, 'Cluster');
  const mayGo = cluster?.metadata.annotations?.[ALLOW_DELETION] === 'true';
  const path = `clusters/${change.name}`;
  if (change.after.some((object) => isTombstone(object, change.name))) {
    if (mayGo) return [];
    return [
      {
        code: 'teardown-skipped',
        path,
        field: 'teardown',
        value: 'removed',
        problem:
          "comes before 'allowed': Flux passes over a protected Cluster and forgets it; it would run on, and nothing would ever delete it",
        remedy: orForget(
          change,
          "set teardown: 'allowed', merge, wait until Flux has applied that, and set 'removed' then: docs/protection.md, Tearing a cluster down",
        ),
      },
    ];
  }
  if (mayGo) {
    return [
      {
        code: 'teardown-skipped',
        path,
        field: '',
        value: undefined,
        problem:
          "is no longer in the fleet right after teardown: 'allowed': Flux would delete it with all of its machines",
        remedy: orForget(
          change,
          "bring its file in clusters/ back; to delete it, set teardown: 'removed', merge, and remove the file when nothing is left: docs/protection.md, Tearing a cluster down",
        ),
      },
    ];
  }
  const heir = all.find((other) => other !== change && isLike(change, other));
  return [
    {
      code: 'cluster-dropped',
      path,
      field: '',
      value: undefined,
      problem: `is no longer in the fleet, though it was protected: Flux forgets it, and it runs on with nobody to look after it${heir ? `. clusters/${heir.name} looks like it, but a cluster cannot be renamed: that is a new one` : ''}`,
      remedy: orForget(
        change,
        `bring its file in clusters/ back${heir ? `, beside ${heir.name}; place the apps there by labels` : ''}, and tear it down in two steps: docs/protection.md, Tearing a cluster down`,
      ),
    },
  ];
}

/** Whether a cluster that is new is made of the same as one that vanishes. */
function isLike(gone: ClusterChange, other: ClusterChange): boolean {
  if (find(other.before, 'Cluster')) return false;
  const [from, to] = [find(gone.before, 'Cluster'), find(other.after, 'Cluster')];
  const same = (field: string) => isDeepStrictEqual(at(from, field), at(to, field));
  return (
    to !== undefined &&
    same('spec.clusterNetwork') &&
    same('spec.infrastructureRef.kind') &&
    same('spec.controlPlaneRef.kind')
  );
}

/** Clusters that stay what they are, in the folder of another management cluster: it would make them anew. */
export function checkManagement(changes: readonly ClusterChange[], root: string): Problem[] {
  const moves = changes.flatMap((from) => {
    if (!find(from.before, 'Cluster') || find(from.after, 'Cluster')) return [];
    const to = changes.find(
      ({ management, name, after }) =>
        name === from.name && management !== from.management && find(after, 'Cluster') !== undefined,
    );
    return to ? [{ old: from.management, management: to.management, name: from.name }] : [];
  });
  const [first] = moves;
  if (!first) return [];
  return [
    {
      code: 'management-renamed',
      path: `clusters/${first.management}`,
      field: 'name',
      value: first.management,
      problem: `was ${JSON.stringify(first.old)}: a Flux that reads ${root}/${first.management} makes every cluster once more, beside those that ${root}/${first.old} made (${moves.map(({ name }) => name).join(', ')})`,
      remedy: `keep the name. Another management cluster takes over its folder, name and all: docs/protection.md, Moving to another management cluster. Those that never ran, or are gone already, may be named in \`forget\` of the fleet for this change`,
    },
  ];
}
