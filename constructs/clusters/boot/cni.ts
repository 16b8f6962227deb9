import * as ipaddr from 'ipaddr.js';
import type { ClusterNetworks } from '../../fleet/cluster';
import type { HelmAppProps } from '../../flux/helm-app';
import { refOf, type SharedChart } from '../../flux/shared-chart';
import { CALICO_VERSION, CILIUM_VERSION } from '../../versions';
import type { Cni, CniIngressRule, KubeadmVersions } from './props';

const ciliumChart = ({ cilium = CILIUM_VERSION }: KubeadmVersions): SharedChart => ({
  name: 'cilium',
  version: cilium,
  repository: 'https://helm.cilium.io',
});

const calicoChart = ({ calico = CALICO_VERSION }: KubeadmVersions): SharedChart => ({
  name: 'tigera-operator',
  version: calico,
  repository: 'https://docs.tigera.io/calico/charts',
});

/** The parts of a cluster that its CNI depends on. */
export interface CniCluster {
  readonly networks: ClusterNetworks;
  /** The machines of its control plane. */
  readonly replicas: number;
  readonly versions: KubeadmVersions;
}

/** The release of a CNI; what is the same for every release of boot is not in it. */
export type CniRelease = Pick<HelmAppProps, 'chart' | 'values' | 'driftDetection'> & {
  readonly releaseName: string;
  /** @default kube-system */
  readonly targetNamespace?: string;
  readonly createNamespace?: boolean;
};

/** The release that gives pods their network; none where somebody else does. */
export function cniRelease(cni: Cni, cluster: CniCluster): CniRelease | undefined {
  if (cni === 'none') return undefined;
  if (cni === 'cilium') return cilium(cluster);
  if (cni === 'calico') return calico(cluster);
  const { name = 'cni', namespace, chart, values } = cni;
  return {
    releaseName: name,
    chart,
    values,
    targetNamespace: namespace,
    createNamespace: namespace ? true : undefined,
  };
}

/** Whether a release of boot is that of a CNI: its id is the name that Helm knows it by. See `cniBoot`. */
export function isCniRelease(id: string, releaseName: unknown): boolean {
  return id === releaseName;
}

/** The charts of a CNI that clusters share. */
export function cniCharts(cni: Cni, versions: KubeadmVersions = {}): readonly SharedChart[] {
  if (cni === 'cilium') return [ciliumChart(versions)];
  return cni === 'calico' ? [calicoChart(versions)] : [];
}

/**
 * Tunnels between nodes, whose blocks the controller manager allots; kube-proxy stays. It has no Hubble, which
 * makes certificates anew with every upgrade and is the wish of few.
 *
 * @see https://docs.cilium.io/en/stable/network/concepts/ipam/kubernetes/
 */
function cilium({ networks, replicas, versions }: CniCluster): CniRelease {
  const has = (family: Family) => networks.pods.some((cidr) => familyOf(cidr) === family);
  return {
    releaseName: 'cilium',
    chart: refOf(ciliumChart(versions)),
    values: {
      ipam: { mode: 'kubernetes' },
      ipv4: { enabled: has('ipv4') },
      ipv6: { enabled: has('ipv6') },
      k8s: { requireIPv4PodCIDR: has('ipv4'), requireIPv6PodCIDR: has('ipv6') },
      routingMode: 'tunnel',
      tunnelProtocol: 'vxlan',
      hubble: { enabled: false },
      // Each needs a node of its own, and the control plane is what is there first.
      operator: { replicas: Math.min(replicas, 2) },
    },
  };
}

/**
 * Tunnels between nodes, no BGP.
 *
 * @see https://docs.tigera.io/calico/latest/reference/installation/api
 */
function calico({ networks, versions }: CniCluster): CniRelease {
  const dual = networks.pods.some((cidr) => familyOf(cidr) === 'ipv6');
  return {
    releaseName: 'calico',
    chart: refOf(calicoChart(versions)),
    targetNamespace: 'tigera-operator',
    createNamespace: true,
    values: {
      installation: {
        calicoNetwork: {
          bgp: 'Disabled',
          ipPools: networks.pods.map((cidr) => ({ cidr, encapsulation: 'VXLAN', natOutgoing: 'Enabled' })),
          nodeAddressAutodetectionV6: dual ? { firstFound: true } : undefined,
        },
      },
      goldmane: { enabled: false },
      whisker: { enabled: false },
    },
    // The operator writes its defaults into what it is given, pools among them.
    driftDetection: { ignore: [{ paths: ['/spec'], target: { kind: 'Installation' } }] },
  };
}

type Family = 'ipv4' | 'ipv6';

/** The family of a block; a malformed one is reported elsewhere. */
function familyOf(cidr: string): Family {
  return ipaddr.IPv6.isValidCIDR(cidr) ? 'ipv6' : 'ipv4';
}

/**
 * The ports that a CNI's project documents; none are known where somebody else installs it.
 *
 * @see https://docs.cilium.io/en/stable/operations/system_requirements/#firewall-rules
 * @see https://docs.tigera.io/calico/latest/getting-started/kubernetes/requirements#network-requirements
 */
export function cniIngressRules(cni: Cni): readonly CniIngressRule[] | undefined {
  if (cni === 'none') return undefined;
  if (cni === 'cilium') {
    return [
      { description: 'VXLAN (cilium)', protocol: 'udp', fromPort: 8472, toPort: 8472 },
      { description: 'health (cilium)', protocol: 'tcp', fromPort: 4240, toPort: 4240 },
      // An echo request: type 8, code 0.
      { description: 'ping (cilium)', protocol: 'icmp', fromPort: 8, toPort: 0 },
    ];
  }
  if (cni === 'calico') {
    return [
      { description: 'VXLAN (calico)', protocol: 'udp', fromPort: 4789, toPort: 4789 },
      { description: 'Typha (calico)', protocol: 'tcp', fromPort: 5473, toPort: 5473 },
    ];
  }
  return cni.ingressRules ?? [];
}
