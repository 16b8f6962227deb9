import type { NodePool, Rollout, Teardown } from '../../fleet/cluster';
import type { Architecture } from '../aws/instance-type';
import type { AwsIdentity, AwsNetwork, AwsNodePool } from '../aws/props';
import type { MadeClusterProps, Remediation } from '../machinery';
import type { EksAmiType } from './ami';

/** The address blocks of an `EksCluster`. Its pods have none of their own: they get addresses of the VPC. */
export interface EksNetworks {
  /** Service addresses: one IPv4 block from /12 to /24 of 10/8, 172.16/12 or 192.168/16. It cannot be changed. */
  readonly services: readonly string[];
  /** The VPC's block: machines and pods live in it. It cannot be changed. */
  readonly vpc?: string;
}

/** Who reaches the API server from outside the VPC. The management cluster must, if it is outside. */
export interface EksEndpoint {
  /** Public IPv4 blocks, such as `203.0.113.0/24`: at least one, and not `0.0.0.0/0`. */
  readonly publicCidrs: readonly string[];
}

/** What an add-on of EKS needs: a version that EKS has for the cluster's Kubernetes version. */
export interface EksAddOn {
  /** Such as `v1.21.1-eksbuild.8`. `aws eks describe-addon-versions` lists them. */
  readonly version: string;
}

/** The EBS CSI driver, which makes volumes. */
export interface EksEbsCsi extends EksAddOn {
  /**
   * The ARN of the IAM role that it makes volumes with: see docs/clusters.md. The fleet makes none.
   */
  readonly serviceAccountRole: string;
}

/** The add-ons that every cluster has. EKS keeps them as they are here; what is not here, it removes. */
export interface EksAddOns {
  /** The network of the pods. It enforces NetworkPolicies. */
  readonly vpcCni: EksAddOn;
  readonly coreDns: EksAddOn;
  /** Not newer than the control plane, and at most three minors older. */
  readonly kubeProxy: EksAddOn;
  /** Volumes, with a default StorageClass `ebs-csi-default-sc`. */
  readonly ebsCsi: EksEbsCsi;
}

interface EksPool extends Omit<NodePool, 'rollout' | 'deletion'> {
  /**
   * The kubelet's minor version, such as `v1.35`: at most three behind the control plane, never ahead.
   * @default the cluster's `kubernetesVersion`
   */
  readonly kubernetesVersion?: string;
  /** Such as `m7i.large`. */
  readonly instanceType: string;
  /** Size of the root volume, in GiB, 8 or more. @default 50 */
  readonly volumeSize?: number;
}

/**
 * A managed node group: EKS makes, drains, updates and repairs its machines. What cannot be changed takes a
 * pool of another name: `instanceType`, `amiType`, `volumeSize`, `spot`, `role` and `zones`.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html
 */
export interface EksManagedPool extends EksPool {
  /** @default managed */
  readonly kind?: 'managed';
  /** The image, which EKS keeps a release of for each Kubernetes version. @default AL2023 for the instance type */
  readonly amiType?: EksAmiType;
  /**
   * Machines from EC2's spare capacity, which it takes back with two minutes' notice, at most at the price on demand.
   * @default on demand
   */
  readonly spot?: boolean;
  /** Machines that may be missing in an update: a number from 1, or a share. EKS adds its own first. @default 1 */
  readonly rollout?: Pick<Rollout, 'maxUnavailable'>;
  /** The name of the machines' IAM role. @default clusterawsadm's: eks-nodegroup.cluster-api-provider-aws.sigs.k8s.io */
  readonly role?: string;
  /** Zones of the cluster, of which the private subnets are used. @default every private subnet at its making */
  readonly zones?: readonly string[];
}

