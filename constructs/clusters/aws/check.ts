import type { Problem } from '../../problem';
import { checkKubeadm, checkNetworksGiven, checkPool } from '../machinery';
import { checkAwsFields } from './fields';
import { checkInstanceType } from './instance-type';
import { checkAwsNetwork, checkCidrs } from './network-check';
import type { AwsClusterProps, AwsImage, AwsMachine, AwsNodePool } from './props';
import { checkRegion, checkZones } from './region-check';

/** What is wrong with an AWS cluster beyond what is checked for every cluster. */
export function checkAwsCluster(path: string, name: string, props: AwsClusterProps): Problem[] {
  const fields = checkAwsFields(path, props);
  // What is missing would be reported again, in other words, by each check below.
  if (fields.length > 0) return fields;
  const { region, zones, controlPlane, pools, networks, network, loadBalancer, image } = props;
  return [
    ...checkNetworksGiven(path, networks),
    ...checkRegion(path, region),
    ...checkZones(path, 'zones', zones, region),
    ...checkAwsNetwork(path, props),
    ...checkCidrs(path, 'loadBalancer.allowedCidrs', loadBalancer?.allowedCidrs),
    ...checkBastion(path, props),
    ...checkImage(path, 'image', image),
    ...checkMachine(path, 'controlPlane', controlPlane),
    ...checkKubeadm(path, controlPlane),
    ...pools.flatMap((pool, i) => [
      ...checkMachine(path, `pools[${i}]`, pool),
      ...checkPool(path, name, i, pool, suffixes(pool, props)),
      ...checkPoolZones(path, `pools[${i}].zones`, pool, props),
    ]),
    ...(network ? [] : checkSingleFamily(path, props)),
  ];
}

function suffixes({ zones }: AwsNodePool, { region, zones: all }: AwsClusterProps): string[] {
  return (zones ?? all).map((zone) => zone.slice(region.length));
}

function checkMachine(path: string, field: string, machine: AwsMachine): Problem[] {
  const { instanceType, volumeSize, image } = machine;
  return [
    ...checkInstanceType(path, `${field}.instanceType`, instanceType),
    ...checkVolume(path, `${field}.volumeSize`, volumeSize),
    ...checkImage(path, `${field}.image`, image),
  ];
}

function checkVolume(path: string, field: string, value: number | undefined): Problem[] {
  if (value === undefined || (Number.isInteger(value) && value >= 8 && value <= 16384)) return [];
  return [
    {
      code: 'volume-size',
      path,
      field,
      value,
      problem: 'is no size of a root volume',
      remedy: 'give whole GiB, from 8 to 16384, and not less than the image has',
    },
  ];
}

function checkImage(path: string, field: string, image: AwsImage | undefined): Problem[] {
  if (image === undefined) return [];
  const { id, lookup } = image;
  if ((id === undefined) === (lookup === undefined)) {
    return [
      {
        code: 'image-ambiguous',
        path,
        field,
        value: image,
        problem: id === undefined ? 'names no image' : 'names an image and a search for one',
        remedy: 'give either `id` or `lookup`',
      },
    ];
  }
  if (id !== undefined && !/^ami-([0-9a-f]{8}|[0-9a-f]{17})$/.test(id)) {
    return [
      malformed(path, `${field}.id`, id, 'is no id of an image', 'write it like ami-0123456789abcdef0'),
    ];
  }
  if (lookup && !/^(\d{12}|amazon|self)$/.test(lookup.org)) {
    const problem = 'is no AWS account';
    return [malformed(path, `${field}.lookup.org`, lookup.org, problem, 'write the 12 digits, as a string')];
  }
  return [];
}

function malformed(path: string, field: string, value: unknown, problem: string, remedy: string): Problem {
  return { code: 'image-malformed', path, field, value, problem, remedy };
}

function checkPoolZones(path: string, field: string, pool: AwsNodePool, props: AwsClusterProps): Problem[] {
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
    ...checkInstanceType(path, 'bastion.instanceType', bastion.instanceType),
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
