import { ManifestFile } from '../../emit/manifest-file';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { Sync } from '../sync';
import { attempt } from './attempt';
import { addFluxSync } from './flux-install';
import { wireHandoff } from './handoff';
import { CLUSTERS_NAMESPACE, HUB_TIMEOUT } from './names';
import { wireObjects } from './objects';
import { sourceRefOf } from './source';

/**
 * The management cluster's part of another one, each a sync of its own, so that one bad object does not block
 * the other clusters: its Cluster API objects; and in this order what nothing starts without (`boot`), Flux,
 * and the hand-over to that. None of the three waits for the Cluster API objects: a cluster is not available
 * before its nodes have a network, which comes with them. They are tried again until they reach it.
 */
export function wireHub(fleet: Fleet, management: Cluster, cluster: Cluster): Problem[] {
  // The syncs live in the management cluster's root folder, beside the folders that they read.
  const syncs = new ManifestFile(cluster, 'hub', {
    cluster: management.name,
    folder: management.name,
    file: `clusters/${cluster.name}.yaml`,
  });
  const folder = `${management.name}/clusters/${cluster.name}`;
  const problems = cluster.define ? wireObjects(fleet, management, cluster, syncs, folder) : [];
  if (cluster.teardown === 'removed') return problems;
  // Its first machine does it all by itself.
  if (cluster.flux === 'first-boot') return problems;
  const boot = wireBoot(fleet, management, cluster, syncs, `${folder}/boot`);
  const before = cluster.flux === 'hub' ? [addFluxSync(syncs, cluster, boot.syncs)] : boot.syncs;
  return [...problems, ...boot.problems, ...wireHandoff(fleet, cluster, syncs, `${folder}/handoff`, before)];
}

interface Wired {
  /** The names of the syncs that what comes later waits for. */
  readonly syncs: readonly string[];
  readonly problems: readonly Problem[];
}

function wireBoot(
  fleet: Fleet,
  management: Cluster,
  cluster: Cluster,
  syncs: ManifestFile,
  folder: string,
): Wired {
  const mayGo = cluster.teardown === 'allowed';
  const chart = new ManifestFile(cluster, 'boot', {
    cluster: management.name,
    folder,
    namespace: CLUSTERS_NAMESPACE,
    protection: mayGo ? 'lifted' : 'always',
  });
  const problems = attempt(chart.node.path, () => cluster.boot?.(chart));
  if (chart.node.children.length === 0) {
    // Flux fails on a folder that is not there.
    cluster.node.tryRemoveChild(chart.node.id);
    return { syncs: [], problems };
  }
  const name = `${cluster.name}-boot`;
  new Sync(syncs, 'boot', {
    name,
    namespace: CLUSTERS_NAMESPACE,
    path: fleet.pathInSource(folder),
    sourceRef: sourceRefOf(fleet),
    timeout: HUB_TIMEOUT,
    deletionPolicy: mayGo ? 'MirrorPrune' : 'Orphan',
  });
  return { syncs: [name], problems };
}
