import { checkChoice } from '../../fleet/check/choice';
import type { Problem } from '../../problem';
import { checkPoolZones, suffixes } from '../aws/check';
import { checkAmiType } from '../aws/instance-type';
import { checkIamName, checkMachine, checkSpot } from '../aws/machine-check';
import { checkNodeLabels, checkPool, checkTaints } from '../machinery';
import { AMI_TYPES, eksLookupOf } from './ami';
import type { EksClusterProps, EksManagedPool, EksNodePool, EksSelfManagedPool } from './props';
import { checkMinor } from './version';

/** What is wrong with a pool. */
export function checkEksPool(
  path: string,
  cluster: string,
  i: number,
  pool: EksNodePool,
  props: EksClusterProps,
): Problem[] {
  const field = `pools[${i}]`;
  const shared = [
    ...checkMinor(path, `${field}.kubernetesVersion`, pool.kubernetesVersion),
    ...checkPoolZones(path, `${field}.zones`, pool, props),
  ];
  if (pool.kind !== 'self-managed') {
    return [...shared, ...checkMachine(path, field, pool, undefined), ...checkManaged(path, field, pool)];
  }
  return [
    ...shared,
    ...checkMachine(path, field, pool, undefined),
    ...checkSpot(path, `${field}.spot`, pool.spot),
    ...checkPool(path, cluster, i, pool, suffixes(pool, props)),
    ...checkLookup(path, field, pool),
  ];
}

/** Machines whose processors EKS has an image for, but the provider cannot find it. */
function checkLookup(path: string, field: string, { instanceType, image }: EksSelfManagedPool): Problem[] {
  if (image || eksLookupOf(instanceType)) return [];
  return [
    {
      code: 'image-unknown',
      path,
      field: `${field}.instanceType`,
      value: instanceType,
      problem: 'has processors that the provider finds no image for',
      remedy: 'give the pool an `image`, or make it a managed one',
    },
  ];
}

function checkManaged(path: string, field: string, pool: EksManagedPool): Problem[] {
  const { instanceType, amiType, labels, taints, rollout } = pool;
  const reserved = checkNodeLabels(path, `${field}.labels`, labels);
  return [
    ...(reserved.length > 0 ? reserved : checkManagedLabels(path, `${field}.labels`, labels)),
    ...checkIamName(path, `${field}.role`, pool.role),
    ...checkAmi(path, `${field}.amiType`, amiType, instanceType),
    ...checkTaints(path, field, taints),
    ...checkMaxUnavailable(path, `${field}.rollout.maxUnavailable`, rollout?.maxUnavailable),
  ];
}

function checkAmi(path: string, field: string, amiType: string | undefined, instanceType: string) {
  const unknown = checkChoice(path, field, amiType, AMI_TYPES);
  if (amiType === undefined || unknown.length > 0) return unknown;
  return checkAmiType(path, field, amiType, instanceType);
}

/** @see https://docs.aws.amazon.com/eks/latest/APIReference/API_CreateNodegroup.html */
function checkManagedLabels(path: string, field: string, labels: EksManagedPool['labels'] = {}): Problem[] {
  return Object.entries(labels)
    .filter(([key, value]) => {
      const domain = key.slice(0, Math.max(0, key.indexOf('/')));
      const reserved = /(^|\.)(kubernetes\.io|k8s\.io|eks\.amazonaws\.com)$/.test(domain);
      return reserved || key.length > 63 || value === '';
    })
    .map(([key, value]) => ({
      code: 'label-unmanaged',
      path,
      field: `${field}[${JSON.stringify(key)}]`,
      value,
      problem: 'is a label that EKS does not take for a managed pool',
      remedy:
        "use a domain of your own, a key of at most 63 characters, and a value; or `kind: 'self-managed'`",
    }));
}

/** @see https://docs.aws.amazon.com/eks/latest/APIReference/API_NodegroupUpdateConfig.html */
function checkMaxUnavailable(path: string, field: string, value: number | string = 1): Problem[] {
  const count = typeof value === 'number' ? value : Number(/^(\d+)%$/.exec(value)?.[1]);
  if (Number.isInteger(count) && count >= 1 && count <= 100) return [];
  return [
    {
      code: 'rollout-malformed',
      path,
      field,
      value,
      problem: 'is no number of machines that EKS may take away at once',
      remedy: 'use a whole number from 1 to 100, or a share such as 25%',
    },
  ];
}
