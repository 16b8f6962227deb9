import type { Manifest } from '../../stack/dist';
import { groupOf, type KubernetesObject } from '../../stack/kubernetes-object';

const RESTRICTED = [undefined, 'restricted'];

/** A copy of an object of the fleet, to be broken by a test, and the cluster that it is for. */
export interface Sample {
  readonly cluster: string;
  readonly object: KubernetesObject;
}

/** A kind of one API group. */
export interface KindOfGroup {
  readonly group: string;
  readonly kind: string;
}

/** Takes a sample of each kind that the fleet has, under a name that no server knows yet. */
export function sample(
  clusters: ReadonlyMap<string, readonly Manifest[]>,
  { group, kind }: KindOfGroup,
): Sample {
  for (const [cluster, manifests] of clusters) {
    const found = manifests.find(
      ({ object }) => object.kind === kind && groupOf(object) === group && isRestricted(object, manifests),
    );
    if (!found) continue;
    const object = structuredClone(found.object);
    object.metadata.name = `${object.metadata.name}-broken`;
    return { cluster, object };
  }
  throw new Error(`dist/ has no ${kind} (${group}), which this test breaks: add one to the reference fleet`);
}

function isRestricted({ metadata }: KubernetesObject, manifests: readonly Manifest[]): boolean {
  const namespace = manifests.find(
    ({ object }) => object.kind === 'Namespace' && object.metadata.name === metadata.namespace,
  );
  const labels = namespace?.object.metadata.labels ?? {};
  return RESTRICTED.includes(labels['pod-security.kubernetes.io/warn']);
}

/** Sets a field, given by the names on the way to it, and makes what is missing on that way. */
export function set(object: object, way: readonly (string | number)[], value: unknown): void {
  let place = object as Record<string | number, unknown>;
  for (const step of way.slice(0, -1)) {
    place[step] ??= {};
    place = place[step] as Record<string | number, unknown>;
  }
  place[way.at(-1) ?? ''] = value;
}
