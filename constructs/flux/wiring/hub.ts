import { ApiObject } from 'cdk8s';
import { ManifestFile } from '../../emit/manifest-file';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { Sync } from '../sync';
import { attempt } from './attempt';
import { CLUSTERS_NAMESPACE, FLEET } from './names';
import { addRoot } from './root';

/**
 * The management cluster's part of another one: its Cluster API objects, and the hand-over to its own
 * Flux. Each is a sync of its own, so that one bad object does not block the other clusters.
 */
export function wireHub(fleet: Fleet, management: Cluster, cluster: Cluster): Problem[] {
  const problems = cluster.define ? wireObjects(fleet, management, cluster) : [];
  if (cluster.teardown !== 'removed') wireHandoff(fleet, management, cluster);
  return problems;
}

function wireObjects(fleet: Fleet, management: Cluster, cluster: Cluster): Problem[] {
  const folder = `${management.name}/clusters/${cluster.name}`;
  const chart = new ManifestFile(cluster, 'cluster-api', {
    cluster: management.name,
    folder,
    file: `${cluster.name}.yaml`,
    namespace: CLUSTERS_NAMESPACE,
    protection: cluster.teardown ? 'lifted' : 'always',
  });
  const problems =
    cluster.teardown === 'removed'
      ? addTombstone(chart, cluster)
      : attempt(chart.node.path, () => cluster.define?.(chart));
  const available = "status.conditions.exists(c, c.type == 'Available' && c.status == 'True')";
  new Sync(hubFile(management, cluster, cluster.name), 'sync', {
    name: cluster.name,
    namespace: CLUSTERS_NAMESPACE,
    path: fleet.pathInSource(folder),
    sourceRef: { kind: 'GitRepository', name: FLEET },
    wait: false,
    timeout: '30m',
    healthChecks: [
      {
        apiVersion: 'cluster.x-k8s.io/v1beta2',
        kind: 'Cluster',
        name: cluster.name,
        namespace: CLUSTERS_NAMESPACE,
      },
    ],
    healthCheckExprs: [
      {
        apiVersion: 'cluster.x-k8s.io/v1beta2',
        kind: 'Cluster',
        current: available,
        inProgress: `!${available}`,
      },
    ],
    deletionPolicy: cluster.teardown ? 'WaitForTermination' : 'Orphan',
  });
  return problems;
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

function wireHandoff(fleet: Fleet, management: Cluster, cluster: Cluster): void {
  const folder = `${management.name}/clusters/${cluster.name}/handoff`;
  addRoot(new ManifestFile(cluster, 'handoff', { cluster: cluster.name, folder }), fleet, cluster);
  const name = `${cluster.name}-handoff`;
  new Sync(hubFile(management, cluster, name), 'sync', {
    name,
    namespace: CLUSTERS_NAMESPACE,
    path: fleet.pathInSource(folder),
    sourceRef: { kind: 'GitRepository', name: FLEET },
    dependsOn: cluster.define ? [cluster.name] : [],
    kubeConfig: { secretName: cluster.kubeconfigSecret },
    prune: false,
    deletionPolicy: 'Orphan',
  });
}

/** The syncs live in the management cluster's root folder, whatever construct they are made by. */
function hubFile(management: Cluster, cluster: Cluster, name: string): ManifestFile {
  return new ManifestFile(cluster, `hub-${name}`, {
    cluster: management.name,
    folder: management.name,
    file: `syncs/clusters/${name}.yaml`,
  });
}
