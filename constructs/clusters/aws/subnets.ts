import * as ipaddr from 'ipaddr.js';
import type { AwsSubnet } from './props';

/** A VPC is cut in eight: a private subnet each for zones a to g; the first eighth holds the public ones. */
export const PRIVATE_BITS = 3;

/** The blocks of a VPC that is cut like this: AWS takes /16 to /28, and 64 public subnets must fit in it. */
export const VPC_BITS = { min: 16, max: 22 } as const;

/** The zones that a VPC has room for. */
export const ZONE_LETTERS = 'abcdefg';

/** A subnet as `AWSCluster` has it. */
export interface SubnetSpec {
  readonly id: string;
  readonly availabilityZone: string;
  readonly isPublic: boolean;
  readonly cidrBlock?: string;
}

/**
 * The subnets of a VPC that is made for the cluster: a private and a public one for each zone. The block
 * depends on the zone's letter alone, so that a further zone never changes the subnets of the others,
 * which AWS could not do.
 */
export function madeSubnets(cluster: string, vpc: string, zones: readonly string[]): SubnetSpec[] {
  return [...zones].sort().flatMap((zone) => {
    const i = ZONE_LETTERS.indexOf(zone.slice(-1)) + 1;
    const at = { availabilityZone: zone };
    return [
      { ...at, id: `${cluster}-private-${zone}`, isPublic: false, cidrBlock: cut(vpc, PRIVATE_BITS, i) },
      { ...at, id: `${cluster}-public-${zone}`, isPublic: true, cidrBlock: cut(vpc, 2 * PRIVATE_BITS, i) },
    ];
  });
}

/** What tells a zone from the others of its region: `a` of `eu-central-1a`. */
export function zoneSuffix(region: string, zone: string): string {
  return zone.slice(region.length);
}

/** The subnets of a VPC that exists. */
export function givenSubnets(subnets: readonly AwsSubnet[]): SubnetSpec[] {
  return [...subnets]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, zone, public: isPublic = false }) => ({ id, availabilityZone: zone, isPublic }));
}

/** The i-th part of an IPv4 block that is cut in 2^bits. */
function cut(cidr: string, bits: number, i: number): string {
  const [address, length] = ipaddr.IPv4.parseCIDR(cidr);
  const size = 2 ** (32 - length - bits);
  const start = address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0) + i * size;
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${bytes.join('.')}/${length + bits}`;
}
