import { readdirSync } from 'node:fs';
import path from 'node:path';
import { downloadModules } from '../../scripts/import/go-modules';
import { readPins } from '../../scripts/import/pins';
import { crdSources } from '../../scripts/import/sources';
import type { ApiServer } from './api-server';
import { requireGo } from './build';
import { until } from './command';
import { type KubernetesObject, listOf, readObjects } from './kubernetes-object';

/** The folder that pins the modules that carry the CRDs. */
export const importsFolder = path.join(__dirname, '..', '..', 'imports');

/** A CustomResourceDefinition, as far as it is touched here. */
export interface Crd extends KubernetesObject {
  spec: {
    group: string;
    names: { kind: string };
    versions: { name: string }[];
    conversion?: unknown;
  };
}

/** The source folders of the pinned modules that carry CRDs, by module. */
export async function importedModules(): Promise<ReadonlyMap<string, string>> {
  await requireGo('Reading the CRDs of the pinned Go modules');
  const file = readPins(importsFolder);
  const wanted = new Set(crdSources.map(({ module }) => module));
  return downloadModules({ ...file, pins: file.pins.filter(({ module }) => wanted.has(module)) });
}

/** Every CRD in a folder. */
export function readCrds(folder: string): Crd[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => readObjects(path.join(folder, name)) as Crd[])
    .filter(({ kind }) => kind === 'CustomResourceDefinition');
}

/** Whether a module belongs to Cluster API, which only a management cluster runs. */
export function isClusterApi(module: string): boolean {
  return module.startsWith('sigs.k8s.io/cluster-api');
}

/** The imported CRDs of the modules that `wanted` accepts. */
export function importedCrds(
  modules: ReadonlyMap<string, string>,
  wanted: (module: string) => boolean,
): Crd[] {
  return crdSources
    .filter(({ module }) => wanted(module))
    .flatMap(({ module, folders, takes = () => true }) =>
      folders
        .flatMap((folder) => readCrds(path.join(modules.get(module) ?? '', folder)))
        .filter(({ spec }) => takes(spec.group, spec.names.kind)),
    );
}

/** Installs CRDs and waits until their kinds are served. */
export async function installCrds({ kubectl }: ApiServer, crds: readonly Crd[]): Promise<void> {
  await kubectl.output(['create', '-f', '-'], { input: listOf(crds) });
  await waitForCrds({ kubectl });
}

/** Waits until the kinds of all CRDs on a server are served. */
export async function waitForCrds({ kubectl }: Pick<ApiServer, 'kubectl'>): Promise<void> {
  // Tried again, because it fails at once on a CRD that has no status yet.
  await until('every CRD is established', 120, async () => {
    const wait = ['wait', '--for=condition=Established', '--timeout=60s', 'crd', '--all'];
    return (await kubectl.run(wait)).code === 0;
  });
}
