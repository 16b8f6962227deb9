import { protection } from '../../../apps';
import {
  AddOn,
  AwsCluster,
  type AwsClusterProps,
  ClusterApi,
  EksCluster,
  ExistingCluster,
  type Fleet,
  type Teardown,
} from '../../../constructs';
import { ACCOUNT_ID } from '../../stack/aws';
import { addSample } from '../../stack/live/sample';

export const REGION = 'eu-central-1';
export const KUBERNETES_VERSION = 'v1.36.3';
export const KEY = `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/0b6f7a52-3c1d-4e8f-9a2b-5d7c8e9f0a1b`;
export const OPERATORS = `arn:aws:iam::${ACCOUNT_ID}:role/operators`;
export const EBS_CSI = `arn:aws:iam::${ACCOUNT_ID}:role/shop-ebs-csi`;

/** What a commit says of the clusters. */
export interface ClustersInGit {
  /** What every cluster has in its ConfigMap `color`. */
  readonly color: string;
  /** What differs of the cluster of EC2's machines. */
  readonly prod?: Partial<AwsClusterProps>;
  /** How far the cluster of EKS is to go. */
  readonly shop?: Teardown;
}

/** A fleet of a management cluster and two that it makes in AWS. */
export const withClusters =
  ({ color, prod, shop }: ClustersInGit) =>
  (fleet: Fleet): void => {
    addManagement(fleet);
    addProd(fleet, prod);
    addShop(fleet, shop);
    addSample(fleet, color);
  };

/** Adds the management cluster, protected, with Cluster API for AWS. */
function addManagement(fleet: Fleet): void {
  const labels = { env: 'management' };
  new ExistingCluster(fleet, 'management', {
    kubernetesVersion: KUBERNETES_VERSION,
    management: true,
    labels,
  });
  protection(fleet);
  // In place of cert-manager: the webhooks of these tests have certificates of the stack.
  new AddOn(fleet, 'certificates', {
    layer: 'controllers',
    namespace: 'certificates',
    placement: { matchLabels: labels },
    define: () => {},
  });
  new ClusterApi(fleet, {
    aws: { credentials: { roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/fleet-controllers` } },
    certManager: 'certificates',
  });
}

/** Adds a cluster of one control-plane machine and two pools. */
function addProd(fleet: Fleet, change: Partial<AwsClusterProps> = {}): void {
  new AwsCluster(fleet, 'prod', {
    kubernetesVersion: KUBERNETES_VERSION,
    region: REGION,
    zones: ['eu-central-1a', 'eu-central-1b'],
    networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' },
    controlPlane: { replicas: 1, instanceType: 'm5.large' },
    pools: [
      { name: 'general', replicas: 2, instanceType: 'm5.xlarge' },
      { name: 'batch', replicas: 2, instanceType: 'c5.large', zones: ['eu-central-1b'] },
    ],
    image: { lookup: { org: ACCOUNT_ID } },
    ...change,
  });
}

/** Adds a cluster of Amazon EKS with one pool. */
function addShop(fleet: Fleet, teardown: Teardown | undefined): void {
  new EksCluster(fleet, 'shop', {
    kubernetesVersion: 'v1.35',
    region: REGION,
    zones: ['eu-central-1a', 'eu-central-1b'],
    networks: { services: ['10.133.0.0/20'], vpc: '10.30.0.0/16' },
    endpoint: { publicCidrs: ['203.0.113.0/24'] },
    secretsKey: KEY,
    admins: [OPERATORS],
    addOns: {
      vpcCni: { version: 'v1.22.4-eksbuild.3' },
      coreDns: { version: 'v1.13.2-eksbuild.21' },
      kubeProxy: { version: 'v1.35.3-eksbuild.21' },
      ebsCsi: { version: 'v1.65.0-eksbuild.1', serviceAccountRole: EBS_CSI },
    },
    pools: [{ name: 'general', replicas: { min: 1, max: 3 }, instanceType: 'm7i.large' }],
    teardown,
  });
}
