import type { KubernetesObject } from '../../stack/kubernetes-object';

/** Numbers from 0 to 1 that follow from a seed (mulberry32), so that a failure can be had again. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of several things. */
export function pick<T>(random: () => number, among: readonly T[]): T {
  return among[Math.floor(random() * among.length)] as T;
}

type Path = readonly (string | number)[];

/** Fields by which an object that is there can never be changed again, by nobody. */
const FINAL = new Set(['immutable', 'roleRef']);

/**
 * What tells the ports of a list apart: when somebody changes it, what Flux applies would have two of one name, and the
 * server refuses that. docs/day-2.md says what to do then.
 */
const KEYS = new Set(['port', 'containerPort', 'protocol']);

/** The places of an object where the fleet says something, beside its name. */
export function placesOf(declared: KubernetesObject): Path[] {
  const { apiVersion: _, kind: __, metadata, ...rest } = declared;
  const { name: ___, namespace: ____, ...said } = metadata;
  const places = [...leavesOf(rest, []), ...leavesOf(said, ['metadata'])];
  return places.filter((place) => !FINAL.has(String(place[0])) && !KEYS.has(String(place.at(-1))));
}

function leavesOf(value: unknown, at: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const steps = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const below = steps.flatMap((step) =>
    leavesOf((value as Record<string | number, unknown>)[step], [...at, step]),
  );
  return at.length > 1 ? [...below, at] : below;
}

/** An object that a person has changed at a place: another value, or none. Nothing where there is none to change. */
export function changed(
  live: KubernetesObject,
  place: Path,
  random: () => number,
): KubernetesObject | undefined {
  const copy = structuredClone(live);
  let parent: Record<string | number, unknown> = copy;
  for (const step of place.slice(0, -1)) {
    const next = parent[step];
    if (typeof next !== 'object' || next === null) return undefined;
    parent = next as Record<string | number, unknown>;
  }
  const last = place.at(-1) as string | number;
  const value = parent[last];
  if (value === undefined) return undefined;
  if (typeof value === 'object' || random() < 0.3) {
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  } else {
    parent[last] = another(value);
  }
  return copy;
}

function another(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  const text = String(value);
  return /^\d+[a-z]+$/.test(text) ? `1${text}` : `${text}x`;
}
