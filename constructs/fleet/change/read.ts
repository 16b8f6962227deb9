import { parse } from 'yaml';
import { groupOf, type Manifest } from '../../emit/manifest';
import type { Tree } from '../../emit/write';
import { FIELDS } from './immutable';

/** The Cluster API objects of one cluster that a change touches, before and after it. */
export interface ClusterChange {
  /** The management cluster, by name. */
  readonly management: string;
  readonly name: string;
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
  /** Whether the file of the `Cluster` itself changed: one that is on neither side could not be read. */
  readonly itself: boolean;
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
  const changed = [...files].filter((file) => (before.get(file) ?? '') !== (after.get(file) ?? ''));
  // A fleet that only grows has nothing to lose: its first output is not parsed.
  const isNew = (file: string) => !before.get(ownFile(file)) && Boolean(after.get(ownFile(file)));
  if (changed.every((file) => !before.get(file) && isNew(file))) return [];
  for (const file of changed) {
    const read = readBoth(before.get(file) ?? '', after.get(file) ?? '');
    if (!read) continue;
    const [, management = '', name = ''] = FILE.exec(file) ?? [];
    const key = `${management}/${name}`;
    const change = changes.get(key) ?? { before: [], after: [] };
    changes.set(key, change);
    change.before.push(...read.before);
    change.after.push(...read.after);
  }
  return [...changes].map(([key, objects]) => {
    const [management = '', name = ''] = key.split('/');
    const own = ownFile(`${management}/clusters/${name}/`);
    return { management, name, ...objects, itself: before.get(own) !== after.get(own) };
  });
}

/** The file of the `Cluster` itself, beside or above another file of the cluster. */
function ownFile(file: string): string {
  return file.replace(/^([^/]+\/clusters\/([^/]+)\/).*$/, '$1$2.yaml');
}

/** The kinds that anything is judged by: parsing is most of the work. */
const JUDGED = new Set([...Object.keys(FIELDS), 'KubeadmControlPlane', 'ConfigMap', 'HelmRelease']);

/** The objects of a file on both sides, or nothing if one of them is no YAML. */
function readBoth(before: string, after: string): { before: Manifest[]; after: Manifest[] } | undefined {
  // Most documents are the same on both sides, and are parsed once.
  const known = new Map<string, unknown>();
  const read = (text: string): Manifest[] =>
    text
      .split(/^---$/m)
      .filter((document) => JUDGED.has(/^kind: (\w+)$/m.exec(document)?.[1] ?? ''))
      .map((document) => {
        if (!known.has(document)) known.set(document, parse(document));
        return known.get(document);
      })
      .filter(isObject);
  try {
    return { before: read(before), after: read(after) };
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
