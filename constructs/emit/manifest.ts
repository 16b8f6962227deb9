import { ApiObject, type IResolver, JsonPatch, ResolutionContext } from 'cdk8s';

/** A Kubernetes object as plain data. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
  readonly [field: string]: unknown;
}

/** The part of ObjectMeta that the compiler itself reads. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** The group of an apiVersion; the core group is empty. */
export function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}

/** How many resolvers every cdk8s `App` has of its own (lazy values, tokens, number-or-string unions). */
const BUILT_IN_RESOLVERS = 3;

/**
 * Turns an ApiObject into plain data: the same that `ApiObject.toJson` returns, in one pass.
 *
 * cdk8s walks to the root of the tree for every scalar to find the app's resolvers, and resolves metadata
 * twice. Here only what is not plain data meets the resolvers. Generated bindings override `toJson`: theirs
 * runs on a view of the object whose data is resolved already. Apps with resolvers of their own, which may
 * want to see every scalar, take cdk8s' own path.
 */
export function manifestOf(object: ApiObject, resolvers: readonly IResolver[]): Manifest {
  if (resolvers.length > BUILT_IN_RESOLVERS) return object.toJson();
  const { props, patches } = object as unknown as Internals;
  const context = { object, resolvers };
  const metadata = metadataOf(context);
  const data: Record<string, unknown> = {};
  for (const key of Object.keys(props)) {
    const member = key === 'metadata' ? undefined : resolve(props[key], context);
    if (member != null) data[key] = member;
  }
  if (object.toJson !== ApiObject.prototype.toJson) return viewOf(object, data, metadata).toJson();
  const manifest = { ...data, metadata } as Manifest;
  // A patch changes its document, parts of which may be what the person who wrote the construct still holds.
  return patches.length === 0 ? manifest : JsonPatch.apply(structuredClone(manifest), ...patches);
}

/** What cdk8s keeps private. A test compares `manifestOf` with `toJson` over arbitrary objects. */
interface Internals {
  readonly props: Record<string, unknown>;
  readonly patches: JsonPatch[];
}

interface MetadataInternals extends Readonly<Record<(typeof OWN_METADATA)[number], unknown>> {
  readonly _additionalAttributes: Readonly<Record<string, unknown>>;
}

interface Context {
  readonly object: ApiObject;
  readonly resolvers: readonly IResolver[];
}

/** The object as its own `toJson` shall see it: resolved, and in an app without resolvers. */
function viewOf(object: ApiObject, props: object, metadata: object): ApiObject {
  return Object.create(object, {
    props: { value: props },
    metadata: { value: { toJson: () => metadata } },
    node: { value: { path: object.node.path, scope: { node: {}, resolvers: [] } } },
  });
}

const OWN_METADATA = ['name', 'namespace', 'labels', 'annotations', 'finalizers', 'ownerReferences'] as const;

function metadataOf(context: Context): Record<string, unknown> {
  const own = context.object.metadata as unknown as MetadataInternals;
  const metadata: Record<string, unknown> = {};
  const add = (key: string, value: unknown): void => {
    // Names and namespaces are most of it, and are what they are.
    const member = typeof value === 'string' ? value : withoutEmpty(resolve(value, context));
    if (member != null) metadata[key] = member;
  };
  for (const key of OWN_METADATA) add(key, own[key]);
  for (const key in own._additionalAttributes) {
    if (!(OWN_METADATA as readonly string[]).includes(key)) add(key, own._additionalAttributes[key]);
  }
  return metadata;
}

/** Empty metadata members say nothing: `labels: {}` goes, at any depth. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty);
  const kept: Record<string, unknown> = {};
  let empty = true;
  for (const key of Object.keys(value)) {
    const member = withoutEmpty((value as Record<string, unknown>)[key]);
    if (member == null) continue;
    kept[key] = member;
    empty = false;
  }
  return empty ? undefined : kept;
}

/** Resolves what is not plain data. What holds nothing to resolve is returned as it is, not copied. */
function resolve(value: unknown, context: Context): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return resolveList(value, context);
  if (isPlain(value)) return resolveMap(value, context);
  const resolution = new ResolutionContext(context.object, [], value);
  for (const resolver of context.resolvers) {
    resolver.resolve(resolution);
    if (resolution.replaced) return resolve(resolution.replacedValue, context);
  }
  return value;
}

function resolveList(list: unknown[], context: Context): unknown[] {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    const item = resolve(list[i], context);
    if (item === list[i]) continue;
    copy ??= [...list];
    copy[i] = item;
  }
  return copy ?? list;
}

function resolveMap(map: Record<string, unknown>, context: Context): Record<string, unknown> {
  let copy: Record<string, unknown> | undefined;
  for (const key of Object.keys(map)) {
    const member = resolve(map[key], context);
    if (member === map[key] && member != null) continue;
    copy ??= { ...map };
    if (member == null) delete copy[key];
    else copy[key] = member;
  }
  return copy ?? map;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    typeof (value as { resolve?: unknown }).resolve !== 'function'
  );
}
