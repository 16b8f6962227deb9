import { parseAllDocuments } from 'yaml';
import { groupOf, type Manifest } from '../../emit/manifest';
import type { Tree } from '../../emit/write';
import { tombstoneOf } from '../../flux/wiring/names';
import { FIELDS } from './immutable';
import { isListOfFiles, missingFiles } from './unreadable';

/** The Cluster API objects of one cluster that a change touches, before and after it. */
export interface ClusterChange {
  /** The management cluster, by name. */
  readonly management: string;
  readonly name: string;
  readonly before: readonly Manifest[];
  readonly after: readonly Manifest[];
  /** Whether the file of the `Cluster` itself changed. */
  readonly itself: boolean;
  /** Files of the old tree of which nothing is known. */
  readonly unreadable: readonly Unreadable[];
}

/** A file that should hold objects of a cluster. */
export interface Unreadable {
  readonly file: string;
  readonly isMissing: boolean;
}

/** A file of a cluster that the management cluster holds: `<management>/clusters/<name>/...`. */
const FILE = /^([^/]+)\/clusters\/([^/]+)\/.+\.yaml$/;

/** Whether a file of `dist/` is one that a change of a cluster is judged by. */
export function isClusterFile(file: string): boolean {
  return holdsObjects(file) || isListOfFiles(file);
}

function holdsObjects(file: string): boolean {
  return FILE.test(file) && !file.endsWith('/kustomization.yaml');
}

/** What changed of each cluster. Files whose text is the same are not parsed. */
export function changedClusters(before: Tree, after: Tree): ClusterChange[] {
  const differ = new Set([...before.keys(), ...after.keys()].filter(isClusterFile));
  for (const file of differ) if (before.get(file) === after.get(file)) differ.delete(file);
  const changes = new Changes(before, after);
  const touched = new Set([...differ].map(clusterOf));
  for (const { management, name, files } of missingFiles(before, (...of) => touched.has(of.join('/')))) {
    for (const file of files) {
      changes.of(`${management}/${name}`).unreadable.push({ file, isMissing: !before.has(file) });
    }
  }
  // A cluster that is new has nothing to lose: its first output is not parsed, unless one that goes may be like it.
  const isNew = (file: string) => !before.has(file) && !before.has(ownFile(file)) && after.has(ownFile(file));
  const objects = [...differ].filter(holdsObjects);
  if (!objects.every(isNew)) for (const file of objects) changes.read(file);
  return changes.all;
}

/** The changes of clusters, as they are found file by file. */
class Changes {
  private readonly found = new Map<
    string,
    { readonly before: Manifest[]; readonly after: Manifest[]; readonly unreadable: Unreadable[] }
  >();

  constructor(
    private readonly before: Tree,
    private readonly after: Tree,
  ) {}

  get all(): ClusterChange[] {
    return [...this.found].map(([key, change]) => {
      const [management = '', name = ''] = key.split('/');
      const own = ownFile(`${management}/clusters/${name}/`);
      return { management, name, ...change, itself: this.before.get(own) !== this.after.get(own) };
    });
  }

  /** What is known of one cluster, by `<management>/<name>`. */
  of(key: string) {
    const change = this.found.get(key) ?? { before: [], after: [], unreadable: [] };
    this.found.set(key, change);
    return change;
  }

  /** A file of the new tree that is no YAML is reported for itself, and nothing can be compared with it. */
  read(file: string): void {
    const change = this.of(clusterOf(file));
    const { before, after } = readBoth(this.before.get(file), this.after.get(file) ?? '');
    const isOwn = ownFile(file) === file;
    if (!before || (isOwn && this.before.has(file) && !before.some(isOfItself(file)))) {
      change.unreadable.push({ file, isMissing: false });
    } else if (after) {
      change.before.push(...before);
      change.after.push(...after);
    }
  }
}

/** Whether an object is what the own file of a cluster is about: the `Cluster`, or what stays when it was removed. */
function isOfItself(file: string): (object: Manifest) => boolean {
  const [, , name = ''] = FILE.exec(file) ?? [];
  return (object) => find([object], 'Cluster') !== undefined || isTombstone(object, name);
}

/** Whether an object is what stays of a cluster that was removed. */
export function isTombstone({ kind, metadata }: Manifest, cluster: string): boolean {
  return kind === 'ConfigMap' && metadata.name === tombstoneOf(cluster);
}

/** `<management>/<name>` of a file of a cluster. */
function clusterOf(file: string): string {
  return file.replace(/^([^/]+)\/clusters\/([^/]+?)(\/.*|\.yaml)$/, '$1/$2');
}

/** The file of the `Cluster` itself, beside or above another file of the cluster. */
function ownFile(file: string): string {
  return file.replace(/^([^/]+\/clusters\/([^/]+)\/).*$/, '$1$2.yaml');
}

/** The kinds that anything is judged by: parsing is most of the work. */
const JUDGED = new Set([...Object.keys(FIELDS), 'KubeadmControlPlane', 'ConfigMap', 'HelmRelease']);

/**
 * The objects of a file on both sides, where they can be read. A file that was there holds some, and nothing else;
 * of a file that was not there none are missing.
 */
function readBoth(before: string | undefined, after: string): { before?: Manifest[]; after?: Manifest[] } {
  const sides = [before ?? '', after].map((text) => text.split(/^---(?=\s|$)/m));
  const [old = [], fresh = []] = sides;
  const others = new Set(fresh);
  const both = new Set(old.filter((document) => others.has(document)));
  // Most documents are the same on both sides: of these the judged ones are parsed, and once.
  const known = new Map<string, unknown[]>();
  const read = (documents: readonly string[]): unknown[] =>
    documents
      .filter((document) => !(both.has(document) && isUnjudged(document)))
      .flatMap((document) => {
        const values = known.get(document) ?? valuesIn(document);
        if (both.has(document)) known.set(document, values);
        return values;
      });
  const was = attempt(() => read(old));
  const objects = was?.filter(isObject);
  const isWhole = before === undefined || (before.trim() !== '' && objects?.length === was?.length);
  return { before: isWhole ? objects : undefined, after: attempt(() => read(fresh).filter(isObject)) };
}

/** Whether a document says plainly, as Fleetwright writes it, that it is of a kind which nothing is judged by. */
function isUnjudged(document: string): boolean {
  const kind = /^kind: (\w+)$/m.exec(document)?.[1];
  return kind !== undefined && !JUDGED.has(kind);
}

/** What is in the text, without what is empty. */
function valuesIn(text: string): unknown[] {
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors[0]) throw document.errors[0];
    return document.toJS() ?? [];
  });
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
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
