import { MAX_SKEW, minorOf } from '../../fleet/check/machines';
import type { Problem } from '../../problem';
import { checkRole } from '../../redis-backup/check-identity';
import { ADD_ON_NAMES } from './add-ons';
import type { EksAddOn, EksAddOns, EksClusterProps } from './props';
import { fullVersion } from './version';

type Versioned = Pick<EksClusterProps, 'kubernetesVersion' | 'addOns'>;

/** Versions in full, and the role that makes volumes. */
export function checkAddOns(path: string, { addOns, kubernetesVersion }: Versioned): Problem[] {
  return [
    ...(Object.entries(addOns) as [keyof EksAddOns, EksAddOn][]).flatMap(([key, { version }]) =>
      checkVersion(path, key, version, kubernetesVersion),
    ),
    ...checkKubeProxy(path, addOns.kubeProxy.version, kubernetesVersion),
    ...checkRole(path, 'addOns.ebsCsi.serviceAccountRole', addOns.ebsCsi.serviceAccountRole),
  ];
}

/** A problem with a missing add-on or version, and the command that lists what there is. */
export function withListing(problem: Problem, kubernetesVersion: string | undefined): Problem {
  const isVersion = /^addOns(\.\w+)?(\.version)?$/.test(problem.field);
  if (problem.code !== 'field-missing' || !isVersion) return problem;
  const key = problem.field.split('.')[1] as keyof EksAddOns | undefined;
  return { ...problem, remedy: `${problem.remedy}: ${listing(kubernetesVersion, key)}` };
}

function listing(kubernetesVersion: string | undefined, key: keyof EksAddOns | undefined): string {
  const [, minor] = /^v(1\.\d+)$/.exec(kubernetesVersion ?? '') ?? [];
  return [
    'aws eks describe-addon-versions',
    ...(minor ? [`--kubernetes-version ${minor}`] : []),
    ...(key ? [`--addon-name ${ADD_ON_NAMES[key]}`] : []),
    'lists the versions',
  ].join(' ');
}

function checkVersion(
  path: string,
  key: keyof EksAddOns,
  value: string,
  kubernetesVersion: string,
): Problem[] {
  if (/^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(value)) return [];
  return [
    {
      code: 'add-on-version',
      path,
      field: `addOns.${key}.version`,
      value,
      problem: `is no exact version of ${ADD_ON_NAMES[key]}`,
      remedy: `write it like v1.2.3-eksbuild.4: ${listing(kubernetesVersion, key)}`,
    },
  ];
}

/** @see https://kubernetes.io/releases/version-skew-policy/#kube-proxy */
function checkKubeProxy(path: string, value: string, kubernetesVersion: string): Problem[] {
  const [, upstream = ''] = /^(v1\.\d+\.\d+)-/.exec(value) ?? [];
  const [ours, theirs] = [minorOf(upstream), minorOf(fullVersion(kubernetesVersion))];
  if (ours === undefined || theirs === undefined) return [];
  const behind = theirs - ours;
  if (behind >= 0 && behind <= MAX_SKEW) return [];
  return [
    {
      code: 'version-skew',
      path,
      field: 'addOns.kubeProxy.version',
      value,
      problem:
        behind < 0
          ? `is newer than the control plane (${kubernetesVersion})`
          : `is ${behind} minors behind the control plane (${kubernetesVersion}); kube-proxy may be ${MAX_SKEW}`,
      remedy: `use a version of v1.${theirs}: ${listing(kubernetesVersion, 'kubeProxy')}`,
    },
  ];
}
