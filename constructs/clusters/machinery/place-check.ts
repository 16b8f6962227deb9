import type { NodePool, Teardown } from '../../fleet/cluster';
import type { Problem } from '../../problem';
import { standing } from './pool';

/** The parts of a cluster that say where its pods may run. */
interface Workers {
  readonly pools: readonly Pick<NodePool, 'name' | 'taints' | 'teardown'>[];
  readonly teardown?: Teardown;
  /** What a first machine installs may tolerate whatever its manifests say. */
  readonly firstBoot?: unknown;
}

/** Pools that all keep pods away: what tolerates no taint, Flux first of all, would run nowhere. */
export function checkPlace(path: string, { pools, teardown, firstBoot }: Workers): Problem[] {
  const left = standing(pools).map(([, pool]) => pool);
  // A cluster that goes may lose its workers first.
  if (teardown || firstBoot || left.length === 0 || !left.every(isClosed)) return [];
  return [
    {
      code: 'pools-tainted',
      path,
      field: 'pools',
      value: left.map(({ name }) => name),
      problem: 'have taints, all of them: Flux tolerates none, and would run nowhere',
      remedy: 'give one pool no taint, or only `PreferNoSchedule`',
    },
  ];
}

function isClosed({ taints = [] }: Pick<NodePool, 'taints'>): boolean {
  return taints.some(({ effect }) => effect !== 'PreferNoSchedule');
}
