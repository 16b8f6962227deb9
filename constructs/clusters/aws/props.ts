import type { NodePool } from '../../fleet/cluster';
import type { CniIngressRule, KubeadmVersions } from '../boot';
import type { KubeadmClusterProps, KubeadmControlPlane, Remediation } from '../machinery';
import type { Architecture } from './instance-type';

/** The image that machines start from: one of these. */
export interface AwsImage {
  /** The id of one image, such as `ami-0123456789abcdef0`; it fits one Kubernetes version. */
  readonly id?: string;
  /** A search that finds the image of each machine's Kubernetes version. */
  readonly lookup?: AwsImageLookup;
  /** What the image of `id` runs on; a `lookup` finds one for each machine's own. @default amd64 */
  readonly architecture?: Architecture;
}

/**
 * A search for images by owner and name.
 *
 * @see https://cluster-api-aws.sigs.k8s.io/topics/images/custom-amis
 */
export interface AwsImageLookup {
  /** The account that owns the images, 12 digits. */
  readonly org: string;
  /**
   * The images' name, with `{{.BaseOS}}`, `{{.K8sVersion}}` and wildcards.
   * @default capa-ami-{{.BaseOS}}-?{{.K8sVersion}}-*
   */
  readonly format?: string;
  /** The operating system, such as `ubuntu-24.04`. @default the provider's: `ubuntu-24.04` */
  readonly baseOS?: string;
}

/** An EC2 machine. */
export interface AwsMachine {
  /** Such as `m7i.large`. */
  readonly instanceType: string;
  /** Size of the encrypted root volume, in GiB, 8 or more. @default 50 */
  readonly volumeSize?: number;
  /**
   * The IAM instance profile.
   * @default the one that clusterawsadm makes: control-plane or nodes, .cluster-api-provider-aws.sigs.k8s.io
   */
  readonly iamInstanceProfile?: string;
  /** @default the cluster's `image` */
  readonly image?: AwsImage;
}

/** The control plane of an `AwsCluster`: Cluster API spreads its machines over the zones. */
export interface AwsControlPlane extends KubeadmControlPlane, AwsMachine {}

/** A group of equal worker machines of an `AwsCluster`. */
export interface AwsNodePool extends NodePool, AwsMachine, Remediation {
  /**
   * The zones that share its machines evenly. One that is taken away keeps its machines: see
   * docs/protection.md.
   * @default the cluster's `zones`
   */
  readonly zones?: readonly string[];
  /**
   * Machines from EC2's spare capacity, which it takes back with two minutes' notice. See docs/clusters.md.
   * @default on demand
   */
  readonly spot?: boolean | AwsSpot;
}

/** Limits of spot machines. */
export interface AwsSpot {
  /** The most that an hour may cost, in USD: `0.08`. A limit means more interruptions. @default the price on demand */
  readonly maxPrice: string;
}

/** A VPC that exists, and its subnets that the cluster may use. */
export interface AwsNetwork {
  /** Such as `vpc-0123456789abcdef0`. */
  readonly vpcId: string;
  readonly subnets: readonly AwsSubnet[];
}

/** A subnet that exists. Machines live in private ones, public load balancers in public ones. */
export interface AwsSubnet {
  /** Such as `subnet-0123456789abcdef0`. */
  readonly id: string;
  readonly zone: string;
  /** Whether it has a route to an internet gateway. @default false */
  readonly public?: boolean;
}

/** The network load balancer before the API servers. It cannot be changed from public to internal or back. */
export interface AwsLoadBalancer {
  /** @default internet-facing */
  readonly scheme?: 'internet-facing' | 'internal';
  /** Who may reach it beside the cluster's own machines, IPv4 blocks. @default everyone */
  readonly allowedCidrs?: readonly string[];
}

/** A machine by which people reach the others with SSH. */
export interface AwsBastion {
  /** Who may reach it, IPv4 blocks: at least one. */
  readonly allowedCidrs: readonly string[];
  /** @default the provider's: t3.micro */
  readonly instanceType?: string;
}

/**
 * The AWS identity that makes the cluster, an object of the management cluster.
 *
 * @see https://cluster-api-aws.sigs.k8s.io/topics/multitenancy
 */
export interface AwsIdentity {
  readonly kind: 'AWSClusterControllerIdentity' | 'AWSClusterRoleIdentity' | 'AWSClusterStaticIdentity';
  readonly name: string;
}

/** What the management cluster installs on an `AwsCluster`, in versions of its own. */
export interface AwsVersions extends KubeadmVersions {
  /** The chart of the AWS cloud controller manager, such as `0.0.11`. @default the library's */
  readonly cloudControllerManager?: string;
  /** Its image, of the cluster's Kubernetes minor or the one below, such as `v1.34.3`. @default the library's of the one below */
  readonly cloudControllerManagerImage?: string;
  /** The chart of the AWS EBS CSI driver, such as `2.64.0`. @default the library's */
  readonly ebsCsi?: string;
}

/** Properties of an `AwsCluster`. */
export interface AwsClusterProps extends KubeadmClusterProps {
  /** Such as `eu-central-1`. */
  readonly region: string;
  /**
   * The availability zones, such as `eu-central-1a`. One more moves machines of every pool that has no
   * `zones` of its own: three over a and b are 2 and 1; over a, b and c, 1 each. None can be taken away:
   * see docs/protection.md.
   */
  readonly zones: readonly string[];
  readonly controlPlane: AwsControlPlane;
  /** The workers; without any, the control plane takes all pods. */
  readonly pools: readonly AwsNodePool[];
  /** @default a VPC of its own with the block `networks.vpc`, a private and a public subnet in each zone */
  readonly network?: AwsNetwork;
  /**
   * What the CNI needs between the machines, in place of what `cni` stands for: VXLAN and health checks of Cilium;
   * VXLAN and Typha of Calico; the `ingressRules` of one's own; with `none` the provider's, BGP and IP in IP.
   * @default as `cni` needs
   */
  readonly cniIngressRules?: readonly CniIngressRule[];
  /** @default internet-facing, open to everyone */
  readonly loadBalancer?: AwsLoadBalancer;
  /** @default none */
  readonly bastion?: AwsBastion;
  /** @default the identity of the provider itself: AWSClusterControllerIdentity `default` */
  readonly identity?: AwsIdentity;
  /** The EC2 key pair of every machine. @default none: nobody logs in */
  readonly sshKeyName?: string;
  /** @default the images that the provider's project publishes, for trying out only */
  readonly image?: AwsImage;
  readonly versions?: AwsVersions;
}
