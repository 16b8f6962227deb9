import type { Problem } from '../../problem';
import { LAYERS, type Placed } from '../app';
import type { Cluster } from '../cluster';
import { didYouMean } from './names';

/** Dependencies of apps and add-ons: unknown, in a circle, in a later layer, or absent from a cluster. */
export function checkDependencies(
  units: readonly Placed[],
  placed: ReadonlyMap<Placed, Cluster[]>,
): Problem[] {
  const byName = new Map(units.map((unit) => [unit.name, unit]));
  const names = [...byName.keys()];
  const problems = units.flatMap((unit) =>
    unit.dependsOn.flatMap((name, i) => {
      const at = { path: unit.node.path, field: `dependsOn[${i}]`, value: name };
      const needed = byName.get(name);
      if (!needed) {
        return [
          {
            ...at,
            code: 'dependency-unknown',
            problem: 'is no app or add-on of the fleet',
            remedy: `name one of them${didYouMean(name, names)}`,
          },
        ];
      }
      if (LAYERS.indexOf(needed.layer) > LAYERS.indexOf(unit.layer)) {
        return [
          {
            ...at,
            code: 'dependency-layer',
            problem: `is in the layer ${needed.layer}, which comes after ${unit.layer}`,
            remedy: `move one of them: the order is ${LAYERS.join(', ')}`,
          },
        ];
      }
      const there = new Set(placed.get(needed));
      const missing = (placed.get(unit) ?? []).filter((cluster) => !there.has(cluster));
      if (missing.length === 0) return [];
      const clusters = missing.map((cluster) => cluster.name).join(', ');
      return [
        {
          ...at,
          code: 'dependency-unplaced',
          problem: `is not placed on ${clusters}, where ${unit.name} is`,
          remedy: `let the placement of ${name} select ${clusters} too`,
        },
      ];
    }),
  );
  return [...problems, ...checkCircles(units, byName)];
}

/** Flux does not reject a circle: its members wait for each other for ever. Each circle is reported once. */
function checkCircles(units: readonly Placed[], byName: ReadonlyMap<string, Placed>): Problem[] {
  const done = new Set<Placed>();
  const problems: Problem[] = [];
  const visit = (unit: Placed, trail: readonly Placed[]): void => {
    const start = trail.indexOf(unit);
    if (start >= 0) {
      const circle = [...trail.slice(start), unit].map(({ name }) => name);
      problems.push({
        code: 'dependency-circle',
        path: unit.node.path,
        field: 'dependsOn',
        value: circle.join(' -> '),
        problem: 'is a circle: each waits for the next, and none ever starts',
        remedy: 'take out one of these dependencies',
      });
      return;
    }
    if (done.has(unit)) return;
    for (const name of unit.dependsOn) {
      const needed = byName.get(name);
      if (needed) visit(needed, [...trail, unit]);
    }
    done.add(unit);
  };
  for (const unit of units) visit(unit, []);
  return problems;
}
