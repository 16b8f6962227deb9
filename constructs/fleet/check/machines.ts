import type { Problem } from '../../problem';
import { type ControlPlane, type NodePool, TEARDOWNS } from '../cluster';
import { checkChoice } from './choice';
import { checkDnsLabel } from './names';

/** Kubelets may be this many minors behind the API server. */
export const MAX_SKEW = 3;

/** A full Kubernetes version, such as `v1.35.2`. The example is how people write one there. */
export function checkVersion(path: string, field: string, version: string, example?: string): Problem[] {
  if (minorOf(version) !== undefined) return [];
  return [
    {
      code: 'version-malformed',
      path,
      field,
      value: version,
      problem: 'is no Kubernetes version',
      remedy: example ? `write it like ${example}` : 'write it in full, like v1.35.2',
    },
  ];
}

/** An etcd quorum: an even member adds risk, not safety. */
export function checkControlPlane(path: string, controlPlane: ControlPlane | undefined): Problem[] {
  if (!controlPlane) return [];
  const { replicas } = controlPlane;
  if (Number.isInteger(replicas) && replicas % 2 === 1 && replicas >= 1 && replicas <= 7) return [];
  return [
    {
      code: 'control-plane-replicas',
      path,
      field: 'controlPlane.replicas',
      value: replicas,
      problem: replicas % 2 === 0 ? 'is even: etcd needs a majority' : 'is no size for etcd',
      remedy: 'use 1, 3, 5 or 7; 3 survives the loss of one machine',
    },
  ];
}

interface Workers {
  readonly kubernetesVersion: string;
  readonly pools: readonly NodePool[];
}

/** Pool names, sizes and version skew (https://kubernetes.io/releases/version-skew-policy/#kubelet). */
export function checkPools(
  path: string,
  { kubernetesVersion, pools }: Workers,
  versionExample?: string,
): Problem[] {
  return [
    ...pools.flatMap((pool, i) => [
      ...checkDnsLabel(path, `pools[${i}].name`, pool.name, 20),
      ...checkPoolName(path, i, pools),
      ...checkReplicas(path, i, pool),
      ...checkChoice(path, `pools[${i}].teardown`, pool.teardown, TEARDOWNS),
      ...(pool.kubernetesVersion === undefined
        ? []
        : checkSkew(path, i, pool.kubernetesVersion, kubernetesVersion, versionExample)),
    ]),
  ];
}

function checkPoolName(path: string, i: number, pools: readonly NodePool[]): Problem[] {
  const first = pools.findIndex(({ name }) => name === pools[i]?.name);
  if (first === i) return [];
  return [
    {
      code: 'pool-duplicate',
      path,
      field: `pools[${i}].name`,
      value: pools[i]?.name,
      problem: `is the name of pools[${first}] too`,
      remedy: 'give each pool of a cluster its own name',
    },
  ];
}

function checkReplicas(path: string, i: number, { replicas }: NodePool): Problem[] {
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
  const at = { path, field: `pools[${i}].replicas`, value: replicas };
  if (typeof replicas !== 'object' || replicas === null) {
    if (isCount(replicas)) return [];
    const remedy = 'use a whole number, 0 or more, or a range: { min: 2, max: 10 }';
    return [{ ...at, code: 'pool-replicas', problem: 'is no number of machines', remedy }];
  }
  const { min, max } = replicas;
  if (isCount(min) && isCount(max) && min <= max && max > 0) return [];
  return [
    {
      ...at,
      code: 'pool-replicas',
      problem: 'is no range of machines',
      remedy: 'use whole numbers: `min` from 0 to `max`, and `max` 1 or more',
    },
  ];
}

function checkSkew(
  path: string,
  i: number,
  worker: string,
  controlPlane: string,
  example?: string,
): Problem[] {
  const field = `pools[${i}].kubernetesVersion`;
  const [ours, theirs] = [parseVersion(worker), parseVersion(controlPlane)];
  if (!ours) return checkVersion(path, field, worker, example);
  if (!theirs) return [];
  const behind = theirs.minor - ours.minor;
  const ahead = behind < 0 || (behind === 0 && ours.patch > theirs.patch);
  if (!ahead && behind <= MAX_SKEW) return [];
  return [
    {
      code: 'version-skew',
      path,
      field,
      value: worker,
      problem: ahead
        ? `is newer than the control plane (${controlPlane})`
        : `is ${behind} minors behind the control plane (${controlPlane}); a kubelet may be ${MAX_SKEW}`,
      remedy: ahead
        ? 'upgrade the control plane first, then the workers'
        : `upgrade the pool to v1.${theirs.minor - MAX_SKEW} or newer first`,
    },
  ];
}

/** The minor of a full version; none of anything else. */
export function minorOf(version: string): number | undefined {
  return parseVersion(version)?.minor;
}

function parseVersion(version: string): { minor: number; patch: number } | undefined {
  const match = /^v1\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.exec(version);
  return match ? { minor: Number(match[1]), patch: Number(match[2]) } : undefined;
}
