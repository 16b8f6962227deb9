import { type ClusterNetworks, type ControlPlane, type NodePool, rangeOf } from '../../fleet/cluster';
import type { Problem } from '../../problem';
import { distribute, standing } from './pool';

/** Cluster API replaces control-plane machines with one more at a time. */
const CONTROL_PLANE_SURGE = 1;

/** kubeadm's controller manager gives each node a block of this length. */
const NODE_BITS = { ipv4: 24, ipv6: 64 } as const;

/** kubeadm takes no block of pods that would make more nodes: 2 to the power of this. */
const MAX_NODE_BITS = 16;

/** kubeadm's limits of blocks of services: the tenth address is that of DNS. */
const SERVICE_BITS = { ipv4: { min: 12, max: 28 }, ipv6: { min: 108, max: 124 } } as const;

/** The most machines of a group at once: a rollout adds some. */
export function mostMachines({ replicas, rollout }: Pick<NodePool, 'replicas' | 'rollout'>): number {
  const { max } = rangeOf(replicas);
  const { maxSurge = 1 } = rollout ?? {};
  const surge =
    typeof maxSurge === 'number' ? maxSurge : Math.ceil((max * Number.parseInt(maxSurge, 10)) / 100);
  return max === 0 ? 0 : max + surge;
}

/** The most machines of a pool in each of its zones at once. */
export function mostInZones(pool: NodePool, zones: readonly string[]): Map<string, number> {
  const shares = [...distribute(pool.replicas, zones)];
  return new Map(shares.map(([zone, replicas]) => [zone, mostMachines({ ...pool, replicas })]));
}

/** The most machines of a control plane in each of its zones at once: Cluster API spreads them evenly. */
export function mostControlPlanes(replicas: number, zones: readonly string[]): number {
  return Math.ceil((replicas + CONTROL_PLANE_SURGE) / zones.length);
}

/** A cluster that kubeadm sets up, as far as its blocks must fit its machines. */
interface KubeadmCluster<P extends NodePool> {
  readonly networks: ClusterNetworks;
  readonly controlPlane: ControlPlane;
  readonly pools: readonly P[];
}

/**
 * Blocks that kubeadm would refuse, or in which not every node gets addresses for its pods.
 *
 * @param zonesOf the zones of a pool, each of which rolls by itself
 */
export function checkBlockSizes<P extends NodePool>(
  path: string,
  { networks, controlPlane, pools }: KubeadmCluster<P>,
  zonesOf: (pool: P) => readonly string[] = () => ['all'],
): Problem[] {
  const workers = standing(pools).flatMap(([, pool]) => [...mostInZones(pool, zonesOf(pool)).values()]);
  const nodes = workers.reduce((sum, count) => sum + count, controlPlane.replicas + CONTROL_PLANE_SURGE);
  return [
    ...networks.pods.flatMap((cidr, i) => checkPods(path, `networks.pods[${i}]`, cidr, nodes)),
    ...networks.services.flatMap((cidr, i) => checkServices(path, `networks.services[${i}]`, cidr)),
  ];
}

function checkPods(path: string, field: string, cidr: string, nodes: number): Problem[] {
  const { family, bits } = parse(cidr);
  const node = NODE_BITS[family];
  const at = { path, field, value: cidr };
  if (node - bits > MAX_NODE_BITS) {
    return [
      {
        ...at,
        code: 'pods-block-large',
        problem: 'is larger than kubeadm takes',
        remedy: `use a /${node - MAX_NODE_BITS} or smaller: a part of this block`,
      },
    ];
  }
  const room = bits > node ? 0 : 2 ** (node - bits);
  if (!(nodes > room)) return [];
  return [
    {
      ...at,
      code: 'pods-block-small',
      problem: `has room for the pods of ${room} node${room === 1 ? '' : 's'}, a /${node} for each, and there may be ${nodes} at once, with those that a rollout adds`,
      remedy: `use a /${node - Math.ceil(Math.log2(nodes))} or larger: the block of a cluster cannot be changed later`,
    },
  ];
}

function checkServices(path: string, field: string, cidr: string): Problem[] {
  const { family, bits } = parse(cidr);
  const { min, max } = SERVICE_BITS[family];
  if ((bits >= min && bits <= max) || Number.isNaN(bits)) return [];
  return [
    {
      code: 'services-block-size',
      path,
      field,
      value: cidr,
      problem: `is ${bits < min ? 'larger' : 'smaller'} than kubeadm takes`,
      remedy: `use a block from /${min} to /${max}, such as a /${family === 'ipv4' ? 20 : 112}`,
    },
  ];
}

/** A block that is none is reported by the check of all networks. */
function parse(cidr: string): { family: 'ipv4' | 'ipv6'; bits: number } {
  return { family: cidr.includes(':') ? 'ipv6' : 'ipv4', bits: Number(cidr.split('/')[1]) };
}
