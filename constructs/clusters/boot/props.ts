import type { ClusterVersions } from '../../fleet/cluster';
import type { HelmAppChart } from '../../flux/helm-app';

/** Traffic that a CNI needs between the machines of a cluster. */
export interface CniIngressRule {
  readonly description: string;
  /** `-1` is every protocol, `4` IP in IP, `50` ESP, `58` ICMPv6. */
  readonly protocol: '-1' | '4' | '50' | '58' | 'tcp' | 'udp' | 'icmp';
  /** The first port; of ICMP the type. */
  readonly fromPort: number;
  /** The last port; of ICMP the code. */
  readonly toPort: number;
}

/** A CNI by a chart of one's own. */
export interface OwnCni {
  /**
   * The name of its release: a DNS label. By `cilium` in `kube-system`, or `calico` in `tigera-operator`, it takes over
   * what these were installed as.
   * @default cni
   */
  readonly name?: string;
  /** The namespace on the cluster; another than `kube-system` is made. @default kube-system */
  readonly namespace?: string;
  readonly chart: HelmAppChart;
  /** The chart's values. @default the chart's own */
  readonly values?: Readonly<Record<string, unknown>>;
  /** What the machines' security groups, where there are any, let through. @default nothing */
  readonly ingressRules?: readonly CniIngressRule[];
}

/** What the management cluster installs on a cluster that kubeadm sets up, in versions of its own. */
export interface KubeadmVersions extends ClusterVersions {
  /** The chart of Cilium, such as `1.20.2`. @default the library's */
  readonly cilium?: string;
  /** The chart of Calico, such as `v3.31.7`. @default the library's */
  readonly calico?: string;
}

/** What gives pods their network. */
export type Cni = 'cilium' | 'calico' | 'none' | OwnCni;
