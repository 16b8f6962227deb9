import { POOL_LABEL } from '../../clusters/machinery/reference';
import type { Manifest } from '../../emit/manifest';
import type { Problem } from '../../problem';
import { ALLOW_DELETION, keep } from '../../protection/protect';
import { at, type ClusterChange, find } from './read';
import { orForget } from './remedy';

/** What machines of a pool hang on. The pool's own kind comes before that of its provider. */
const KINDS = ['MachineDeployment', 'MachinePool', 'AWSManagedMachinePool', 'AWSFargateProfile'];

/** The pool that an object is part of, by the name it has in the model. */
export function poolOf({ name }: ClusterChange, object: Manifest): string {
  const label =
    at(object, 'spec.template.metadata.labels') ?? object.metadata.labels ?? ({} as Record<string, string>);
  const pool = (label as Record<string, string>)[POOL_LABEL];
  return pool ?? object.metadata.name.replace(`${name}-`, '');
}

/** The pool that an object is part of, in the list where the model has it: by name, since its place may change. */
export function poolField(change: ClusterChange, object: Manifest): string {
  const list = object.kind === 'AWSFargateProfile' ? 'fargate' : 'pools';
  return `${list}[${JSON.stringify(poolOf(change, object))}]`;
}

/**
 * Pools, and zones of pools, that vanish though Flux was never told to delete them.
 *
 * @param lost zones that the cluster itself loses, which is a problem of its own
 */
export function checkPoolsKept(change: ClusterChange, lost: readonly string[]): Problem[] {
  const gone = KINDS.flatMap((kind) => change.before.filter((object) => object.kind === kind))
    .filter((object) => !find(change.after, object.kind, object.metadata.name))
    .filter((object) => !lost.includes(String(at(object, 'spec.template.spec.failureDomain'))));
  const pools = new Map<string, Manifest[]>();
  for (const object of gone) {
    const key = poolField(change, object);
    pools.set(key, [...(pools.get(key) ?? []), object]);
  }
  return [...pools.values()].flatMap((objects) => checkPool(change, objects));
}

function checkPool(change: ClusterChange, gone: readonly Manifest[]): Problem[] {
  const [first] = gone;
  if (!first) return [];
  const pool = poolOf(change, first);
  // Cluster API deletes what its provider has of a pool when the pool itself goes.
  const own = gone.filter(({ kind }) => kind === first.kind);
  const left = own.filter((object) => !isPruned(object));
  if (left.length === 0) return [];
  const where = { path: `clusters/${change.name}`, field: poolField(change, first), value: undefined };
  const others = change.after.filter(
    (object) => object.kind === 'MachineDeployment' && poolOf(change, object) === pool,
  );
  const zones = left.map((object) => at(object, 'spec.template.spec.failureDomain')).filter(Boolean);
  if (others.length > 0 && zones.length > 0) {
    return [
      {
        ...where,
        code: 'zone-dropped',
        problem: `loses ${zones.join(', ')}: Flux forgets its machines there, and they run on beside the others`,
        remedy: orForget(
          change,
          'undo it, add a pool of another name without that zone, and remove this one in two steps: docs/protection.md, Removing a zone',
        ),
      },
    ];
  }
  const going = left.every(({ metadata }) => metadata.annotations?.[ALLOW_DELETION] === 'true');
  return [
    {
      ...where,
      code: 'pool-dropped',
      problem: `is no longer there, though it was ${going ? 'to go with its cluster' : 'protected'}: Flux forgets it, and its machines run on with nobody to look after them`,
      remedy: orForget(
        change,
        going
          ? "put it back: it goes when the cluster goes. Without the cluster, take the cluster's teardown out first, and remove the pool in two steps: docs/protection.md, Removing a pool"
          : "put it back with teardown: 'allowed', merge, wait until Flux has applied that, and set 'removed' then: docs/protection.md, Removing a pool",
      ),
    },
  ];
}

/** Whether Flux deletes an object that its source no longer holds: none that it was told to keep. */
function isPruned({ metadata: { annotations = {} } }: Manifest): boolean {
  return Object.entries(keep).every(([key, value]) => annotations[key] !== value);
}
