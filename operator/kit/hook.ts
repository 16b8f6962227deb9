import type { Api } from './api';
import type { Metric } from './metrics';
import type { Key, Kind, KubeObject } from './objects';

/** The objects of a kind that a hook watches. */
export interface Watched {
  readonly kind: Kind;
  /** @default all namespaces */
  readonly namespace?: string;
  /** Only objects with these labels. @default all */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * Only objects of which this jq expression is true; the others cost nothing: neither a run nor memory of a snapshot.
   * One that stops being so is gone, and the next tick tells, not an event. @default all
   */
  readonly only?: string;
  /**
   * What snapshots keep of an object beside its key, uid, generation, finalizers and whether it is being deleted:
   * a jq expression by name. A change of one of these, and of nothing else, runs the hook. An expression that fails on
   * one object keeps the whole operator from starting: write `?` and `//` where a field may be missing or of any type.
   */
  readonly fields?: Readonly<Record<string, string>>;
}

/** An object as a snapshot has it. It may be older than the last write. */
export interface Found extends Key {
  readonly uid: string;
  readonly generation: number | null;
  readonly deleting: boolean;
  /** The fields that `Watched.fields` names. */
  readonly [field: string]: unknown;
}

/** Objects that belong to an item: a change of one of them is a reason to look at the item. */
export interface Related extends Watched {
  /** The item that an object belongs to, or undefined for none. */
  readonly itemOf: (found: Found) => Key | undefined;
}

/** Why an item is looked at: it changed, something of its own did, time went by, or the operator started. */
export type Reason = 'changed' | 'related' | 'tick' | 'start';

/** What a hook has while it looks at one item. */
export interface ItemRun {
  readonly api: Api;
  readonly reason: Reason;
  readonly now: Date;
  /** Aborts when the item's time is up. */
  readonly signal: AbortSignal;
}

/**
 * A hook with one responsibility: to bring each item to what it asks for. The kit reads the item afresh, holds its
 * finalizer, and keeps items apart: what one throws, and how long it takes, is no matter of the others.
 */
export interface Hook<Item extends KubeObject> {
  /** Names its queue, the owner of the fields that it applies, and its metrics. */
  readonly name: string;
  readonly items: Watched;
  /** By the name of the binding. */
  readonly related?: Readonly<Record<string, Related>>;
  /** When to look at all items again, in cron; a sixth field, before the others, is seconds. @default every minute */
  readonly every?: string;
  /** Which of them then. @default all */
  readonly due?: (found: Found, now: Date) => boolean;
  /** Held from before the first `reconcile` until `finalize` has said true. @default none */
  readonly finalizer?: string;
  /** How long an item may take, in seconds. @default 30 */
  readonly seconds?: number;
  readonly reconcile: (item: Item, run: ItemRun) => Promise<void>;
  /** Cleans up after an item that is being deleted; says whether all is done, and is called again until it is. */
  readonly finalize?: (item: Item, run: ItemRun) => Promise<boolean>;
  /** An item that is not there, of which something is, or which just went, or goes without a finalizer of the hook. */
  readonly gone?: (key: Key, run: ItemRun) => Promise<void>;
  /** Tells the item's readers what `reconcile` or `finalize` threw, such as by a condition. */
  readonly failed?: (item: Item, error: Error, run: ItemRun) => Promise<void>;
  /** What is known of all items, and of what belongs to them by the name of the binding, once in each tick. */
  readonly metrics?: (
    items: readonly Found[],
    related: Readonly<Record<string, readonly Found[]>>,
  ) => readonly Metric[];
}
