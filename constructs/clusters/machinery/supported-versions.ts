import { minorOf } from '../../fleet/check/machines';
import type { Problem } from '../../problem';

/** The Kubernetes minors that a part of the machinery supports on the clusters that it makes. */
export interface SupportedVersions {
  /** What it is, and its version. */
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Where that is written. */
  readonly source: string;
}

/** The table of docs/upgrades.md. */
export const SUPPORTED_VERSIONS = {
  core: {
    name: 'Cluster API v1.14',
    min: 31,
    max: 36,
    source: 'https://github.com/kubernetes-sigs/cluster-api/blob/v1.14.0/docs/book/src/reference/versions.md',
  },
  // It supports what the Cluster API does that it is built with: v1.13, by its go.mod.
  aws: {
    name: 'AWS provider v2.13',
    min: 30,
    max: 36,
    source: 'https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/v2.13.0/README.md',
  },
  // AWS retires minors by the calendar, and refuses them then itself.
  eks: {
    name: 'Amazon EKS',
    min: 31,
    max: 36,
    source: 'https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html',
  },
} as const satisfies Record<string, SupportedVersions>;

/** What is written about versions of a cluster. */
interface Versions {
  readonly kubernetesVersion: string;
  readonly pools: readonly { readonly kubernetesVersion?: string }[];
}

/** Versions of a cluster and its pools that what makes them does not support. */
export function checkSupportedVersions(
  path: string,
  { kubernetesVersion, pools }: Versions,
  parts: readonly (keyof typeof SUPPORTED_VERSIONS)[],
): Problem[] {
  return [
    ...checkSupported(path, 'kubernetesVersion', kubernetesVersion, parts),
    ...pools.flatMap((pool, i) =>
      checkSupported(path, `pools[${i}].kubernetesVersion`, pool.kubernetesVersion, parts),
    ),
  ];
}

function checkSupported(
  path: string,
  field: string,
  version: string | undefined,
  parts: readonly (keyof typeof SUPPORTED_VERSIONS)[],
): Problem[] {
  // What is no version is reported elsewhere.
  const minor = version === undefined ? undefined : minorOf(version);
  if (minor === undefined) return [];
  const rows: SupportedVersions[] = parts.map((part) => SUPPORTED_VERSIONS[part]);
  const wrong = rows.find(({ min, max }) => minor < min || minor > max);
  if (!wrong) return [];
  const min = Math.max(...rows.map((row) => row.min));
  const max = Math.min(...rows.map((row) => row.max));
  return [
    {
      code: 'version-unsupported',
      path,
      field,
      value: version,
      problem: `is ${minor < wrong.min ? 'older' : 'newer'} than ${wrong.name} supports: 1.${wrong.min} to 1.${wrong.max}`,
      remedy: `use a version from v1.${min} to v1.${max}: see docs/upgrades.md`,
    },
  ];
}
