import type { Construct } from 'constructs';
import type { ManifestFile } from '../../emit/manifest-file';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import { FLUX_VERSION } from '../../versions';
import { type OciRef, OciSource } from '../source';
import { type Patch, Sync } from '../sync';
import { CLUSTERS_NAMESPACE, HUB_TIMEOUT } from './names';

/** The manifests of Flux itself, as an OCI artifact. */
export interface FluxInstall {
  /**
   * Where they are.
   * @default the Flux project's own, whose signature is verified
   */
  readonly url?: string;
  /** An exact version, such as `v2.7.5`. @default the one that this version of the library was made for */
  readonly version?: string;
  /** `sha256:` and 64 hexadecimal digits: what counts then, whatever the version. @default the version's tag */
  readonly digest?: string;
}

/** Where the Flux project has them. */
export const FLUX_PROJECT_URL = 'oci://ghcr.io/fluxcd/flux-manifests';

/** Who signs them (https://fluxcd.io/flux/security/#signed-container-images). */
const PROJECT_SIGNER = {
  identities: [
    {
      issuer: '^https://token\\.actions\\.githubusercontent\\.com$',
      subject: '^https://github\\.com/fluxcd/flux2/\\.github/workflows/release\\.yaml@refs/tags/v.*$',
    },
  ],
} as const;

/** Adds the sources of Flux's own manifests: one for each version that a cluster has. */
export function addFluxSources(scope: Construct, fleet: Fleet): void {
  const { url } = fleet.flux;
  const clusters = fleet.clusters.filter(
    ({ isManagement, flux, teardown }) => !isManagement && flux === 'hub' && teardown !== 'removed',
  );
  const refs = new Map(
    clusters.map((cluster) => releaseFor(fleet, cluster)).map(({ name, ref }) => [name, ref]),
  );
  for (const [name, ref] of refs) {
    new OciSource(scope, name, {
      name,
      namespace: CLUSTERS_NAMESPACE,
      url: url ?? FLUX_PROJECT_URL,
      ref,
      // A tag that moved would be seen, and refused without the signature; nothing else changes here.
      interval: '1h',
      verify: url === undefined ? PROJECT_SIGNER : undefined,
    });
  }
}

/** Flux as a cluster has it. */
interface FluxRelease {
  /** The name of its source: with the version, so that a pull request shows which clusters another one is for. */
  readonly name: string;
  readonly ref: OciRef;
}

/** The version that a cluster is pinned to, or the fleet's. */
function releaseFor({ flux }: Fleet, { fluxVersion }: Cluster): FluxRelease {
  // A digest counts whatever the version.
  const { digest, version = digest ? '' : FLUX_VERSION } = flux;
  if (fluxVersion === undefined || fluxVersion === version) return release(version, digest);
  const [pinned = '', pinnedDigest] = String(fluxVersion).split('@');
  return release(pinned, pinnedDigest);
}

function release(version: string, digest: string | undefined): FluxRelease {
  const short = String(digest ?? '').replace(/^sha256:(.{8}).*$/, '$1');
  return {
    name: ['flux', version, short].filter(Boolean).join('-'),
    ref: digest ? { digest } : { tag: version },
  };
}

/**
 * Adds the sync by which the management cluster installs Flux on another one, without the controllers that
 * a fleet has no use for, and locked down: no reference leads into another namespace, no base comes from elsewhere.
 *
 * @param before the sync that must be Ready first, if there is one
 * @returns the sync's name
 * @see https://fluxcd.io/flux/installation/configuration/multitenancy/
 */
export function addFluxSync(
  fleet: Fleet,
  cluster: Cluster,
  syncs: ManifestFile,
  before: readonly string[],
): string {
  const name = `${cluster.name}-flux`;
  new Sync(syncs, 'flux', {
    name,
    namespace: CLUSTERS_NAMESPACE,
    path: './',
    sourceRef: { kind: 'OCIRepository', name: releaseFor(fleet, cluster).name },
    dependsOn: before,
    kubeConfig: { secretName: cluster.kubeconfigSecret },
    timeout: HUB_TIMEOUT,
    patches: FLUX_PATCHES,
    prune: false,
    deletionPolicy: 'Orphan',
  });
  return name;
}

/** Removes whatever the target selects: kind and name must be there, and count for nothing. */
const REMOVAL = '$patch: delete\napiVersion: v1\nkind: Any\nmetadata:\n  name: any\n';

/** What the manifests have beyond the four controllers that a fleet uses, and the kinds of that. */
const SUPERFLUOUS = [
  '(image-(automation|reflector)-controller|source-watcher)',
  '.+\\.(image\\.toolkit|source\\.extensions)\\.fluxcd\\.io',
];

/** What is changed in Flux's own manifests, wherever a fleet has it installed. */
export const FLUX_PATCHES: readonly Patch[] = [
  ...SUPERFLUOUS.map((name) => ({ target: { name }, patch: REMOVAL })),
  argument('(kustomize|helm|notification)-controller', '--no-cross-namespace-refs=true'),
  argument('kustomize-controller', '--no-remote-bases=true'),
];

function argument(name: string, value: string): Patch {
  const operation = { op: 'add', path: '/spec/template/spec/containers/0/args/-', value };
  return { target: { kind: 'Deployment', name }, patch: JSON.stringify([operation]) };
}