/** Machines that Cluster API makes, one `MachineDeployment` for each zone. Their volumes are encrypted. */
export interface EksSelfManagedPool
  extends EksPool,
    Remediation,
    Pick<AwsNodePool, 'zones' | 'spot' | 'rollout' | 'deletion'> {
  readonly kind: 'self-managed';
  /**
   * The IAM instance profile. The provider lets its machines in by the IAM role of the same name.
   * @default the one that clusterawsadm makes: nodes.cluster-api-provider-aws.sigs.k8s.io
   */
  readonly iamInstanceProfile?: string;
  /** @default EKS's AL2023 image of the Kubernetes version */
  readonly image?: EksImage;
}

/** An image that has AL2023's nodeadm. It fits one Kubernetes version. */
export interface EksImage {
  /** Such as `ami-0123456789abcdef0`. */
  readonly id: string;
  /** What it runs on. @default amd64 */
  readonly architecture?: Architecture;
}

/**
 * A group of equal worker machines. With a range of `replicas`, cluster-autoscaler moves a managed pool by its
 * provider `aws`, and a self-managed one by its provider `clusterapi`.
 */
export type EksNodePool = EksManagedPool | EksSelfManagedPool;

/** The pods that run on Fargate: those of a namespace that have all the labels. */
export interface EksFargateSelector {
  readonly namespace: string;
  /** @default every pod of the namespace */
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * Pods that run without machines, in the private subnets. Nothing of it can be changed: make a profile of
 * another name. The management cluster needs the AWS provider's feature gate `EKSFargate`.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html
 */
export interface EksFargateProfile {
  /** A DNS label, unique in the cluster. */
  readonly name: string;
  /** One to five: a pod that fits any of them runs on Fargate. */
  readonly selectors: readonly EksFargateSelector[];
  /** The name of the IAM role, which the provider deletes with the profile: see docs/clusters.md. @default clusterawsadm's: eks-fargate.cluster-api-provider-aws.sigs.k8s.io */
  readonly role?: string;
  /** The two steps of a removal, as of a pool. See docs/protection.md. @default the profile is protected */
  readonly teardown?: Teardown;
}

/** Properties of an `EksCluster`. */
export interface EksClusterProps extends Omit<MadeClusterProps, 'networks'> {
  /** The control plane's minor version, such as `v1.35`: EKS chooses the patch. */
  readonly kubernetesVersion: string;
  readonly networks: EksNetworks;
  /** Such as `us-east-1`. It cannot be changed. */
  readonly region: string;
  /** The availability zones, such as `us-east-1a`: two or more. */
  readonly zones: readonly string[];
  /** @default a VPC of its own with the block `networks.vpc`, a private and a public subnet in each zone */
  readonly network?: AwsNetwork;
  /** Who reaches the API server from outside the VPC: `private` is nobody, `everyone` the whole internet. */
  readonly endpoint: EksEndpoint | 'private' | 'everyone';
  /**
   * The ARN of the KMS key, in the cluster's region, that encrypts Secrets in etcd. It cannot be changed. The
   * provider may use keys with an alias that begins with `cluster-api-provider-aws-`.
   *
   * @see https://cluster-api-aws.sigs.k8s.io/topics/eks/encryption
   */
  readonly secretsKey: string;
  /**
   * The ARNs of the IAM roles by which people get in as administrators, beside whoever made the cluster. See
   * docs/clusters.md.
   * @default none
   */
  readonly admins?: readonly string[];
  /** The ARNs of the IAM roles by which people see what is in namespaces, but no Secrets. @default none */
  readonly viewers?: readonly string[];
  readonly addOns: EksAddOns;
  /** The workers: one pool or more, one of them without taints. */
  readonly pools: readonly EksNodePool[];
  /** @default none */
  readonly fargate?: readonly EksFargateProfile[];
  /** The name of the control plane's IAM role. @default clusterawsadm's: eks-controlplane.cluster-api-provider-aws.sigs.k8s.io */
  readonly role?: string;
  /** @default the identity of the provider itself: AWSClusterControllerIdentity `default` */
  readonly identity?: AwsIdentity;
  /** The EC2 key pair of self-managed machines. @default none: nobody logs in */
  readonly sshKeyName?: string;
}
