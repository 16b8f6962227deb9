import type { Problem } from '../../problem';
import { checkIamName } from '../aws/machine-check';
import { checkAwsNetwork } from '../aws/network-check';
import { checkRegion, checkZones } from '../aws/region-check';
import { checkSubnetRoom, mostPerZone } from '../aws/subnet-room';
import { checkPlace, checkSupportedVersions, standing } from '../machinery';
import { checkAccess } from './access-check';
import { checkAddOns } from './add-ons-check';
import { checkFargate } from './fargate-check';
import { checkEksFields } from './fields';
import { checkEksPool } from './pool-check';
import type { EksClusterProps } from './props';
import { checkServices } from './services-check';
import { checkMinor, inFull } from './version';

/** What is wrong with an EKS cluster beyond what is checked for every cluster. */
export function checkEksCluster(path: string, name: string, props: EksClusterProps): Problem[] {
  const fields = checkEksFields(path, props);
  // What is missing would be reported again, in other words, by each check below.
  if (fields.length > 0) return fields;
  const { region, zones, pools, network, networks } = props;
  return [
    ...checkSupportedVersions(path, inFull(props), ['core', 'aws', 'eks']),
    ...checkMinor(path, 'kubernetesVersion', props.kubernetesVersion),
    ...checkServices(path, networks.services),
    ...checkRegion(path, region),
    ...checkZones(path, 'zones', zones, region),
    ...checkZoneCount(path, zones),
    // EKS's endpoint is no load balancer of the VPC: no public subnet is needed.
    ...checkAwsNetwork(path, { ...props, loadBalancer: { scheme: 'internal' } }),
    ...checkAccess(path, props),
    ...checkIamName(path, 'role', props.role),
    ...checkAddOns(path, props),
    ...pools.flatMap((pool, i) => checkEksPool(path, name, i, pool, props)),
    ...checkFargate(path, props),
    ...(isServerless(props) ? [] : [...checkWorkers(path, props), ...checkPlace(path, props)]),
    ...(network ? [] : checkSubnetRoom(path, networks.vpc, mostPerZone({ zones, pools }))),
  ];
}

/** Whether Fargate takes every pod of what a cluster starts with. */
function isServerless({ fargate = [] }: EksClusterProps): boolean {
  const selectors = standing(fargate).flatMap(([, profile]) => profile.selectors);
  return ['kube-system', 'flux-system'].every((name) =>
    selectors.some(({ namespace, labels }) => namespace === name && labels === undefined),
  );
}

/** EKS's control plane takes no pods. */
function checkWorkers(path: string, { pools, teardown }: EksClusterProps): Problem[] {
  if (teardown || standing(pools).length > 0) return [];
  return [
    {
      code: 'pools-missing',
      path,
      field: 'pools',
      value: pools.map(({ name }) => name),
      problem:
        'has none that stays: CoreDNS and Flux would run nowhere, for EKS has control planes of its own',
      remedy: 'add a pool without taints, or Fargate profiles for all of kube-system and flux-system',
    },
  ];
}

/** @see https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html#network-requirements-subnets */
function checkZoneCount(path: string, zones: readonly string[]): Problem[] {
  if (zones.length !== 1) return [];
  return [
    {
      code: 'zones-few',
      path,
      field: 'zones',
      value: zones,
      problem: 'names one availability zone: EKS wants subnets in two',
      remedy: 'list two or more; a pool may have fewer `zones` of its own',
    },
  ];
}
