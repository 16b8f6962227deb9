import type { Chart } from 'cdk8s';
import type { Cluster } from '../../fleet/cluster';
import { HelmApp, type HelmAppProps } from '../../flux/helm-app';
import { CLUSTERS_NAMESPACE, HUB_TIMEOUT } from '../../flux/wiring/names';
import { type CniRelease, cniRelease } from './cni';
import type { Cni, KubeadmVersions } from './props';

/** Where Helm keeps its history, and where what every node needs belongs. It is on every cluster. */
const SYSTEM = 'kube-system';

/** A release that nothing on a cluster starts without. */
export interface BootRelease extends CniRelease, Pick<HelmAppProps, 'patches'> {
  /** What tells its HelmRelease from the cluster's others: at most 20 characters. */
  readonly id: string;
  /** The ids of what must be there first. @default none */
  readonly after?: readonly string[];
}

/** The CNI as a release of boot: none, or one. */
export function cniBoot(cni: Cni, cluster: Cluster, versions: KubeadmVersions = {}): readonly BootRelease[] {
  const { networks = { pods: [], services: [] }, controlPlane } = cluster;
  const release = cniRelease(cni, { networks, replicas: controlPlane?.replicas ?? 1, versions });
  return release ? [{ id: release.releaseName, ...release }] : [];
}

/**
 * Adds the releases by which the management cluster makes another one usable.
 *
 * One that fails is neither undone nor given up: nodes may come late, and a network that is uninstalled takes
 * everything along. While the cluster may be torn down they are suspended, for they go with it, and
 * helm-controller uninstalls nothing of a suspended HelmRelease: a dying cluster keeps its network to the end.
 *
 * @see https://github.com/fluxcd/helm-controller/blob/v1.4.0/internal/controller/helmrelease_controller.go#L415
 */
export function addBoot(chart: Chart, cluster: Cluster, releases: readonly BootRelease[]): void {
  const nameOf = (id: string) => `${cluster.name}-${id}`;
  for (const { id, after = [], targetNamespace = SYSTEM, ...release } of releases) {
    new HelmApp(chart, id, {
      ...release,
      name: nameOf(id),
      namespace: CLUSTERS_NAMESPACE,
      targetNamespace,
      storageNamespace: SYSTEM,
      kubeConfig: { secretName: cluster.kubeconfigSecret },
      timeout: HUB_TIMEOUT,
      onFailure: 'retry',
      suspend: cluster.teardown === 'allowed' ? true : undefined,
      dependsOn: after.map(nameOf),
    });
  }
}
