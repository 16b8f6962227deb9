import type { ClusterNetworks, ClusterProps, Teardown } from '../../fleet/cluster';

/** What every cluster has that Cluster API makes. */
export interface MadeClusterProps extends ClusterProps {
  /** Cluster API needs the blocks of pods and services. */
  readonly networks: ClusterNetworks;
  /**
   * The two steps of a removal: `allowed` lifts the protection of every object of the cluster, `removed`
   * removes them. See docs/protection.md.
   * @default the cluster is protected
   */
  readonly teardown?: Teardown;
}

/** When unhealthy machines are replaced. */
export interface Remediation {
  /**
   * The most machines, as a number or as a share of the group such as `40%` (rounded down), that may be
   * unhealthy at once and still be replaced. With more of them the network is likelier at fault than the
   * machines, and replacing them would make it worse.
   * @default 1 of a control plane; 40% of a pool, and 1 of a pool with fewer than three machines
   */
  readonly unhealthyLimit?: number | `${number}%`;
}
