import type { NodePool } from '../../fleet/cluster';
import type { Problem } from '../../problem';
import { mostControlPlanes, mostInZones, standing } from '../machinery';
import type { AwsClusterProps, AwsNodePool } from './props';
import { PRIVATE_BITS, VPC_BITS } from './subnets';

/** The first four addresses of a subnet, and the last one. */
const RESERVED = 5;

/** What has machines; AWS runs the control planes of EKS elsewhere. */
interface Machines {
  readonly zones: readonly string[];
  readonly controlPlane?: AwsClusterProps['controlPlane'];
  readonly pools: readonly (NodePool & Pick<AwsNodePool, 'zones'>)[];
}

/** The most machines of a cluster in each zone at once. */
export function mostPerZone({ zones, controlPlane, pools }: Machines): Map<string, number> {
  const own = controlPlane ? mostControlPlanes(controlPlane.replicas, zones) : 0;
  const most = new Map(zones.map((zone) => [zone, own]));
  for (const [, pool] of standing(pools)) {
    for (const [zone, count] of mostInZones(pool, pool.zones ?? zones)) {
      most.set(zone, (most.get(zone) ?? 0) + count);
    }
  }
  return most;
}

/**
 * Zones of a VPC that is made whose private subnet has fewer addresses than machines may be in it. Where pods
 * have addresses of the VPC too, as on EKS, this is the least: how many they take depends on the instance type
 * and on the settings of the VPC CNI.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
export function checkSubnetRoom(
  path: string,
  vpc: string | undefined,
  machines: ReadonlyMap<string, number>,
): Problem[] {
  const bits = Number(vpc?.split('/')[1]);
  const room = (length: number) => 2 ** (32 - length - PRIVATE_BITS) - RESERVED;
  if (!(bits >= VPC_BITS.min && bits <= VPC_BITS.max)) return [];
  const full = [...machines].filter(([, count]) => count > room(bits));
  const most = Math.max(...full.map(([, count]) => count));
  if (full.length === 0) return [];
  const enough = Math.floor(32 - PRIVATE_BITS - Math.log2(most + RESERVED));
  return [
    {
      code: 'subnet-small',
      path,
      field: 'networks.vpc',
      value: vpc,
      problem: `has ${room(bits)} addresses for machines in each zone, and there may be ${most} in ${full.map(([zone]) => zone).join(', ')} at once, with those that a rollout adds`,
      remedy:
        enough >= VPC_BITS.min
          ? `use a /${enough} or larger: the block of a VPC cannot be changed later`
          : 'use more zones, or smaller pools: AWS makes no VPC larger than a /16',
    },
  ];
}
