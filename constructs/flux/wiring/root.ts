import type { Chart } from 'cdk8s';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import { keep } from '../../protection/protect';
import { GitSource } from '../source';
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

/** A source that carries one cluster's folder only, so that its artifact stays small. */
export function addFleetSource(chart: Chart, fleet: Fleet, cluster: Cluster, namespace: string): void {
  const { url, branch = 'main', secretName, interval = '1m' } = fleet.source;
  new GitSource(chart, `source-${namespace}`, {
    name: FLEET,
    namespace,
    annotations: keep,
    url,
    ref: { branch },
    secretName,
    interval,
    sparseCheckout: [fleet.pathInSource(cluster.name).slice(2), 'charts'],
  });
}
