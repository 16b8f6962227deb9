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
  const metadata = metadataOf(object, resolvers);
  const data = resolve({ ...props, metadata: undefined }, object, resolvers) as Record<string, unknown>;
  if (object.toJson !== ApiObject.prototype.toJson) {
    return Object.create(object, {
      props: { value: data },
      metadata: { value: { toJson: () => metadata } },
      node: { value: { path: object.node.path, scope: { node: {}, resolvers: [] } } },
    }).toJson();
  }
  const manifest = { ...data, metadata } as Manifest;
  return patches.length === 0 ? manifest : JsonPatch.apply(manifest, ...patches);
}

/** What cdk8s keeps private. A test compares `manifestOf` with `toJson` over arbitrary objects. */
interface Internals {
  readonly props: Record<string, unknown>;
  readonly patches: JsonPatch[];
}

interface MetadataInternals {
  readonly _additionalAttributes: Record<string, unknown>;
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly finalizers: string[];
  readonly ownerReferences: unknown[];
}

function metadataOf(object: ApiObject, resolvers: readonly IResolver[]): Record<string, unknown> {
  const { name, namespace } = object.metadata;
  const own = object.metadata as unknown as MetadataInternals;
  const { _additionalAttributes, labels, annotations, finalizers, ownerReferences } = own;
  const all = { ..._additionalAttributes, name, namespace, labels, annotations, finalizers, ownerReferences };
  const resolved = resolve(all, object, resolvers) as Record<string, unknown>;
  return (withoutEmpty(resolved) ?? {}) as Record<string, unknown>;
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

function resolve(value: unknown, object: ApiObject, resolvers: readonly IResolver[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => resolve(item, object, resolvers));
  if (isPlain(value)) {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const member = resolve(value[key], object, resolvers);
      if (member != null) copy[key] = member;
    }
    return copy;
  }
  const context = new ResolutionContext(object, [], value);
  for (const resolver of resolvers) {
    resolver.resolve(context);
    if (context.replaced) return resolve(context.replacedValue, object, resolvers);
  }
  return value;
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype = Object.getPrototypeOf(value);
  return (
    (prototype === Object.prototype || prototype === null) &&
    typeof (value as { resolve?: unknown }).resolve !== 'function'
  );
}
