import type {
  ClusterNetworks,
  ClusterProps,
  ControlPlane,
  DeletionTimeouts,
  Teardown,
} from '../../fleet/cluster';
import type { Cni, KubeadmVersions } from '../boot';
import type { FirstBoot } from '../first-boot';

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

/** What every cluster has that kubeadm sets up. */
export interface KubeadmClusterProps extends MadeClusterProps {
  /**
   * What gives pods their network: `cilium` or `calico`, each by its own chart; another by a chart of one's own; or
   * `none`, where somebody else installs it. A cluster that runs keeps the one that it has.
   * @default cilium
   */
  readonly cni?: Cni;
  /**
   * The first control-plane machine installs the network and Flux by itself. The management cluster then installs
   * and hands over nothing, and `cni` says only what is opened between machines.
   * @default the management cluster does it
   */
  readonly firstBoot?: FirstBoot;
  readonly versions?: KubeadmVersions;
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
  /** How long a node may be unready or silent: a Go duration. @default 5m */
  readonly unhealthyAfter?: string;
  /** How long a machine may take to become a node: a Go duration. @default 15m */
  readonly startupTimeout?: string;
}

/** How often a broken control-plane machine is replaced. The periods are Go durations. */
export interface Retries {
  /** How many times in a row. @default no limit */
  readonly maxRetry?: number;
  /** The pause between two replacements. @default none */
  readonly retryPeriod?: string;
  /** After how long in health a failure counts as a new one. @default 1h */
  readonly minHealthyPeriod?: string;
}

/** The control plane of a cluster that kubeadm sets up. */
export interface KubeadmControlPlane extends ControlPlane, Remediation {
  /** @default Cluster API's: until it works */
  readonly retries?: Retries;
  /** @default Cluster API's: as long as it takes */
  readonly deletion?: DeletionTimeouts;
}
