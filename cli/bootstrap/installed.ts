import { FleetError } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { cleaned } from '../registry/text';
import { type FluxRelease, stagesOf, versionOf } from './flux';
import type { Kubectl } from './kubectl';
import { isNewer } from './version';

/** What a cluster has of Flux, and whether it stays. */
export interface InstalledFlux {
  /** Whether it is left as it is. */
  readonly isKept: boolean;
  /** What there is, in words. */
  readonly state: string;
}

/** Looks what a cluster has of Flux. */
export async function installedFlux(
  kubectl: Kubectl,
  release: FluxRelease,
  isGiven: boolean,
): Promise<InstalledFlux> {
  const namespace = stagesOf(release)[1][0]?.metadata.namespace;
  const found = await kubectl.objects(['get', 'deployments.apps', `--namespace=${namespace}`]);
  return judgeInstalled(release, found, isGiven);
}

/**
 * Whether the Flux of a cluster stays: one that somebody else keeps, a newer one, and one of the same version that is
 * locked down; with which flags beside is for whoever added them.
 *
 * @param found the Deployments of its namespace
 * @param isGiven whether a person chose the release, by `--flux`
 * @throws FleetError when a person chose an older one, or one for a Flux that somebody else keeps; and when a part of
 * a newer one is there
 */
export function judgeInstalled(
  release: FluxRelease,
  found: readonly Manifest[],
  isGiven: boolean,
): InstalledFlux {
  const [, wanted] = stagesOf(release);
  const pairs = wanted.map(
    (deployment) =>
      [deployment, found.find(({ metadata }) => metadata.name === deployment.metadata.name)] as const,
  );
  const live = pairs.flatMap(([, there]) => (there ? [there] : []));
  if (live.length === 0) return { isKept: false, state: 'not there' };
  const newest = live.map(versionOf).reduce((a, b) => (isNewer(b, a) ? b : a));
  const shown = cleaned(newest) || 'one of no named version';
  const keeper = live.map(keeperOf).find((name) => name !== undefined);
  if (keeper !== undefined) {
    if (isGiven) throw new FleetError([foreign(release, keeper)]);
    return { isKept: true, state: `${shown} is there, which ${keeper} keeps` };
  }
  const isWhole = pairs.every(([, there]) => there && versionOf(there) === newest);
  if (isNewer(newest, release.version)) {
    if (isGiven || !isWhole) throw new FleetError([older(release, shown, isWhole)]);
    return { isKept: true, state: `${shown} is there, and stays` };
  }
  const isLocked = pairs.every(([deployment, there]) => {
    const locks = argsOf(deployment).filter((arg) => arg.startsWith('--no-'));
    return there && locks.every((arg) => argsOf(there).includes(arg));
  });
  const isKept = isWhole && isLocked && newest === release.version && newest !== '';
  return { isKept, state: isKept ? 'there already' : `${shown} is there` };
}

/** Who keeps a Deployment as it is, beside this command: a sync of Flux, or flux-operator. */
function keeperOf({ metadata }: Manifest): string | undefined {
  const labels: Readonly<Record<string, string>> = metadata.labels ?? {};
  const sync = labels['kustomize.toolkit.fluxcd.io/name'];
  if (sync) return cleaned(`Kustomization ${labels['kustomize.toolkit.fluxcd.io/namespace']}/${sync}`);
  return labels['app.kubernetes.io/managed-by'] === 'flux-operator' ? 'flux-operator' : undefined;
}

function argsOf({ spec }: Manifest): readonly string[] {
  return Object(spec).template?.spec?.containers?.[0]?.args ?? [];
}

function older({ version, from }: FluxRelease, there: string, isWhole: boolean) {
  return {
    code: 'flux-older',
    path: from,
    field: 'version',
    value: version,
    problem: `is older than ${there}, of which ${isWhole ? 'the cluster has all' : 'the cluster has a part'}`,
    remedy: `give ${there} or a later one by --flux FILE: an older Flux may not read what the newer has stored`,
  };
}

function foreign({ version, from }: FluxRelease, keeper: string) {
  return {
    code: 'flux-foreign',
    path: from,
    field: 'version',
    value: version,
    problem: `would be undone: ${keeper} keeps the Flux that is there`,
    remedy: 'leave --flux out, and upgrade Flux where that gets it from',
  };
}
