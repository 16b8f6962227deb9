import { parseAllDocuments } from 'yaml';
import { groupOf, type Manifest } from '../../emit/manifest';
import type { Tree } from '../../emit/write';

/** The Cluster API objects of one cluster that a change touches, before and after it. */
export interface ClusterChange {
  /** The management cluster, by name. */
  readonly management: string;
  readonly name: string;
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
}

/** A file of a cluster that the management cluster holds: `<management>/clusters/<name>/...`. */
const FILE = /^([^/]+)\/clusters\/([^/]+)\/.+\.yaml$/;

/** Whether a file of `dist/` holds what a change of a cluster is judged by. */
export function isClusterFile(file: string): boolean {
  return FILE.test(file) && !file.endsWith('/kustomization.yaml');
}

/**
 * What changed of each cluster. Files whose text is the same are not parsed. One that cannot be read, because
 * somebody edited it or left a merge conflict in it, says nothing: the next output replaces it.
 */
export function changedClusters(before: Tree, after: Tree): ClusterChange[] {
  const changes = new Map<string, { before: Manifest[]; after: Manifest[] }>();
  const files = new Set([...before.keys(), ...after.keys()].filter(isClusterFile));
  for (const file of files) {
    const texts = { before: before.get(file) ?? '', after: after.get(file) ?? '' };
    if (texts.before === texts.after) continue;
    const read = { before: readObjects(texts.before), after: readObjects(texts.after) };
    if (!read.before || !read.after) continue;
    const [, management = '', name = ''] = FILE.exec(file) ?? [];
    const key = `${management}/${name}`;
    const change = changes.get(key) ?? { before: [], after: [] };
    changes.set(key, change);
    change.before.push(...read.before);
    change.after.push(...read.after);
  }
  return [...changes].map(([key, objects]) => {
    const [management = '', name = ''] = key.split('/');
    return { management, name, ...objects };
  });
}

/** The objects of a file, or nothing if it is no YAML. */
function readObjects(text: string): Manifest[] | undefined {
  try {
    const documents = parseAllDocuments(text);
    if (documents.some(({ errors }) => errors.length > 0)) return undefined;
    return documents.map((document) => document.toJS()).filter(isObject);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Manifest {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<Manifest>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}

/** The object of a kind, and of a name if one is given. */
export function find(objects: readonly Manifest[], kind: string, name?: string): Manifest | undefined {
  return objects.find(
    (object) =>
      object.kind === kind &&
      /(^|\.)cluster\.x-k8s\.io$/.test(groupOf(object.apiVersion)) &&
      (name === undefined || object.metadata.name === name),
  );
}

/** What is at a path such as `spec.network.vpc.id`. */
export function at(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((value, key) => (value as Record<string, unknown> | undefined)?.[key], object);
}
