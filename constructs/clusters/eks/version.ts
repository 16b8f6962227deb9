import type { Problem } from '../../problem';
import type { EksClusterProps, EksNodePool } from './props';

/**
 * The least full version of a minor, such as `v1.35.0` of `v1.35`: Cluster API wants one in full, and EKS
 * goes by the minor. Anything else is returned as it is, for the checks.
 */
export function fullVersion<V extends string | undefined>(minor: V): V | string {
  return minor !== undefined && isMinor(minor) ? `${minor}.0` : minor;
}

/** A cluster and its pools with full versions. */
export function inFull(props: EksClusterProps) {
  const { kubernetesVersion, pools } = props;
  return {
    kubernetesVersion: fullVersion(kubernetesVersion),
    // What is no list is reported where it is looked at.
    pools: Array.isArray(pools) ? pools.map(poolInFull) : pools,
  };
}

function poolInFull(pool: EksNodePool): EksNodePool {
  return pool && { ...pool, kubernetesVersion: fullVersion(pool.kubernetesVersion) };
}

/** Whether this is a minor version of Kubernetes, such as `v1.35`. */
function isMinor(version: string): boolean {
  return /^v1\.(0|[1-9]\d*)$/.test(version);
}

/** A full version is none of EKS's: whoever writes a patch expects to get it. */
export function checkMinor(path: string, field: string, version: string | undefined): Problem[] {
  if (version === undefined || !/^v1\.\d+\.\d+$/.test(version)) return [];
  return [
    {
      code: 'version-malformed',
      path,
      field,
      value: version,
      problem: 'has a patch, which EKS chooses by itself',
      remedy: `write ${version.replace(/\.\d+$/, '')}`,
    },
  ];
}
