import * as ipaddr from 'ipaddr.js';
import type { Problem } from '../../problem';
import type { NetworkProps } from './infrastructure';
import type { AwsClusterProps, AwsNetwork } from './props';
import { VPC_BITS, ZONE_LETTERS } from './subnets';

type CheckedProps = NetworkProps & Pick<AwsClusterProps, 'loadBalancer'>;

/** The VPC that is made, or the one that is given. */
export function checkAwsNetwork(path: string, props: CheckedProps): Problem[] {
  return props.network ? checkGiven(path, props.network, props) : checkMade(path, props);
}

/** Blocks of IPv4 addresses that may reach something. */
export function checkCidrs(path: string, field: string, cidrs: readonly string[] = []): Problem[] {
  return cidrs.flatMap((value, i) =>
    ipaddr.IPv4.isValidCIDRFourPartDecimal(value)
      ? []
      : [
          {
            code: 'cidr-malformed',
            path,
            field: `${field}[${i}]`,
            value,
            problem: 'is no block of IPv4 addresses',
            remedy: 'write it like 203.0.113.0/24; one address is /32',
          },
        ],
  );
}

function checkMade(path: string, { networks: { vpc }, zones }: CheckedProps): Problem[] {
  const field = 'networks.vpc';
  if (vpc === undefined) {
    return [
      {
        code: 'vpc-missing',
        path,
        field,
        value: vpc,
        problem: 'is needed: the provider would take 10.0.0.0/16, which no check knows of',
        remedy: 'give the VPC a block such as 10.20.0.0/16, or name one that exists in `network`',
      },
    ];
  }
  const letters = zones.filter((zone) => !ZONE_LETTERS.includes(zone.slice(-1)));
  return [
    ...letters.map((zone) => ({
      code: 'zone-roomless',
      path,
      field: `zones[${zones.indexOf(zone)}]`,
      value: zone,
      problem: 'has no room: a VPC that is made has subnets for the zones a to g',
      remedy: 'use another zone, or give `network` a VPC that exists',
    })),
    ...checkVpcSize(path, field, vpc),
  ];
}

function checkVpcSize(path: string, field: string, vpc: string): Problem[] {
  const bits = Number(vpc.split('/')[1]);
  const ipv4 = ipaddr.IPv4.isValidCIDRFourPartDecimal(vpc);
  if (ipv4 && bits >= VPC_BITS.min && bits <= VPC_BITS.max) return [];
  return [
    {
      code: 'vpc-size',
      path,
      field,
      value: vpc,
      problem: 'cannot be cut into private and public subnets',
      remedy: `use an IPv4 block from /${VPC_BITS.min} to /${VPC_BITS.max}`,
    },
  ];
}

function checkGiven(path: string, network: AwsNetwork, { zones, loadBalancer }: CheckedProps): Problem[] {
  const { vpcId, subnets } = network;
  const has = (zone: string, isPublic: boolean) =>
    subnets.some((subnet) => subnet.zone === zone && (subnet.public ?? false) === isPublic);
  const facing = loadBalancer?.scheme !== 'internal';
  return [
    ...checkId(path, 'network.vpcId', vpcId, 'vpc'),
    ...subnets.flatMap(({ id }, i) => checkId(path, `network.subnets[${i}].id`, id, 'subnet')),
    ...subnets
      .filter(({ id }, i) => subnets.findIndex((other) => other.id === id) < i)
      .map(({ id }) => subnetProblem(path, 'subnet-duplicate', id, 'is listed twice', 'list it once')),
    ...subnets
      .filter(({ zone }) => !zones.includes(zone))
      .map(({ id, zone }) =>
        subnetProblem(
          path,
          'subnet-zone',
          id,
          `is in ${zone}, which is none of the cluster's zones`,
          'add the zone to `zones`, or leave the subnet out',
        ),
      ),
    ...zones
      .filter((zone) => !has(zone, false))
      .map((zone) =>
        subnetProblem(
          path,
          'subnet-missing',
          zone,
          'has no private subnet: its machines would have no place',
          'add a private subnet of that zone, or leave the zone out',
        ),
      ),
    ...(facing && !zones.some((zone) => has(zone, true))
      ? [
          subnetProblem(
            path,
            'subnet-missing',
            undefined,
            'has no public one, and the load balancer faces the internet',
            "add a public subnet of each zone, or set the load balancer's scheme to `internal`",
          ),
        ]
      : []),
  ];
}

function subnetProblem(
  path: string,
  code: string,
  value: string | undefined,
  problem: string,
  remedy: string,
): Problem {
  return { code, path, field: 'network.subnets', value, problem, remedy };
}

function checkId(path: string, field: string, value: string, kind: 'vpc' | 'subnet'): Problem[] {
  if (new RegExp(`^${kind}-([0-9a-f]{8}|[0-9a-f]{17})$`).test(value)) return [];
  return [
    {
      code: 'aws-id-malformed',
      path,
      field,
      value,
      problem: `is no id of a ${kind}`,
      remedy: `write it like ${kind}-0123456789abcdef0`,
    },
  ];
}
