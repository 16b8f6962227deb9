/** What is remembered of what a workload names, in an annotation of its own: never one of its pods. */
export interface State {
  /** The version of this form. */
  readonly v: 1;
  /** Which key has hashed. */
  readonly key: string;
  /** What the pods have, by reference: since they were last restarted for it, or since it was seen first. */
  readonly has: Hashes;
  /** A change that waits until nothing changes any more. */
  readonly next?: Waiting;
}

interface Waiting {
  readonly has: Hashes;
  /** Since when it has been like this. */
  readonly since: string;
  /** Since when pods have been behind. */
  readonly first: string;
}

type Hashes = Readonly<Record<string, string>>;

/** What comes next for a workload. */
export interface Decision {
  readonly state: State;
  readonly restart: boolean;
}

/** Content has to stay as it is for this long before the restart, in milliseconds. */
const QUIET = 10_000;
/** Content that never stays as it is does not hold up the restart for longer than this. */
const LONGEST = 5 * 60_000;

/** What is remembered, or undefined if that is nothing, or from another version of the operator or another key. */
export function readState(written: string | undefined, key: string): State | undefined {
  try {
    const state = Object(JSON.parse(written ?? '')) as Partial<State>;
    const known = state.v === 1 && state.key === key && isHashes(state.has);
    return known ? (state as State) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Decides whether a workload has to be restarted. What is seen for the first time is what its pods have; what is not
 * there is as it was.
 *
 * @param found the hash of each object that the workload names, undefined for one that is not there
 */
export function decide(
  state: State | undefined,
  key: string,
  found: ReadonlyMap<string, string | undefined>,
  now: Date,
): Decision {
  const had: Hashes = state?.has ?? {};
  const names = [...found.keys()].sort();
  const has = hashes(names, (name) => had[name] ?? found.get(name));
  const current = hashes(names, (name) => found.get(name) ?? had[name]);
  if (isSame(has, current)) return { state: { v: 1, key, has }, restart: false };
  const next = waiting(state?.next, current, now);
  const [quiet, behind] = [now.getTime() - Date.parse(next.since), now.getTime() - Date.parse(next.first)];
  if (quiet >= QUIET || behind >= LONGEST) return { state: { v: 1, key, has: current }, restart: true };
  return { state: { v: 1, key, has, next }, restart: false };
}

function waiting(before: Waiting | undefined, has: Hashes, now: Date): Waiting {
  const since = before && isSame(before.has, has) ? before.since : '';
  return { has, since: notAfter(since, now), first: notAfter(before?.first ?? '', now) };
}

/** The time as it is written, or now: what is unreadable or still to come may be from a clock that was wrong. */
function notAfter(written: string, now: Date): string {
  return Date.parse(written) <= now.getTime() ? written : now.toISOString();
}

function hashes(names: readonly string[], hash: (name: string) => string | undefined): Hashes {
  return Object.fromEntries(names.flatMap((name) => [[name, hash(name)]].filter((entry) => entry[1])));
}

function isHashes(value: unknown): value is Hashes {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((hash) => typeof hash === 'string');
}

function isSame(one: Hashes, other: Hashes): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
