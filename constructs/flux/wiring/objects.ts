import { ApiObject } from 'cdk8s';
import { ManifestFile } from '../../emit/manifest-file';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { Sync, type SyncDependency, type SyncOptions } from '../sync';
import { attempt } from './attempt';
import { CLUSTERS_NAMESPACE, FLUX_NAMESPACE, HUB_HEALTH_TIMEOUT, tombstoneOf } from './names';
import { sourceRefOf } from './source';

/** Adds the Cluster API objects of a cluster, and the sync that applies them on the management cluster. */
export function wireObjects(
  fleet: Fleet,
  management: Cluster,
  cluster: Cluster,
  syncs: ManifestFile,
  folder: string,
): Problem[] {
  // Any other value protects: it may be a misspelt one.
  const mayGo = cluster.teardown === 'allowed' || cluster.teardown === 'removed';
  const chart = new ManifestFile(cluster, 'cluster-api', {
    cluster: management.name,
    folder,
    file: `${cluster.name}.yaml`,
    namespace: CLUSTERS_NAMESPACE,
    protection: mayGo ? 'lifted' : 'always',
  });
  const problems =
    cluster.teardown === 'removed'
      ? addTombstone(chart, cluster)
      : attempt(chart.node.path, () => cluster.define?.(chart));
  new Sync(syncs, 'cluster', {
    name: cluster.name,
    namespace: CLUSTERS_NAMESPACE,
    path: fleet.pathInSource(folder),
    sourceRef: sourceRefOf(fleet),
    wait: false,
    timeout: HUB_HEALTH_TIMEOUT,
    dependsOn: providersOf(fleet, management, cluster),
    ...(cluster.teardown === 'removed' ? {} : healthOf(cluster)),
    deletionPolicy: mayGo ? 'WaitForTermination' : 'Orphan',
  });
  return problems;
}

/** The syncs of the providers that make a cluster, where the fleet installs them. */
function providersOf(fleet: Fleet, management: Cluster, { madeBy }: Cluster): SyncDependency[] {
  return fleet
    .unitsOn(management)
    .filter(({ provides }) => provides !== undefined && madeBy.includes(provides))
    .map(({ name }) => ({ name, namespace: FLUX_NAMESPACE }));
}

/** A Cluster has no condition `Ready` at v1beta2, and no status at all at first. */
function healthOf({ name }: Cluster): Pick<SyncOptions, 'healthChecks' | 'healthCheckExprs'> {
  const kind = { apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster' };
  const available =
    "has(status.conditions) && status.conditions.exists(c, c.type == 'Available' && c.status == 'True')";
  return {
    healthChecks: [{ ...kind, name, namespace: CLUSTERS_NAMESPACE }],
    healthCheckExprs: [{ ...kind, current: available, inProgress: `!(${available})` }],
  };
}

/** What stays of a removed cluster: a sync must read something to prune the rest. */
function addTombstone(chart: ManifestFile, cluster: Cluster): Problem[] {
  new ApiObject(chart, 'removed', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: tombstoneOf(cluster.name) },
    data: { remedy: 'When no object of this cluster is left, remove its file from clusters/.' },
  });
  return [];
}
