import * as fs from 'node:fs';
import * as path from 'node:path';
import { FleetError } from '../../constructs';
import { groupOf, type Manifest } from '../../constructs/emit/manifest';
import { FLEET, FLUX_NAMESPACE } from '../../constructs/flux/wiring';
import { clustersOf } from '../dist';
import { isFile } from '../push/folder';
import { readObjects } from './objects';

/** What a rendered fleet has for its management cluster. */
export interface ManagementFolder {
  /** The folder of the management cluster. */
  readonly folder: string;
  /** The Kubernetes version that its manifests are for, such as `v1.36.3`. */
  readonly kubernetesVersion: string;
  /** Its sources and its root sync. */
  readonly wiring: readonly Manifest[];
  readonly source: Manifest;
  readonly root: Manifest;
  /** Everything that its own Flux applies to it. */
  readonly objects: readonly Manifest[];
}

/**
 * Finds the management cluster in a rendered fleet: the one whose folder holds its own source and root sync.
 *
 * @throws FleetError when there is none
 */
export function managementFolder(dist: string): ManagementFolder {
  for (const name of clustersOf(dist)) {
    const folder = path.join(dist, name);
    const file = path.join(folder, 'flux.yaml');
    const wiring = isFile(file) ? readObjects(file) : [];
    const root = wiring.find((object) => isFleet(object) && object.kind === 'Kustomization');
    const source = wiring.find((object) => isFleet(object) && object.kind.endsWith('Repository'));
    if (root && source) {
      const kubernetesVersion = versionOf(path.join(folder, 'kustomization.yaml'));
      return { folder, kubernetesVersion, wiring, source, root, objects: ownObjects(folder, root) };
    }
  }
  throw new FleetError([
    {
      code: 'management-missing',
      path: dist,
      field: '',
      value: undefined,
      problem: `has no management cluster: no folder with a flux.yaml that holds the sync ${FLUX_NAMESPACE}/${FLEET}`,
      remedy: 'set `management: true` for one cluster of the fleet, and synthesize',
    },
  ]);
}

function isFleet({ metadata }: Manifest): boolean {
  return metadata.name === FLEET && metadata.namespace === FLUX_NAMESPACE;
}

function versionOf(list: string): string {
  const [kustomization] = isFile(list) ? readObjects(list) : [];
  return kustomization?.metadata?.annotations?.['fleetwright.dev/kubernetes-version'] ?? '';
}

/** The objects of a folder, without those of the folders that its syncs apply to other clusters. */
function ownObjects(folder: string, root: Manifest): Manifest[] {
  const files = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => name.endsWith('.yaml'))
    .sort();
  const all = files.map((name) => ({ name, objects: readObjects(path.join(folder, name)) }));
  const remote = all.flatMap(({ objects }) =>
    objects.filter(isRemoteSync).map((sync) => path.posix.relative(pathOf(root), pathOf(sync))),
  );
  return all
    .filter(({ name }) => !remote.some((other) => name.startsWith(`${other}/`)))
    .flatMap(({ objects }) => objects)
    .filter(({ apiVersion }) => groupOf(apiVersion) !== 'kustomize.config.k8s.io');
}

function isRemoteSync({ kind, apiVersion, spec }: Manifest): boolean {
  const isSync = kind === 'Kustomization' && groupOf(apiVersion) === 'kustomize.toolkit.fluxcd.io';
  return isSync && Object(spec).kubeConfig !== undefined;
}

/** The folder that a sync reads. */
export function pathOf({ spec }: Manifest): string {
  return String(Object(spec).path ?? '');
}
