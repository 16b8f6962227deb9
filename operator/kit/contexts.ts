import { ITEMS, TICK } from './bindings';
import type { Found, Hook, Reason } from './hook';
import { type Key, type KubeObject, textOf } from './objects';

/** One entry of the file that the engine gives a hook. */
export interface BindingContext {
  readonly binding: string;
  readonly type?: 'Synchronization' | 'Event' | 'Schedule' | 'Group';
  readonly groupName?: string;
  /** Null where the object is not one of those that the binding is about (`Watched.only`). */
  readonly filterResult?: Found | null;
  readonly objects?: readonly Snapshot[];
  readonly snapshots?: Readonly<Record<string, readonly Snapshot[]>>;
}

interface Snapshot {
  readonly filterResult: Found | null;
}

/** What a run has to look at. */
export interface Work {
  /** What changed comes before what is only due. Each for the first reason of: start, changed, related, tick. */
  readonly items: ReadonlyMap<string, { readonly key: Key; readonly reason: Reason }>;
  /** All objects, when the engine said which there are. */
  readonly known?: Snapshots;
}

/** All objects by the name of their binding. */
export type Snapshots = Readonly<Record<string, readonly Found[]>>;

/** Which items a run has to look at, and why. */
export function workOf<Item extends KubeObject>(
  hook: Hook<Item>,
  contexts: readonly BindingContext[],
  now: Date,
): Work {
  const items = new Map<string, { key: Key; reason: Reason }>();
  const add = (found: Key | undefined, reason: Reason) => {
    if (!found) return;
    const key = { namespace: found.namespace, name: found.name };
    if (!items.has(textOf(key))) items.set(textOf(key), { key, reason });
  };
  let known: Snapshots | undefined;
  const itemOf = (binding: string, found: Found) =>
    binding === ITEMS ? found : hook.related?.[binding]?.itemOf(found);
  for (const { binding, type, objects } of contexts) {
    if (type !== 'Synchronization') continue;
    for (const found of foundIn(objects)) add(itemOf(binding, found), 'start');
  }
  for (const { binding, type, filterResult } of contexts) {
    if (type !== 'Event' || !filterResult) continue;
    add(itemOf(binding, filterResult), binding === ITEMS ? 'changed' : 'related');
  }
  for (const { binding, groupName, snapshots } of contexts) {
    if ((binding !== TICK && groupName !== TICK) || !snapshots) continue;
    known = Object.fromEntries(Object.entries(snapshots).map(([name, all]) => [name, foundIn(all)]));
    for (const found of inTurn(known[ITEMS] ?? [], now)) {
      if (found.deleting || (hook.due?.(found, now) ?? true)) add(found, 'tick');
    }
    addOrphans(hook, known, (key) => add(key, 'tick'));
  }
  return { items, known };
}

/**
 * What is being deleted first, since a namespace may wait for it; the others beginning with another one in each tick,
 * so that a run that ends before it has seen all does not leave the same ones out each time.
 */
function inTurn(items: readonly Found[], now: Date): Found[] {
  const from = items.length === 0 ? 0 : (Math.floor(now.getTime() / 60_000) * 97) % items.length;
  const turned = [...items.slice(from), ...items.slice(0, from)];
  return [...turned.filter(({ deleting }) => deleting), ...turned.filter(({ deleting }) => !deleting)];
}

/** What belongs to an item that is not there. */
function addOrphans<Item extends KubeObject>(
  { related = {}, gone }: Hook<Item>,
  known: Snapshots,
  add: (key: Key) => void,
): void {
  if (!gone) return;
  const there = new Set(known[ITEMS]?.map(textOf));
  for (const [name, { itemOf }] of Object.entries(related)) {
    for (const found of known[name] ?? []) {
      const key = itemOf(found);
      if (key && !there.has(textOf(key))) add(key);
    }
  }
}

function foundIn(objects: readonly Snapshot[] = []): Found[] {
  return objects.flatMap(({ filterResult }) => filterResult ?? []);
}
