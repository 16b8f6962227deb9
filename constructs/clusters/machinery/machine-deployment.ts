import { ApiObject, type Chart } from 'cdk8s';
import type { MachineDeploymentSpec } from '../../../imports/cluster.x-k8s.io';
import type { NodePool, ReplicaRange, Rollout } from '../../fleet/cluster';
import type { Plain } from '../../plain';
import { machineLabels } from './labels';
import { autoscalerAnnotations, deletionOf, poolAnnotations } from './pool';
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
  readonly replicas: number | ReplicaRange;
  /** The template of the machines. */
  readonly machines: Reference;
  /** The template of what they run at first start. */
  readonly bootstrap: Reference;
}

/** Numbers that may be shares are plain here, and wrapped in the bindings. */
type Spec = Plain<Omit<MachineDeploymentSpec, 'rollout'>> & { readonly rollout?: object };

/**
 * Adds a `MachineDeployment`. It does not spread its machines: a pool in several zones is one for each.
 *
 * @see https://cluster-api.sigs.k8s.io/developer/core/controllers/machine-deployment
 */
export function addMachineDeployment(chart: Chart, id: string, props: MachineDeploymentProps): void {
  const { cluster, pool, failureDomain, replicas, machines, bootstrap } = props;
  const name = deploymentName(cluster, pool.name, props.suffix);
  const selected = { [CLUSTER_NAME_LABEL]: cluster, [DEPLOYMENT_NAME_LABEL]: name };
  const spec: Spec = {
    clusterName: cluster,
    // Left to the autoscaler: a number here would undo its choice at every apply.
    replicas: typeof replicas === 'number' ? replicas : undefined,
    rollout: rolloutOf(pool.rollout),
    selector: { matchLabels: selected },
    template: {
      metadata: { labels: { ...machineLabels(pool.labels), [POOL_LABEL]: pool.name, ...selected } },
      spec: {
        clusterName: cluster,
        version: pool.kubernetesVersion ?? props.version,
        failureDomain,
        bootstrap: { configRef: bootstrap },
        infrastructureRef: machines,
        deletion: deletionOf(pool.deletion),
      },
    },
  };
  new ApiObject(chart, id, {
    apiVersion: `${GROUPS.cluster}/${VERSION}`,
    kind: 'MachineDeployment',
    metadata: {
      name,
      annotations: {
        ...poolAnnotations(pool),
        ...(typeof replicas === 'number' ? {} : autoscalerAnnotations(replicas)),
      },
    },
    spec,
  });
}

function rolloutOf(rollout: Rollout | undefined): Spec['rollout'] {
  return rollout && { strategy: { type: 'RollingUpdate', rollingUpdate: rollout } };
}

/** The name of a `MachineDeployment`. */
export function deploymentName(cluster: string, pool: string, suffix?: string): string {
  return [cluster, pool, ...(suffix ? [suffix] : [])].join('-');
}
