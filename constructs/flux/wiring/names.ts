/** The namespace of Flux itself and of a cluster's own sources and syncs. */
export const FLUX_NAMESPACE = 'flux-system';

/**
 * The namespace, on the management cluster, of `Cluster` objects, of the kubeconfig Secrets that Cluster
 * API makes beside them, and of the syncs that use those Secrets: Flux reads such a Secret only from the
 * sync's own namespace.
 */
export const CLUSTERS_NAMESPACE = 'clusters';

/** The name of the source of the fleet's repository, and of each cluster's root sync. */
export const FLEET = 'fleet';

/**
 * How long a run of the hub's may take that installs something on another cluster. It holds one of Flux's four
 * workers so long: a few clusters that are unwell would keep all others waiting. `retryInterval` does the rest of
 * the waiting.
 *
 * @see https://fluxcd.io/flux/components/kustomize/options/
 */
export const HUB_TIMEOUT = '2m';

/** The same of a sync that applies a few objects at once, and then waits for their health alone. */
export const HUB_HEALTH_TIMEOUT = '1m';

/** Namespaces that Kubernetes or Flux make: apps and add-ons may put objects there, the fleet owns none. */
export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  'default',
  'kube-node-lease',
  'kube-public',
  'kube-system',
  FLUX_NAMESPACE,
]);

/** The name of the ConfigMap that stays of a removed cluster until its file goes, too. */
export function tombstoneOf(cluster: string): string {
  return `${cluster}-removed`;
}
