import { checkEach, isMap } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import type { EksClusterProps, EksNodePool } from './props';

/** Why a field of other clusters or pools means nothing here, and what to do instead. */
type Reasons = Readonly<Record<string, readonly [problem: string, remedy: string]>>;

const instead = (field: string) => `remove \`${field}\`, or make the pool \`kind: 'self-managed'\``;
const repaired = (field: string) => ['EKS repairs the machines of a managed pool', instead(field)] as const;

const NETWORKS: Reasons = {
  pods: ['pods get addresses of the VPC', 'remove it, and make the VPC large enough for the pods too'],
};

const MANAGED: Reasons = {
  deletion: ['EKS drains the machines of a managed pool', instead('deletion')],
  unhealthyLimit: repaired('unhealthyLimit'),
  unhealthyAfter: repaired('unhealthyAfter'),
  startupTimeout: repaired('startupTimeout'),
  image: ['EKS chooses the image of a managed pool', instead('image')],
  iamInstanceProfile: [
    'EKS makes the instance profile of a managed pool',
    "give the IAM role's name in `role`",
  ],
};

const ROLLOUT: Reasons = {
  maxSurge: ['EKS chooses how many machines it adds for an update', instead('maxSurge')],
};

/** What other clusters and pools have, and EKS does by itself: it would be dropped in silence. */
export function checkUnsupported(path: string, { networks, pools }: EksClusterProps): Problem[] {
  return [
    ...report(path, 'networks', networks, NETWORKS),
    ...checkEach(pools, (pool, i) => {
      if (!isManaged(pool)) return [];
      return [
        ...report(path, `pools[${i}]`, pool, MANAGED),
        ...report(path, `pools[${i}].rollout`, pool.rollout, ROLLOUT),
      ];
    }),
  ];
}

/** The same without those fields, so that they are reported once. */
export function supported(props: EksClusterProps): EksClusterProps {
  const { networks, pools } = props;
  const kept = (pool: EksNodePool) =>
    isManaged(pool) ? { ...without(pool, MANAGED), rollout: without(pool.rollout, ROLLOUT) } : pool;
  return {
    ...props,
    networks: without(networks, NETWORKS),
    pools: Array.isArray(pools) ? pools.map(kept) : pools,
  };
}

function isManaged(pool: EksNodePool | undefined): pool is EksNodePool {
  return isMap(pool) && pool.kind !== 'self-managed';
}

function report(path: string, field: string, value: object | undefined, reasons: Reasons): Problem[] {
  return Object.entries(reasons)
    .map(([name, reason]) => ({
      name,
      reason,
      value: (value as Record<string, unknown> | null | undefined)?.[name],
    }))
    .filter((entry) => entry.value !== undefined)
    .map(({ name, reason: [why, remedy], value: given }) => ({
      code: 'field-unsupported',
      path,
      field: `${field}.${name}`,
      value: given,
      problem: `has no effect on EKS: ${why}`,
      remedy,
    }));
}

function without<T extends object | undefined>(value: T, reasons: Reasons): T {
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !(name in reasons))) as T;
}
