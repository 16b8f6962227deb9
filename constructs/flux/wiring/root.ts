import type { Chart } from 'cdk8s';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import { keep } from '../../protection/protect';
import { Sync } from '../sync';
import { FLEET, FLUX_NAMESPACE } from './names';
import { addFleetSource, sourceRefOf } from './source';

/**
 * What a cluster's own Flux starts from: the source of `dist/<cluster>` and the root sync that reads it.
 * Neither is ever pruned: they hold everything else.
 *
 * @param deletionPolicy `Orphan`: whoever deletes the root sync by hand stops what comes from git, and what runs goes on
 */
export function addRoot(
  chart: Chart,
  fleet: Fleet,
  cluster: Cluster,
  deletionPolicy: 'Orphan' | undefined,
): void {
  addFleetSource(chart, fleet, cluster, FLUX_NAMESPACE);
  new Sync(chart, 'root', {
    name: FLEET,
    namespace: FLUX_NAMESPACE,
    annotations: keep,
    path: fleet.pathInSource(cluster.name),
    sourceRef: sourceRefOf(fleet),
    wait: false,
    deletionPolicy,
  });
}
