import { ApiObject, type Chart } from 'cdk8s';
import type { ClusterSpec } from '../../../imports/cluster.x-k8s.io';
import type { ClusterNetworks } from '../../fleet/cluster';
import type { Plain } from '../../plain';
import { GROUPS, type Reference, VERSION } from './reference';

/** The parts of a Cluster API `Cluster`. */
export interface ClusterParts {
  readonly name: string;
  readonly networks: ClusterNetworks;
  readonly infrastructure: Reference;
  readonly controlPlane: Reference;
}

/**
 * Adds the Cluster API `Cluster`.
 *
 * @see https://cluster-api.sigs.k8s.io/user/concepts
 */
export function addCluster(
  chart: Chart,
  { name, networks, infrastructure, controlPlane }: ClusterParts,
): void {
  const spec: Plain<ClusterSpec> = {
    clusterNetwork: {
      pods: networks.pods.length > 0 ? { cidrBlocks: networks.pods } : undefined,
      services: { cidrBlocks: networks.services },
    },
    infrastructureRef: infrastructure,
    controlPlaneRef: controlPlane,
  };
  new ApiObject(chart, 'cluster', {
    apiVersion: `${GROUPS.cluster}/${VERSION}`,
    kind: 'Cluster',
    metadata: { name },
    spec,
  });
}
