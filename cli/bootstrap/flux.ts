import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { FleetError } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { FLEET } from '../../constructs/flux/wiring';
import { FLUX_PATCHES, FLUX_PROJECT_URL } from '../../constructs/flux/wiring/flux-install';
import { FLUX_VERSION } from '../../constructs/versions';
import { type FetchedArtifact, fetchArtifact } from './artifact';
import type { ManagementFolder } from './fleet';
import type { Kubectl } from './kubectl';
import { readObjects } from './objects';
import type { UnpackedFile } from './untar';
import { isNewer } from './version';

/** Flux as it is to be installed. */
export interface FluxRelease {
  /** Where its manifests are from. */
  readonly from: string;
  /** Such as `v2.7.5`; empty where the manifests do not say. */
  readonly version: string;
  readonly objects: readonly Manifest[];
}

/**
 * The install manifests of Flux, with the patches that it has on every cluster of a fleet.
 *
 * @param file what `flux install --export` printed; without one they are fetched from where the fleet's clusters
 * have them
 * @throws FleetError when they cannot be had, or are not those of Flux
 */
export async function fluxRelease(
  kubectl: Kubectl,
  fleet: ManagementFolder,
  file: string | undefined,
): Promise<FluxRelease> {
  if (file === undefined) {
    const { reference, files } = await fetched(artifactOf(fleet));
    return releaseOf(reference, await patched(kubectl, files));
  }
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) throw unusable(file, 'is no file');
  const content = fs.readFileSync(file);
  readObjects(file, content.toString('utf8'));
  return releaseOf(file, await patched(kubectl, [{ name: 'flux.yaml', content }]));
}

/** Fetches it; where a registry does not give it, a file does. */
async function fetched(source: Manifest): Promise<FetchedArtifact> {
  try {
    return await fetchArtifact(source);
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    const byFile = (remedy: string) =>
      remedy.includes('--flux') ? remedy : `${remedy}; or give the manifests by --flux FILE`;
    throw new FleetError(error.problems.map((problem) => ({ ...problem, remedy: byFile(problem.remedy) })));
  }
}

/**
 * The newest of those that the fleet's clusters have; where none gets one, the one that this library is made for.
 *
 * @throws FleetError when their names do not say which is the newest
 */
export function artifactOf({ wiring }: Pick<ManagementFolder, 'wiring'>): Manifest {
  const all = wiring.filter(({ kind, metadata }) => kind === 'OCIRepository' && metadata.name !== FLEET);
  if (all.length === 0) return DEFAULT;
  const isNamed = all.length === 1 || all.every((one) => ageOf(one) !== '');
  const newest = all.find((one) => all.every((other) => one === other || isNewer(ageOf(one), ageOf(other))));
  if (isNamed && newest) return newest;
  throw unusable(
    all.map(({ metadata }) => metadata.name).join(', '),
    'do not say by their names which is the newest Flux',
  );
}

const DEFAULT: Manifest = {
  apiVersion: 'source.toolkit.fluxcd.io/v1',
  kind: 'OCIRepository',
  metadata: { name: `flux-${FLUX_VERSION}` },
  spec: { url: FLUX_PROJECT_URL, ref: { tag: FLUX_VERSION } },
};

/** The version in the name of a source, such as `flux-v2.7.5`; one that is pinned by its digest may have none. */
function ageOf({ metadata }: Manifest): string {
  return /^flux-(v\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)[.\d]*)?)/.exec(metadata.name)?.[1] ?? '';
}

/** Applies the patches as Flux itself would: by kustomize, which kubectl has in it. */
async function patched(kubectl: Kubectl, files: readonly UnpackedFile[]): Promise<Manifest[]> {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fleetwright-flux-')));
  try {
    const yaml = files.filter(({ name }) => /\.ya?ml$/.test(name));
    for (const { name, content } of yaml) {
      const target = path.join(folder, 'flux', name);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      fs.writeFileSync(target, content);
    }
    const hasList = yaml.some(({ name }) => name === 'kustomization.yaml');
    const resources = hasList ? ['flux'] : yaml.map(({ name }) => `flux/${name}`);
    fs.writeFileSync(
      path.join(folder, 'kustomization.yaml'),
      stringify({ resources, patches: FLUX_PATCHES }),
    );
    const text = await kubectl.output(['kustomize', folder]);
    return readObjects('the manifests of Flux', text);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function releaseOf(from: string, objects: readonly Manifest[]): FluxRelease {
  const deployments = objects.filter(isDeployment);
  const names = deployments.map(({ metadata }) => metadata.name);
  const lacking = CONTROLLERS.filter((name) => !names.includes(name));
  if (lacking.length > 0) throw unusable(from, `has no ${lacking.join(', ')}`);
  return { from, version: versionOf(deployments[0]), objects };
}

const CONTROLLERS = ['source-controller', 'kustomize-controller', 'helm-controller'] as const;

function isDeployment({ kind }: Manifest): boolean {
  return kind === 'Deployment';
}

/** The version that a Deployment says it is of; empty where it says none. */
export function versionOf(object: Manifest | undefined): string {
  return object?.metadata.labels?.['app.kubernetes.io/version'] ?? '';
}

/** The parts of Flux, in the order in which they are applied: who finds the second has the whole. */
export function stagesOf({ objects }: FluxRelease): readonly [readonly Manifest[], readonly Manifest[]] {
  return [objects.filter((object) => !isDeployment(object)), objects.filter(isDeployment)];
}

function unusable(from: string, problem: string): FleetError {
  return new FleetError([
    {
      code: 'flux-unusable',
      path: from,
      field: '',
      value: undefined,
      problem,
      remedy:
        'give the output of `flux install --export`, or the install.yaml of a release of Flux, by --flux FILE',
    },
  ]);
}
