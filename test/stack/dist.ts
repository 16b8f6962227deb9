import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { load, loadAll } from 'js-yaml';
import { groupOf, type KubernetesObject } from './kubernetes-object';

const KUSTOMIZATION = 'kustomization.yaml';
const KUBECONFIG_SUFFIX = '-kubeconfig';

/** One object of `dist/`. */
export interface Manifest {
  /** The file that holds it, relative to `dist/`. */
  readonly file: string;
  readonly object: KubernetesObject;
  /** Its YAML, as the file has it. */
  readonly text: string;
}

/** A Flux Kustomization, as far as it says what is read and where it goes. */
interface Sync extends KubernetesObject {
  spec: { path: string; kubeConfig?: { secretRef?: { name: string } } };
}

/**
 * Reads a `dist/` tree the way the fleet's Fluxes do: what each cluster ends up with, by its name.
 * Namespaces come first, then CRDs, then the rest in the order of file and document.
 */
export function readDist(dist: string): Map<string, Manifest[]> {
  const clusters = readdirSync(dist, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const manifests = clusters.flatMap(({ name }) => readFolder(dist, name));
  const remote = remoteFolders(dist, manifests);
  const byCluster = new Map<string, Manifest[]>(clusters.map(({ name }) => [name, []]));
  for (const manifest of manifests) {
    const target = targetOf(manifest.file, remote);
    const list = byCluster.get(target);
    if (!list)
      throw new Error(`${manifest.file} goes to the cluster ${target}, which has no folder in ${dist}`);
    list.push(manifest);
  }
  return new Map([...byCluster].map(([name, list]) => [name, inApplyOrder(list)]));
}

function readFolder(dist: string, folder: string): Manifest[] {
  const entries = readdirSync(path.join(dist, folder), { recursive: true, encoding: 'utf8' });
  const files = entries.map((entry) => path.join(folder, entry)).sort();
  const kustomizations = files.filter((file) => path.basename(file) === KUSTOMIZATION);
  const listed = new Set(kustomizations.flatMap((file) => resourcesOf(dist, file)));
  const manifests = files.filter((file) => file.endsWith('.yaml') && path.basename(file) !== KUSTOMIZATION);
  const stray = manifests.find((file) => !listed.has(file));
  if (stray) throw new Error(`No ${KUSTOMIZATION} lists ${stray}: Flux would never apply it`);
  return manifests.flatMap((file) => readManifests(dist, file));
}

function resourcesOf(dist: string, file: string): string[] {
  const { resources, ...rest } = load(readFileSync(path.join(dist, file), 'utf8')) as {
    resources?: string[] | null;
    [field: string]: unknown;
  };
  const unknown = Object.keys(rest).find((field) => !['apiVersion', 'kind', 'metadata'].includes(field));
  if (unknown) throw new Error(`${file} has \`${unknown}\`, which this reader cannot apply`);
  return (resources ?? []).map((resource) => {
    const target = path.join(path.dirname(file), resource);
    if (!existsSync(path.join(dist, target)))
      throw new Error(`${file} lists ${resource}, which does not exist`);
    return statSync(path.join(dist, target)).isDirectory() ? path.join(target, KUSTOMIZATION) : target;
  });
}

function readManifests(dist: string, file: string): Manifest[] {
  return readFileSync(path.join(dist, file), 'utf8')
    .split(/^---(?:[ \t].*)?$/m)
    .map((text) => ({ file, text, object: loadAll(text)[0] as KubernetesObject | null | undefined }))
    .filter((manifest): manifest is Manifest => !!manifest.object)
    .map(decrypted);
}

/** Stands in for Flux's decryption: the server never sees the `sops` field, nor what is not Base64. */
function decrypted(manifest: Manifest): Manifest {
  const { sops, ...object } = manifest.object;
  if (sops === undefined) return manifest;
  const data = Object.entries((object.data ?? {}) as Record<string, string>);
  const decoded: KubernetesObject = {
    ...(object as KubernetesObject),
    ...(data.length > 0 && {
      data: Object.fromEntries(data.map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
    }),
  };
  return { ...manifest, object: decoded, text: JSON.stringify(decoded) };
}

/** The folders whose sync applies them to another cluster than the one that the sync lives on. */
function remoteFolders(dist: string, manifests: readonly Manifest[]): Map<string, string> {
  const remote = new Map<string, string>();
  for (const { object } of manifests) {
    if (object.kind !== 'Kustomization' || groupOf(object) !== 'kustomize.toolkit.fluxcd.io') continue;
    const { spec } = object as Sync;
    const secret = spec.kubeConfig?.secretRef?.name;
    if (!secret) continue;
    const folder = path.relative(dist, path.resolve(dist, '..', spec.path));
    remote.set(folder, clusterOf(dist, folder, secret));
  }
  return remote;
}

function clusterOf(dist: string, folder: string, secret: string): string {
  const name = secret.endsWith(KUBECONFIG_SUFFIX) ? secret.slice(0, -KUBECONFIG_SUFFIX.length) : secret;
  if (existsSync(path.join(dist, name))) return name;
  const [, , named] = folder.split(path.sep);
  return named ?? name;
}

function targetOf(file: string, remote: ReadonlyMap<string, string>): string {
  for (let folder = path.dirname(file); folder !== '.'; folder = path.dirname(folder)) {
    const target = remote.get(folder);
    if (target) return target;
  }
  return file.split(path.sep)[0] ?? '';
}

function inApplyOrder(manifests: readonly Manifest[]): Manifest[] {
  const rank = ({ object }: Manifest) =>
    ['Namespace', 'CustomResourceDefinition'].indexOf(object.kind) + 1 || Number.POSITIVE_INFINITY;
  return manifests
    .map((manifest) => ({ manifest, rank: rank(manifest) }))
    .sort((left, right) => (left.rank === right.rank ? 0 : left.rank - right.rank))
    .map(({ manifest }) => manifest);
}
