import type { Chart } from 'cdk8s';
import { GitRepository } from '../../../imports/source.toolkit.fluxcd.io';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet, FleetSource } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { keep } from '../../protection/protect';
import { checkGitSource, gitSpec } from '../source/git-source';
import { Sync } from '../sync';
import { FLEET, FLUX_NAMESPACE } from './names';

/**
 * What a cluster's own Flux starts from: the source of `dist/<cluster>` and the root sync that reads it.
 * Neither is ever pruned: they hold everything else.
 */
export function addRoot(chart: Chart, fleet: Fleet, cluster: Cluster): void {
  addFleetSource(chart, fleet, cluster, FLUX_NAMESPACE);
  new Sync(chart, 'root', {
    name: FLEET,
    namespace: FLUX_NAMESPACE,
    annotations: keep,
    path: fleet.pathInSource(cluster.name),
    sourceRef: { kind: 'GitRepository', name: FLEET },
    wait: false,
  });
}

/**
 * A source that carries one cluster's folder and the charts, so that its artifact stays small.
 *
 * @see https://fluxcd.io/flux/components/source/gitrepositories/#sparse-checkout
 */
export function addFleetSource(chart: Chart, fleet: Fleet, cluster: Cluster, namespace: string): void {
  const { url, branch = 'main', secretName, interval, charts } = fleet.source;
  const folder = fleet.pathInSource(cluster.name).slice(2);
  const sparseCheckout = charts === undefined ? [folder] : [folder, charts];
  // No GitSource: its problems would be reported for every cluster; `checkFleetSource` does it once.
  new GitRepository(chart, `source-${namespace}`, {
    metadata: { name: FLEET, namespace, annotations: keep },
    spec: gitSpec({ url, ref: { branch }, secretName, interval, sparseCheckout }),
  });
}

/** What is wrong with the fleet's own source, which every cluster reads. */
export function checkFleetSource({ url, branch = 'main', secretName, interval }: FleetSource): Problem[] {
  return checkGitSource('', 'source.', { url, ref: { branch }, secretName, interval });
}
