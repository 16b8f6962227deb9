import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from '../../stack/api-server';
import { groupOf, type KubernetesObject, listOf, readObjects } from '../../stack/kubernetes-object';

/** Every object in the folders of a rendered fleet. */
export function declaredIn(...folders: readonly string[]): KubernetesObject[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.yaml$/.test(entry.name))
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .flatMap(readObjects)
      .filter((object) => groupOf(object) !== 'kustomize.config.k8s.io'),
  );
}

/** What tells an object from all others of a cluster. */
export function keyOf({ kind, metadata }: KubernetesObject): string {
  return [kind, ...(metadata.namespace ? [metadata.namespace] : []), metadata.name].join('/');
}

/** What a server has of these objects, by key. */
export async function liveOf(
  { kubectl }: ApiServer,
  objects: readonly KubernetesObject[],
): Promise<Map<string, KubernetesObject>> {
  const identities = objects.map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
    ...{ apiVersion, kind },
    metadata: { name, namespace },
  }));
  const get = ['get', '--ignore-not-found', '--output=json', '--filename=-'];
  const text = await kubectl.output(get, { input: listOf(identities) });
  const found = text ? (JSON.parse(text) as { items?: KubernetesObject[] } & KubernetesObject) : undefined;
  return new Map((found?.items ?? (found ? [found] : [])).map((object) => [keyOf(object), object]));
}

/** Members of metadata, and annotations, that servers and controllers write, and that differ after any change. */
const METADATA = ['creationTimestamp', 'generation', 'managedFields', 'resourceVersion', 'uid'];
const ANNOTATIONS = ['deployment.kubernetes.io/revision', 'reconcile.fluxcd.io/requestedAt'];

/** An object without its status and what else servers write: what has to be as it was. */
export function steady(object: KubernetesObject): KubernetesObject {
  const copy = structuredClone(object);
  delete copy.status;
  const metadata = copy.metadata as Record<string, unknown>;
  for (const member of METADATA) delete metadata[member];
  for (const name of ANNOTATIONS) delete copy.metadata.annotations?.[name];
  if (Object.keys(copy.metadata.annotations ?? {}).length === 0) delete metadata.annotations;
  // A Service that is made anew gets another address.
  if (copy.kind === 'Service')
    for (const field of ['clusterIP', 'clusterIPs']) delete Object(copy.spec)[field];
  return copy;
}
