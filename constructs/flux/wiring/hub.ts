import { ApiObject } from 'cdk8s';
import { ManifestFile } from '../../emit/manifest-file';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { Sync, type SyncOptions } from '../sync';
import { attempt } from './attempt';
import { CLUSTERS_NAMESPACE, FLEET } from './names';
import { addRoot } from './root';

/**
 * How long a sync of the hub waits for health. It holds one of Flux's four workers so long: a few clusters
 * that are unwell would keep all others waiting. `retryInterval` does the rest of the waiting.
 *
 * @see https://fluxcd.io/flux/components/kustomize/options/
 */
const TIMEOUT = '2m';

/**
 * The management cluster's part of another one: its Cluster API objects, and the hand-over to its own
 * Flux. Each is a sync of its own, so that one bad object does not block the other clusters.
 */
export function wireHub(fleet: Fleet, management: Cluster, cluster: Cluster): Problem[] {
  // The syncs live in the management cluster's root folder, beside the folders that they read.
  const syncs = new ManifestFile(cluster, 'hub', {
    cluster: management.name,
    folder: management.name,
    file: `clusters/${cluster.name}.yaml`,
  });
  const problems = cluster.define ? wireObjects(fleet, management, cluster, syncs) : [];
  if (cluster.teardown !== 'removed') wireHandoff(fleet, management, cluster, syncs);
  return problems;
}

function wireObjects(fleet: Fleet, management: Cluster, cluster: Cluster, syncs: ManifestFile): Problem[] {
  const folder = `${management.name}/clusters/${cluster.name}`;
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
    sourceRef: { kind: 'GitRepository', name: FLEET },
    wait: false,
    timeout: TIMEOUT,
    ...(cluster.teardown === 'removed' ? {} : healthOf(cluster)),
    deletionPolicy: mayGo ? 'WaitForTermination' : 'Orphan',
  });
  return problems;
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
    metadata: { name: `${cluster.name}-removed` },
    data: { remedy: 'When no object of this cluster is left, remove its file from clusters/.' },
  });
  return [];
}

function wireHandoff(fleet: Fleet, management: Cluster, cluster: Cluster, syncs: ManifestFile): void {
  const folder = `${management.name}/clusters/${cluster.name}/handoff`;
  addRoot(new ManifestFile(cluster, 'handoff', { cluster: cluster.name, folder }), fleet, cluster);
  const name = `${cluster.name}-handoff`;
  new Sync(syncs, 'handoff', {
    name,
    namespace: CLUSTERS_NAMESPACE,
    path: fleet.pathInSource(folder),
    sourceRef: { kind: 'GitRepository', name: FLEET },
    dependsOn: cluster.define ? [cluster.name] : [],
    kubeConfig: { secretName: cluster.kubeconfigSecret },
    timeout: TIMEOUT,
    prune: false,
    deletionPolicy: 'Orphan',
  });
}
