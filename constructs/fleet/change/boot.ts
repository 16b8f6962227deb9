import { awsCharts } from '../../clusters/aws/boot';
import { cniCharts, isCniRelease } from '../../clusters/boot/cni';
import type { Manifest } from '../../emit/manifest';
import type { Problem } from '../../problem';
import { at, type ClusterChange } from './read';
import { newCluster, orForget } from './remedy';

/**
 * Releases of what nothing on a cluster starts without. Nothing there is ever uninstalled, so one that vanishes
 * stays beside its heir; but one that moves is uninstalled first. While a cluster may be torn down they are
 * suspended, and that changes neither: what is left behind stays, and what moved is uninstalled when they resume.
 */
export function checkBootKept(change: ClusterChange): Problem[] {
  const [before, after] = [releasesOf(change.before), releasesOf(change.after)];
  const idOf = ({ metadata }: Manifest) => metadata.name.slice(change.name.length + 1);
  const isCni = (release: Manifest) => isCniRelease(idOf(release), at(release, 'spec.releaseName'));
  const where = (releases: readonly Manifest[]) => ({
    path: `clusters/${change.name}`,
    field: releases.some(isCni) ? 'cni' : '',
    value: undefined,
    remedy: newCluster(change),
  });

  const dropped = before.filter((release) => !twinOf(release, after));
  if (dropped.length > 0) {
    return [
      {
        ...where(dropped),
        code: 'boot-dropped',
        problem: `no longer has ${dropped.map(idOf).join(', ')}, without which nothing there starts: nobody would remove what is installed, and another would come beside it`,
      },
    ];
  }
  const added = after.filter((release) => isCni(release) && !twinOf(release, before));
  if (added.length > 0) {
    return [
      {
        ...where(added),
        code: 'boot-added',
        problem: `brings ${added.map(idOf).join()} to a cluster whose network somebody else installed: it would come beside that`,
        remedy: orForget(
          change,
          "write cni: 'none' to keep what is there; on EC2 with its ports in cniIngressRules, as they are now",
        ),
      },
    ];
  }
  return before
    .map((release) => ({ release, moves: movesOf(release, twinOf(release, after)) }))
    .filter(({ moves }) => moves.length > 0)
    .map(({ release, moves }) => ({
      ...where([release]),
      code: 'boot-moved',
      problem: `moves ${idOf(release)}: ${moves.join('; ')}. Flux uninstalls it from the running cluster first`,
    }));
}

function releasesOf(objects: readonly Manifest[]): Manifest[] {
  return objects.filter(({ kind }) => kind === 'HelmRelease');
}

function twinOf({ metadata }: Manifest, others: readonly Manifest[]): Manifest | undefined {
  return others.find((other) => other.metadata.name === metadata.name);
}

/**
 * What makes a release another one for helm-controller, each as a person reads it. Which chart is behind an
 * OCI artifact, or a source of somebody else's, only helm-controller sees.
 *
 * @see https://github.com/fluxcd/helm-controller/blob/v1.4.0/internal/action/verify.go#L58
 */
function movesOf(before: Manifest, after: Manifest | undefined): string[] {
  const parts: Record<string, (release: Manifest | undefined) => unknown> = {
    namespace: (release) => at(release, 'spec.targetNamespace'),
    'storage namespace': (release) => at(release, 'spec.storageNamespace'),
    'release name': (release) => at(release, 'spec.releaseName'),
    chart: chartOf,
  };
  return Object.entries(parts).flatMap(([what, of]) => {
    const [was, is] = [of(before), of(after)];
    const isUnseen = was === undefined || is === undefined;
    if (was === is || isUnseen) return [];
    return [`its ${what} was ${JSON.stringify(was)}, and is ${JSON.stringify(is)}`];
  });
}

/** The name of a release's chart, where the release shows it. A shared one is named by chart and version. */
function chartOf(release: Manifest | undefined): unknown {
  if (at(release, 'spec.chartRef.kind') !== 'HelmChart') return at(release, 'spec.chart.spec.chart');
  const name = /^(.+?)-v?\d+\.\d+\.\d+/.exec(String(at(release, 'spec.chartRef.name')))?.[1];
  return SHARED.find((shared) => shared === name);
}

/** Charts whose sources the library names; what other names mean is for their owners to know. */
const SHARED = [...cniCharts('cilium'), ...cniCharts('calico'), ...awsCharts(undefined)].map(
  ({ name }) => name,
);
