import type { NodePool } from '../../fleet/cluster';
import type { KubeadmClusterProps, KubeadmControlPlane, Remediation } from '../machinery';

/** The control plane of a `LocalCluster`. */
export interface LocalControlPlane extends KubeadmControlPlane {}

/** A group of equal worker machines of a `LocalCluster`. */
export interface LocalNodePool extends NodePool, Remediation {}

/** Properties of a `LocalCluster`. */
export interface LocalClusterProps extends KubeadmClusterProps {
  readonly controlPlane: LocalControlPlane;
  /** The workers; without any, the control plane takes all pods. */
  readonly pools: readonly LocalNodePool[];
  /**
   * What a machine is: a container, or nothing but API objects for tests of the machinery itself, on which
   * nothing is installed.
   * @default docker
   */
  readonly backend?: 'docker' | 'inMemory';
}
