import type { Problem } from '../../problem';
import {
  checkBlockSizes,
  checkKubeadm,
  checkNetworksGiven,
  checkPlace,
  checkPool,
  checkSupportedVersions,
} from '../machinery';
import { checkAwsFields } from './fields';
import { architectureOf, checkInstanceType } from './instance-type';
import { checkImage, checkMachine, checkSpot } from './machine-check';
import { checkAwsNetwork, checkCidrs } from './network-check';
import { checkAwsPins } from './pin-check';
import type { AwsClusterProps, AwsNodePool } from './props';
import { checkRegion, checkZones } from './region-check';
import { checkSubnetRoom, mostPerZone } from './subnet-room';
import { zoneSuffix } from './subnets';

type Zoned = Pick<AwsNodePool, 'zones'>;
type Regional = Pick<AwsClusterProps, 'region' | 'zones'>;

/** What is wrong with an AWS cluster beyond what is checked for every cluster. */
export function checkAwsCluster(path: string, name: string, props: AwsClusterProps): Problem[] {
  const fields = checkAwsFields(path, props);
  // What is missing would be reported again, in other words, by each check below.
  if (fields.length > 0) return fields;
  const { region, zones, controlPlane, pools, networks, network, loadBalancer, image } = props;
  return [
    ...checkSupportedVersions(path, props, ['core', 'aws']),
    ...checkNetworksGiven(path, networks),
    ...checkBlockSizes(path, props, (pool) => pool.zones ?? zones),
    ...checkRegion(path, region),
    ...checkZones(path, 'zones', zones, region),
    ...checkAwsNetwork(path, props),
    ...checkCidrs(path, 'loadBalancer.allowedCidrs', loadBalancer?.allowedCidrs),
    ...checkBastion(path, props),
    ...checkAwsPins(path, props),
    ...checkImage(path, 'image', image),
    ...checkMachine(path, 'controlPlane', controlPlane, image),
    ...checkKubeadm(path, controlPlane),
    ...checkPlace(path, props),
    ...pools.flatMap((pool, i) => [
      ...checkMachine(path, `pools[${i}]`, pool, image),
      ...checkSpot(path, `pools[${i}].spot`, pool.spot),
      ...checkPool(path, name, i, pool, suffixes(pool, props)),
      ...checkPoolZones(path, `pools[${i}].zones`, pool, props),
    ]),
    ...(network ? checkBootFamily(path, props) : checkSingleFamily(path, props)),
    ...(network ? [] : checkSubnetRoom(path, networks.vpc, mostPerZone(props))),
  ];
}

/** What the names of a pool's machine deployments end in. */
export function suffixes({ zones }: Zoned, { region, zones: all }: Regional): string[] {
  return (zones ?? all).map((zone) => zoneSuffix(region, zone));
}

/** Zones of a pool that are none of the cluster's. */
export function checkPoolZones(path: string, field: string, pool: Zoned, props: Regional): Problem[] {
  if (pool.zones === undefined) return [];
  const strangers = pool.zones.filter((zone) => !props.zones.includes(zone));
  return [
    ...checkZones(path, field, pool.zones, props.region),
    ...strangers.map((zone) => ({
      code: 'zone-unknown',
      path,
      field: `${field}[${pool.zones?.indexOf(zone)}]`,
      value: zone,
      problem: "is none of the cluster's zones",
      remedy: `use one of ${props.zones.join(', ')}, or add it to the cluster's \`zones\``,
    })),
  ];
}

function checkBastion(path: string, { bastion, sshKeyName }: AwsClusterProps): Problem[] {
  if (!bastion) return [];
  const keyless: Problem[] = sshKeyName
    ? []
    : [
        {
          code: 'bastion-keyless',
          path,
          field: 'bastion',
          value: undefined,
          problem: 'lets nobody in: machines have no SSH key',
          remedy: 'set `sshKeyName`, or leave `bastion` out',
        },
      ];
  const open: Problem[] =
    bastion.allowedCidrs.length > 0
      ? []
      : [
          {
            code: 'bastion-open',
            path,
            field: 'bastion.allowedCidrs',
            value: bastion.allowedCidrs,
            problem: 'is empty, which the provider takes for everyone',
            remedy: 'list the blocks that people come from',
          },
        ];
  return [
    ...keyless,
    ...open,
    ...checkCidrs(path, 'bastion.allowedCidrs', bastion.allowedCidrs),
    ...checkBastionType(path, bastion.instanceType),
  ];
}

/** The provider starts a bastion from an image of Ubuntu that is always amd64. */
function checkBastionType(path: string, instanceType: string | undefined): Problem[] {
  const field = 'bastion.instanceType';
  if (instanceType === undefined || architectureOf(instanceType) === 'amd64') {
    return checkInstanceType(path, field, instanceType);
  }
  return [
    {
      code: 'image-architecture',
      path,
      field,
      value: instanceType,
      problem: 'is arm64, and the image that the provider takes for a bastion is amd64',
      remedy: 'use an instance type that is amd64, such as t3.micro',
    },
  ];
}

/** A VPC that is made here has IPv4 addresses only, and pods of the other family could not leave it. */
function checkSingleFamily(path: string, { networks }: AwsClusterProps): Problem[] {
  return (['pods', 'services'] as const).flatMap((field) =>
    networks[field]
      .filter((cidr) => cidr.includes(':'))
      .map((cidr) => ({
        code: 'network-family',
        path,
        field: `networks.${field}`,
        value: cidr,
        problem: 'is IPv6, and the VPC that is made for the cluster is IPv4',
        remedy: 'use an IPv4 block, or give `network` a VPC that has both',
      })),
  );
}

/** What the management cluster installs here is set up for machines whose addresses are IPv4. */
function checkBootFamily(path: string, { networks: { pods }, cni = 'cilium' }: AwsClusterProps): Problem[] {
  if (typeof cni === 'object' || cni === 'none') return [];
  return pods
    .filter((cidr) => cidr.includes(':'))
    .map((cidr) => ({
      code: 'cni-family',
      path,
      field: 'networks.pods',
      value: cidr,
      problem: `is IPv6, and ${cni} is set up for IPv4 here: EC2 machines have no other address`,
      remedy: 'use an IPv4 block, or set `cni` to a chart of your own with values for both',
    }));
}
