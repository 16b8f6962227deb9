import * as ipaddr from 'ipaddr.js';
import type { Problem } from '../../problem';
import type { ClusterNetworks } from '../cluster';
import { stringsOf } from './fields';

/** A block of addresses and where it was written. */
interface Block {
  readonly field: string;
  readonly cidr: string;
  readonly path: string;
  readonly owner: string;
}

/** What is wrong with the blocks of one cluster: malformed, or overlapping each other. */
export function checkNetworks(path: string, networks: ClusterNetworks | undefined): Problem[] {
  const blocks = blocksOf(path, '', networks);
  return [...blocks.flatMap(checkBlock), ...overlaps(blocks)];
}

/** The part of a cluster that the check of connections reads. */
interface Connected {
  readonly name: string;
  readonly path: string;
  readonly networks?: ClusterNetworks;
  readonly connectedTo: readonly string[];
}

/** Blocks that overlap between clusters that say they are connected, and connections to nobody. */
export function checkConnections(clusters: readonly Connected[]): Problem[] {
  const byName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const seen = new Set<string>();
  return clusters.flatMap((cluster) =>
    cluster.connectedTo.flatMap((name, i) => {
      const field = `connectedTo[${i}]`;
      const other = byName.get(name);
      if (!other || other === cluster) {
        return [
          {
            code: 'connection-unknown',
            path: cluster.path,
            field,
            value: name,
            problem: other ? 'is this cluster itself' : 'is no cluster of the fleet',
            remedy: `name another cluster: ${[...byName.keys()].filter((n) => n !== cluster.name).join(', ')}`,
          },
        ];
      }
      const pair = [cluster.name, name].sort().join(' ');
      if (seen.has(pair)) return [];
      seen.add(pair);
      const own = blocksOf(cluster.path, `${cluster.name}: `, cluster.networks);
      return overlaps(own, blocksOf(other.path, `${other.name}: `, other.networks));
    }),
  );
}

function blocksOf(path: string, owner: string, networks: ClusterNetworks | undefined): Block[] {
  if (!networks) return [];
  const at = { path, owner };
  return [
    ...stringsOf(networks.pods).map((cidr, i) => ({ ...at, cidr, field: `networks.pods[${i}]` })),
    ...stringsOf(networks.services).map((cidr, i) => ({ ...at, cidr, field: `networks.services[${i}]` })),
    ...(networks.vpc === undefined ? [] : [{ ...at, cidr: networks.vpc, field: 'networks.vpc' }]),
  ];
}

/** A list of blocks, IPv4 or IPv6, that are no networks of a cluster. */
export function checkBlocks(path: string, field: string, cidrs: readonly string[] = []): Problem[] {
  return cidrs.flatMap((cidr, i) => checkBlock({ path, field: `${field}[${i}]`, cidr }));
}

function checkBlock({ path, field, cidr }: Omit<Block, 'owner'>): Problem[] {
  const at = { code: 'cidr-malformed', path, field, value: cidr };
  const range = parse(cidr);
  if (!range) {
    return [
      { ...at, problem: 'is no block of addresses', remedy: 'write it like 10.244.0.0/16 or fd00:10::/56' },
    ];
  }
  const [address, bits] = range;
  const network = (address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(cidr);
  if (network.toString() === address.toString()) return [];
  return [
    {
      ...at,
      problem: 'does not begin at the first address of its block',
      remedy: `write ${network.toString()}/${bits}`,
    },
  ];
}

/** Overlaps inside one list, or between two. */
function overlaps(blocks: readonly Block[], others?: readonly Block[]): Problem[] {
  return blocks.flatMap((a, i) =>
    (others ?? blocks.slice(i + 1))
      .filter((b) => overlap(a.cidr, b.cidr))
      .map((b) => ({
        code: 'cidr-overlap',
        path: b.path,
        field: b.field,
        value: b.cidr,
        problem: `overlaps ${a.owner}${a.field} ${a.cidr}`,
        remedy: 'give each a block of its own: addresses that mean two things cannot be routed',
      })),
  );
}

function overlap(a: string, b: string): boolean {
  const [x, y] = [parse(a), parse(b)];
  if (!x || !y || x[0].kind() !== y[0].kind()) return false;
  const bits = Math.min(x[1], y[1]);
  return x[0].match(y[0], bits);
}

function parse(cidr: string): [ipaddr.IPv4 | ipaddr.IPv6, number] | undefined {
  const strict = /^([1-9]\d{0,2}|0)(\.([1-9]\d{0,2}|0)){3}\/\d{1,2}$|^[0-9a-fA-F:]+\/\d{1,3}$/.test(cidr);
  return strict && ipaddr.isValidCIDR(cidr) ? ipaddr.parseCIDR(cidr) : undefined;
}
