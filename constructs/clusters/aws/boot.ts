import { minorOf } from '../../fleet/check/machines';
import { refOf, type SharedChart } from '../../flux/shared-chart';
import * as versions from '../../versions';
import type { BootRelease } from '../boot';
import { SUPPORTED_VERSIONS } from '../machinery';
import type { AwsClusterProps, AwsVersions } from './props';

/** The name of its chart, and of its release. */
export const CLOUD_CONTROLLER = 'aws-cloud-controller-manager';

function cloudControllerChart(pinned: AwsVersions = {}): SharedChart {
  return {
    name: CLOUD_CONTROLLER,
    version: pinned.cloudControllerManager ?? versions.AWS_CLOUD_CONTROLLER_VERSION,
    repository: 'https://kubernetes.github.io/cloud-provider-aws',
  };
}

function ebsCsiChart(pinned: AwsVersions = {}): SharedChart {
  return {
    name: 'aws-ebs-csi-driver',
    version: pinned.ebsCsi ?? versions.AWS_EBS_CSI_VERSION,
    repository: 'https://kubernetes-sigs.github.io/aws-ebs-csi-driver',
  };
}

/** What every cluster of EC2 machines needs beside a network. */
export function awsCharts(pinned: AwsVersions | undefined): readonly SharedChart[] {
  return [cloudControllerChart(pinned), ebsCsiChart(pinned)];
}

/** The cloud controller manager by its minor, which is that of the Kubernetes it was made for. */
const CLOUD_CONTROLLER_IMAGES: Readonly<Record<number, string>> = {
  31: versions.AWS_CLOUD_CONTROLLER_1_31,
  32: versions.AWS_CLOUD_CONTROLLER_1_32,
  33: versions.AWS_CLOUD_CONTROLLER_1_33,
  34: versions.AWS_CLOUD_CONTROLLER_1_34,
  35: versions.AWS_CLOUD_CONTROLLER_1_35,
};

/**
 * A minor below the cluster's: it must not be newer than an API server, which in an upgrade has yet to get there,
 * and may be one older. Nothing upgrades to the oldest that is supported.
 *
 * @see https://kubernetes.io/releases/version-skew-policy/#kube-controller-manager-kube-scheduler-and-cloud-controller-manager
 */
export function cloudControllerImage(kubernetesVersion: string): string | undefined {
  const minor = minorOf(kubernetesVersion) ?? 0;
  return CLOUD_CONTROLLER_IMAGES[Math.max(minor - 1, SUPPORTED_VERSIONS.core.min)];
}

const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

const CLOUD_CONTROLLER_ID = 'aws-ccm';

const EBS_CSI_ID = 'aws-ebs-csi';

/** The names of the releases that every cluster gets beside its CNI. */
export const AWS_RELEASES: readonly string[] = [CLOUD_CONTROLLER_ID, EBS_CSI_ID];

/**
 * The cloud controller manager, on every control-plane machine and in its network. Until it has seen a node,
 * that node is tainted, and nothing that does not tolerate it starts there. It does not wait for the CNI, nor the
 * CNI for it: whichever of the two needed the other first would never start.
 *
 * @see https://github.com/kubernetes/cloud-provider-aws/blob/master/docs/getting_started.md
 */
export function cloudController(
  name: string,
  { kubernetesVersion, versions: pinned }: AwsClusterProps,
): BootRelease {
  const chart = cloudControllerChart(pinned);
  return {
    id: CLOUD_CONTROLLER_ID,
    releaseName: chart.name,
    chart: refOf(chart),
    values: {
      image: { tag: pinned?.cloudControllerManagerImage ?? cloudControllerImage(kubernetesVersion) },
      args: [
        '--v=2',
        '--cloud-provider=aws',
        `--cluster-name=${name}`,
        // The CNI brings packets from node to node.
        '--configure-cloud-routes=false',
      ],
      hostNetworking: true,
      tolerations: [
        { key: 'node.cloudprovider.kubernetes.io/uninitialized', operator: 'Exists', effect: 'NoSchedule' },
        { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoSchedule' },
        { key: CONTROL_PLANE, operator: 'Exists', effect: 'NoSchedule' },
      ],
    },
  };
}

/**
 * The EBS CSI driver, and the default StorageClass. The machines' metadata answer only to the machine itself, so
 * the controller, which acts by the role of control-plane machines, is in the network of these, and drivers on
 * nodes know theirs from the Node that the cloud controller manager filled in.
 *
 * @param network the ids of what gives pods their network
 * @see https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/install.md
 */
export function ebsCsi(
  name: string,
  { region, controlPlane, versions: pinned }: AwsClusterProps,
  network: readonly string[],
): BootRelease {
  const chart = ebsCsiChart(pinned);
  return {
    id: EBS_CSI_ID,
    after: [...network, CLOUD_CONTROLLER_ID],
    releaseName: chart.name,
    chart: refOf(chart),
    values: {
      controller: {
        region,
        k8sTagClusterId: name,
        replicaCount: Math.min(controlPlane.replicas, 2),
        nodeSelector: { [CONTROL_PLANE]: '' },
        tolerations: [{ key: CONTROL_PLANE, operator: 'Exists', effect: 'NoSchedule' }],
      },
      node: { metadataSources: 'kubernetes' },
      storageClasses: [
        {
          name: 'gp3',
          annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
          volumeBindingMode: 'WaitForFirstConsumer',
          allowVolumeExpansion: true,
          parameters: { type: 'gp3', encrypted: 'true' },
        },
      ],
    },
    patches: [HOST_NETWORK],
  };
}

/** The chart has a value for the drivers on nodes only. */
const HOST_NETWORK = {
  target: { kind: 'Deployment', name: 'ebs-csi-controller' },
  patch: JSON.stringify([{ op: 'add', path: '/spec/template/spec/hostNetwork', value: true }]),
};
