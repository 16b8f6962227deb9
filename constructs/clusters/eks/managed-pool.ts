import { ApiObject, type Chart } from 'cdk8s';
import type { MachinePoolSpec } from '../../../imports/cluster.x-k8s.io';
import type { AwsManagedMachinePoolSpec } from '../../../imports/infrastructure.cluster.x-k8s.io';
import { compare } from '../../emit/order';
import { rangeOf, type Taint } from '../../fleet/cluster';
import type { Plain } from '../../plain';
import { VOLUME_SIZE } from '../aws/machine-template';
import { autoscalerAnnotations, deploymentName, GROUPS, poolAnnotations, VERSION } from '../machinery';
import { amiTypeOf } from './ami';
import type { EksManagedPool } from './props';
import { fullVersion } from './version';

const ROLE = 'eks-nodegroup.cluster-api-provider-aws.sigs.k8s.io';

/**
 * The provider then takes the number from AWS, and does not undo what an autoscaler did there.
 *
 * @see https://cluster-api-aws.sigs.k8s.io/topics/machinepools#autoscaling
 */
const EXTERNAL = { 'cluster.x-k8s.io/replicas-managed-by': 'external-autoscaler' };

const EFFECTS = {
  NoSchedule: 'no-schedule',
  PreferNoSchedule: 'prefer-no-schedule',
  NoExecute: 'no-execute',
} as const;

type InfrastructureSpec = Plain<Omit<AwsManagedMachinePoolSpec, 'amiType'>> & { readonly amiType: string };

/**
 * Adds the `MachinePool` and `AWSManagedMachinePool` of a managed node group. There is no launch template, by which
 * alone a root volume could be encrypted here: the provider's always names an image, which EKS then no longer
 * updates, and each newer image would replace the nodes at once.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/v2.13.0/pkg/cloud/services/ec2/launchtemplate.go
 */
export function addManagedPool(
  chart: Chart,
  id: string,
  cluster: string,
  version: string,
  pool: EksManagedPool,
): void {
  const name = deploymentName(cluster, pool.name);
  const range = typeof pool.replicas === 'number' ? undefined : pool.replicas;
  const annotations = poolAnnotations(pool);
  const spec: Plain<MachinePoolSpec> = {
    clusterName: cluster,
    replicas: range ? undefined : (pool.replicas as number),
    template: {
      spec: {
        clusterName: cluster,
        version: fullVersion(pool.kubernetesVersion) ?? version,
        // EKS starts its machines by itself.
        bootstrap: { dataSecretName: '' },
        infrastructureRef: { apiGroup: GROUPS.infrastructure, kind: 'AWSManagedMachinePool', name },
      },
    },
  };
  new ApiObject(chart, id, {
    apiVersion: `${GROUPS.cluster}/${VERSION}`,
    kind: 'MachinePool',
    metadata: {
      name,
      // Both ends of the range too: a new pool begins at its `min`, and not at 1.
      annotations: { ...annotations, ...(range && { ...EXTERNAL, ...autoscalerAnnotations(range) }) },
    },
    spec,
  });
  new ApiObject(chart, `${id}-machines`, {
    apiVersion: `${GROUPS.infrastructure}/${VERSION}`,
    kind: 'AWSManagedMachinePool',
    metadata: { name, annotations },
    spec: infrastructureOf(pool),
  });
}

function infrastructureOf(pool: EksManagedPool): InfrastructureSpec {
  const { instanceType, spot, role = ROLE, volumeSize = VOLUME_SIZE, zones } = pool;
  const { min, max } = rangeOf(pool.replicas);
  return {
    eksNodegroupName: pool.name,
    amiType: pool.amiType ?? amiTypeOf(instanceType),
    instanceType,
    capacityType: spot ? 'spot' : 'onDemand',
    diskSize: volumeSize,
    roleName: role,
    scaling: { minSize: min, maxSize: Math.max(max, 1) },
    labels: pool.labels,
    taints: pool.taints && [...pool.taints].sort(byKey).map(taintOf),
    updateConfig: updateOf(pool.rollout?.maxUnavailable),
    nodeRepairConfig: { enabled: true },
    ...(zones && { availabilityZones: [...zones].sort(), availabilityZoneSubnetType: 'private' as const }),
  };
}

function byKey(a: Taint, b: Taint): number {
  return compare(a.key, b.key) || compare(a.effect, b.effect);
}

function taintOf({ key, value = '', effect }: Taint) {
  return { key, value, effect: EFFECTS[effect] };
}

function updateOf(maxUnavailable: number | string = 1) {
  if (typeof maxUnavailable === 'number') return { maxUnavailable };
  return { maxUnavailablePercentage: Number.parseInt(maxUnavailable, 10) };
}
