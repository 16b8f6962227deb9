import { ApiObject } from 'cdk8s';
import { ManifestFile } from '../../emit/manifest-file';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { Sync } from '../sync';
import { attempt } from './attempt';
import { addFluxSync } from './flux-install';
import { wireHandoff } from './handoff';
import { CLUSTERS_NAMESPACE, HUB_HEALTH_TIMEOUT, HUB_TIMEOUT } from './names';
import { wireObjects } from './objects';
import { sourceRefOf } from './source';

/**
 * The management cluster's part of another one, each a sync of its own, so that one bad object does not block
 * the other clusters: its Cluster API objects; and in this order that it answers (`reach`), what nothing starts
 * without (`boot`), Flux, and the hand-over to that. None of these waits for the Cluster API objects: a cluster is
 * not available before its nodes have a network, which comes with them. They are tried again until they reach it.
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
  const boot = wireBoot(fleet, management, cluster, syncs, folder);
  const before = cluster.flux === 'hub' ? [addFluxSync(fleet, cluster, syncs, boot.syncs)] : boot.syncs;
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
    folder: `${folder}/boot`,
    namespace: CLUSTERS_NAMESPACE,
    protection: mayGo ? 'lifted' : 'always',
  });
  const problems = attempt(chart.node.path, () => cluster.boot?.(chart));
  if (chart.node.children.length === 0) {
    // Flux fails on a folder that is not there.
    cluster.node.tryRemoveChild(chart.node.id);
    return { syncs: [], problems };
  }
  const reach = wireReach(fleet, cluster, syncs, `${folder}/reach`);
  const name = `${cluster.name}-boot`;
  new Sync(syncs, 'boot', {
    name,
    namespace: CLUSTERS_NAMESPACE,
    path: fleet.pathInSource(`${folder}/boot`),
    sourceRef: sourceRefOf(fleet),
    // One that may go may be broken: its releases must be suspended all the same.
    dependsOn: mayGo ? [] : [reach],
    timeout: HUB_TIMEOUT,
    deletionPolicy: mayGo ? 'MirrorPrune' : 'Orphan',
  });
  return { syncs: [name], problems };
}

/**
 * Adds a sync that is Ready once the cluster answers. It applies one small object, which says to people on which
 * cluster they are.
 *
 * kustomize-controller tries again after `retryInterval`. helm-controller, while there is no kubeconfig or nobody
 * answers, does so after ever longer pauses of up to 15 minutes: releases must not be there before.
 *
 * @see https://github.com/fluxcd/helm-controller/blob/v1.4.0/internal/controller/helmrelease_controller.go#L319
 * @returns the sync's name
 */
function wireReach(fleet: Fleet, cluster: Cluster, syncs: ManifestFile, folder: string): string {
  const chart = new ManifestFile(cluster, 'reach', { cluster: cluster.name, folder });
  new ApiObject(chart, 'cluster', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'fleetwright', namespace: 'kube-system' },
    data: { cluster: cluster.name },
  });
  const name = `${cluster.name}-reach`;
  new Sync(syncs, 'reach', {
    name,
    namespace: CLUSTERS_NAMESPACE,
    path: fleet.pathInSource(folder),
    sourceRef: sourceRefOf(fleet),
    kubeConfig: { secretName: cluster.kubeconfigSecret },
    timeout: HUB_HEALTH_TIMEOUT,
    prune: false,
    deletionPolicy: 'Orphan',
  });
  return name;
}
