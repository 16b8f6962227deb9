import { ApiObject, type Chart } from 'cdk8s';
import type { MachineDeploymentSpec } from '../../../imports/cluster.x-k8s.io';
import type { NodePool } from '../../fleet/cluster';
import type { Plain } from '../../plain';
import { machineLabels } from './labels';
import { poolAnnotations } from './pool-teardown';
import { CLUSTER_NAME_LABEL, GROUPS, POOL_LABEL, type Reference, VERSION } from './reference';

/** The label that Cluster API gives to the machines of one `MachineDeployment`. */
const DEPLOYMENT_NAME_LABEL = 'cluster.x-k8s.io/deployment-name';

/** Machines of one pool, in one zone or in none. */
export interface MachineDeploymentProps {
  readonly cluster: string;
  /** The control plane's version, for a pool that has none of its own. */
  readonly version: string;
  readonly pool: NodePool;
  /** Appended to the name. @default the pool has no zones */
  readonly suffix?: string;
  /** The zone. @default none */
  readonly failureDomain?: string;
  /** How many of the pool's machines. */
  readonly replicas: number;
  /** The template of the machines. */
  readonly machines: Reference;
  /** The template of what they run at first start. */
  readonly bootstrap: Reference;
}

/**
 * Adds a `MachineDeployment`. It does not spread its machines: a pool in several zones is one for each.
 *
 * @see https://cluster-api.sigs.k8s.io/developer/core/controllers/machine-deployment
 */
export function addMachineDeployment(chart: Chart, id: string, props: MachineDeploymentProps): void {
  const { cluster, pool, failureDomain, replicas, machines, bootstrap } = props;
  const name = deploymentName(cluster, pool.name, props.suffix);
  const selected = { [CLUSTER_NAME_LABEL]: cluster, [DEPLOYMENT_NAME_LABEL]: name };
  const spec: Plain<MachineDeploymentSpec> = {
    clusterName: cluster,
    replicas,
    selector: { matchLabels: selected },
    template: {
      metadata: { labels: { ...machineLabels(pool.labels), [POOL_LABEL]: pool.name, ...selected } },
      spec: {
        clusterName: cluster,
        version: pool.kubernetesVersion ?? props.version,
        failureDomain,
        bootstrap: { configRef: bootstrap },
        infrastructureRef: machines,
      },
    },
  };
  new ApiObject(chart, id, {
    apiVersion: `${GROUPS.cluster}/${VERSION}`,
    kind: 'MachineDeployment',
    metadata: { name, annotations: poolAnnotations(pool) },
    spec,
  });
}

/** The name of a `MachineDeployment`. */
export function deploymentName(cluster: string, pool: string, suffix?: string): string {
  return [cluster, pool, ...(suffix ? [suffix] : [])].join('-');
}

/**
 * How many machines of a pool each zone gets: as evenly as it goes, the first zones by name one more. The
 * order in which the zones were written moves no machine.
 */
export function distribute(replicas: number, zones: readonly string[]): Map<string, number> {
  const sorted = [...zones].sort();
  const each = Math.floor(replicas / sorted.length);
  return new Map(sorted.map((zone, i) => [zone, each + (i < replicas % sorted.length ? 1 : 0)]));
}
