import { EksCluster, type EksClusterProps, FleetError } from '../../../constructs';
import { app, emptyFleet } from '../../support/fleet';
import { allProps } from './sample';

type Path = readonly (string | number)[];

/** Where each value is, at any depth. */
function paths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inside = Object.entries(value).flatMap(([key, inner]) => paths(inner, [...at, key]));
  return at.length === 0 ? inside : [at, ...inside];
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => (inner as Record<string | number, unknown>)[key], value);
}

function put<T>(value: T, [key, ...rest]: Path, leaf: unknown): T {
  if (key === undefined) return leaf as T;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string | number, unknown>;
  copy[key] = put(copy[key], rest, leaf);
  return copy as T;
}

/** Other values, one of the same type and some of none that the field takes. */
function others(value: unknown): unknown[] {
  const strange = [{ strange: 'value' }, ['strange']];
  if (typeof value === 'object') return ['strange', 12345, true, { strange: 'value' }];
  if (typeof value === 'number') return [value + 1, ...strange, 'strange'];
  if (typeof value === 'boolean') return [!value, ...strange, 'strange'];
  return [`${value}0`, ...strange, 12345];
}

/** What comes of a cluster: its files, or what is wrong with it. */
function outcome(props: EksClusterProps): string {
  const fleet = emptyFleet();
  new EksCluster(fleet, 'eks', props);
  app(fleet, 'placed', { placement: { matchLabels: { env: 'prod' } } });
  try {
    return JSON.stringify([...fleet.compile().files]);
  } catch (error) {
    if (error instanceof FleetError) return error.message;
    throw error;
  }
}

// Which clusters there are is known to the fleet, not to the cluster.
const own = paths(allProps).filter(([key]) => key !== 'connectedTo');
const cases = own.flatMap((path) =>
  others(valueAt(allProps, path)).map((other): [string, string, Path, unknown] => [
    path.join('.'),
    JSON.stringify(other),
    path,
    other,
  ]),
);

describe('every field of an EksCluster counts, or is reported', () => {
  const before = outcome(allProps);

  it.each(cases)('%s: %s', (_name, _value, path, other) => {
    expect(outcome(put(allProps, path, other))).not.toBe(before);
  });

  it('has looked at every kind of part', () => {
    expect(before).toContain('AWSFargateProfile');
    for (const part of ['pools.0.spot', 'pools.1.spot.maxPrice', 'fargate.0.role', 'addOns.ebsCsi.version']) {
      expect(cases.map(([name]) => name)).toContain(part);
    }
  });
});
