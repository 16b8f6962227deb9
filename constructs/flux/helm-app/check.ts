import { checkDnsLabel, checkObjectName } from '../../fleet/check/names';
import type { Problem } from '../../problem';
import { checkDuration } from '../duration';
import { checkRules } from '../rbac';
import { checkPatches, checkSelf } from '../sync/check';
import { checkChart } from './chart';
import type { DriftDetection, HelmAppPermissions, HelmAppProps } from './props';

/** Helm's own limit for the name of a release. */
const MAX_NAME = 53;

/** What is wrong with a HelmApp by itself. */
export function checkHelmApp(path: string, props: HelmAppProps): Problem[] {
  const { name, chart, interval, timeout, permissions, values } = props;
  return [
    ...checkDnsLabel(path, 'name', name, MAX_NAME),
    ...(props.releaseName === undefined
      ? []
      : checkDnsLabel(path, 'releaseName', props.releaseName, MAX_NAME)),
    ...(['namespace', 'targetNamespace', 'storageNamespace'] as const)
      .filter((field) => props[field] !== undefined)
      .flatMap((field) => checkDnsLabel(path, field, props[field] ?? '')),
    ...checkObjectName(path, 'kubeConfig.secretName', props.kubeConfig?.secretName),
    ...(props.valuesFrom ?? []).flatMap(({ kind, name: from }, i) =>
      checkObjectName(path, `valuesFrom[${i}].name`, from, `a ${kind}`),
    ),
    ...(props.dependsOn ?? []).flatMap((other, i) =>
      checkObjectName(path, `dependsOn[${i}]`, other, 'a HelmRelease'),
    ),
    ...checkIgnored(path, props.driftDetection),
    ...checkPatches(path, props.patches),
    ...checkChart(path, chart),
    ...checkDuration(path, 'interval', interval),
    ...checkDuration(path, 'timeout', timeout),
    ...checkRetries(path, props),
    ...checkSelf(path, props),
    ...(typeof permissions === 'object' ? checkRules(path, 'permissions', permissions) : []),
    ...checkPermissions(path, props),
    ...checkCreateNamespace(path, props),
    ...checkNull(path, 'values', values),
  ];
}

/** @see https://fluxcd.io/flux/components/helm/helmreleases/#drift-detection */
function checkIgnored(path: string, { ignore = [] }: DriftDetection = {}): Problem[] {
  return ignore.flatMap(({ paths }, i) =>
    paths.flatMap((pointer, p) =>
      /^(\/([^~/]|~[01])*)*$/.test(pointer)
        ? []
        : [
            {
              code: 'value-invalid',
              path,
              field: `driftDetection.ignore[${i}].paths[${p}]`,
              value: pointer,
              problem: 'is no JSON pointer',
              remedy: 'begin with a slash, such as /spec/replicas; `~1` stands for a slash in a name',
            },
          ],
    ),
  );
}

function checkRetries(path: string, { onFailure, retries }: HelmAppProps): Problem[] {
  if (onFailure === 'retry' && retries !== undefined) {
    return [
      {
        code: 'retries-ignored',
        path,
        field: 'retries',
        value: retries,
        problem: "counts nothing: `onFailure: 'retry'` tries again without end",
        remedy: 'remove one of the two',
      },
    ];
  }
  if (retries === undefined || (Number.isInteger(retries) && retries >= 0)) return [];
  return [
    {
      code: 'retries-invalid',
      path,
      field: 'retries',
      value: retries,
      problem: 'is no number of retries',
      remedy: 'use a whole number, 0 or more: retries without end hide a broken release',
    },
  ];
}

/** Whether a release may make and change definitions. */
export function ownsCrds(permissions: HelmAppPermissions | undefined): boolean {
  return permissions === 'cluster' || permissions === 'crds';
}

function checkPermissions(path: string, { permissions, kubeConfig, crds }: HelmAppProps): Problem[] {
  if (kubeConfig) {
    if (permissions === undefined) return [];
    return [
      {
        code: 'permissions-remote',
        path,
        field: 'permissions',
        value: permissions,
        problem: 'would be given on this cluster, while `kubeConfig` names another',
        remedy: 'remove it: the kubeconfig decides what the release may do there',
      },
    ];
  }
  if (ownsCrds(permissions) || crds === undefined || crds === 'Skip') return [];
  return [
    {
      code: 'crds-forbidden',
      path,
      field: 'crds',
      value: crds,
      problem: 'needs more than permissions in a namespace: CRDs belong to the whole cluster',
      remedy: "set `permissions` to 'crds' or 'cluster', or make the CRDs by an add-on of the layer crds",
    },
  ];
}

/** A namespace of this cluster is the fleet's, with its policies and its level of pod security. */
function checkCreateNamespace(path: string, { createNamespace, kubeConfig }: HelmAppProps): Problem[] {
  if (!createNamespace || kubeConfig) return [];
  return [
    {
      code: 'namespace-unmanaged',
      path,
      field: 'createNamespace',
      value: createNamespace,
      problem: 'would make a namespace that the fleet does not know',
      remedy: 'remove it: the `namespace` of an app or add-on is made with its policies',
    },
  ];
}

/** In Helm `null` removes a default of the chart; cdk8s drops it without a word. */
function checkNull(path: string, field: string, value: unknown): Problem[] {
  if (value === null) {
    return [
      {
        code: 'values-null',
        path,
        field,
        value,
        problem: 'would be lost on the way to the manifest',
        remedy: 'put a null that is to remove a default into a ConfigMap, and name that in `valuesFrom`',
      },
    ];
  }
  if (typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, member]) =>
    checkNull(path, Array.isArray(value) ? `${field}[${key}]` : `${field}.${key}`, member),
  );
}
