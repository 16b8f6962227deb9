import { checkChoice } from '../../fleet/check/choice';
import { checkEach, checkFields, type Fields, isMap } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import { checkRuleFields } from '../rbac';
import { checkPatchFields, SECRET } from '../sync/fields';
import type { HelmAppChart, ReferencedChart, RepositoryChart } from './chart';
import type { DriftDetection, HelmAppPermissions, HelmAppProps, ValuesFrom } from './props';

const HELM_APP: Fields<HelmAppProps> = {
  name: 'string',
  releaseName: 'string?',
  namespace: 'string',
  chart: 'object',
  values: 'map?',
  valuesFrom: 'list?',
  permissions: 'any?',
  crds: 'choice?',
  interval: 'string?',
  timeout: 'string?',
  onFailure: 'choice?',
  retries: 'number?',
  suspend: 'boolean?',
  patches: 'list?',
  driftDetection: 'object?',
  targetNamespace: 'string?',
  createNamespace: 'boolean?',
  storageNamespace: 'string?',
  dependsOn: 'strings?',
  kubeConfig: 'object?',
};

const REPOSITORY_CHART: Fields<RepositoryChart> = {
  repository: 'object',
  name: 'string',
  version: 'string',
};

const CHART_REF: Fields<ReferencedChart['chartRef']> = { kind: 'choice', name: 'string' };

const VALUES_FROM: Fields<ValuesFrom> = {
  kind: 'choice',
  name: 'string',
  valuesKey: 'string?',
  targetPath: 'string?',
  optional: 'boolean?',
};

const DRIFT: Fields<DriftDetection> = { mode: 'choice?', ignore: 'list?' };

type Ignored = NonNullable<DriftDetection['ignore']>[number];

const IGNORED: Fields<Ignored> = { paths: 'strings', target: 'object?' };

const TARGET: Fields<NonNullable<Ignored['target']>> = { kind: 'string?', name: 'string?' };

/** What is wrong with the shape of a HelmApp. */
export function checkHelmAppFields(path: string, props: HelmAppProps): Problem[] {
  const { valuesFrom, driftDetection } = props;
  return [
    ...checkFields(path, '', props, HELM_APP),
    ...checkChartFields(path, props.chart),
    ...checkEach(valuesFrom, (from, i) => [
      ...checkFields(path, `valuesFrom[${i}]`, from, VALUES_FROM),
      ...checkChoice(path, `valuesFrom[${i}].kind`, from?.kind, ['ConfigMap', 'Secret']),
    ]),
    ...checkPermissionFields(path, props.permissions),
    ...checkChoice(path, 'crds', props.crds, ['Create', 'CreateReplace', 'Skip']),
    ...checkChoice(path, 'onFailure', props.onFailure, ['remediate', 'retry']),
    ...checkPatchFields(path, props.patches),
    ...checkFields(path, 'driftDetection', driftDetection, DRIFT),
    ...checkChoice(path, 'driftDetection.mode', driftDetection?.mode, ['enabled', 'warn', 'disabled']),
    ...checkEach(driftDetection?.ignore, (ignored, i) => [
      ...checkFields(path, `driftDetection.ignore[${i}]`, ignored, IGNORED),
      ...checkFields(path, `driftDetection.ignore[${i}].target`, ignored?.target, TARGET),
    ]),
    ...checkFields(path, 'kubeConfig', props.kubeConfig, SECRET),
  ];
}

/** The fields of the source that a chart brings are its source's to check. */
function checkChartFields(path: string, chart: HelmAppChart | undefined): Problem[] {
  const { chartRef, oci } = (chart ?? {}) as Partial<ReferencedChart> & { readonly oci?: object };
  if (chartRef) {
    return [
      ...checkFields<object>(path, 'chart', chart, { chartRef: 'object' } as object),
      ...checkFields(path, 'chart.chartRef', chartRef, CHART_REF),
      ...checkChoice(path, 'chart.chartRef.kind', chartRef.kind, ['OCIRepository', 'HelmChart']),
    ];
  }
  if (oci !== undefined) return checkFields<object>(path, 'chart', chart, { oci: 'map' } as object);
  const { repository } = (chart ?? {}) as Partial<RepositoryChart>;
  const isSource = repository === undefined || (isMap(repository) && !('name' in repository));
  return [
    ...checkFields(path, 'chart', chart as RepositoryChart, REPOSITORY_CHART),
    ...(isSource
      ? []
      : checkFields<object>(path, 'chart.repository', repository, { name: 'string' } as object)),
  ];
}

function checkPermissionFields(path: string, permissions: HelmAppPermissions | undefined): Problem[] {
  if (Array.isArray(permissions)) {
    return [
      ...checkFields<object>(path, '', { permissions }, { permissions: 'list' } as object),
      ...checkRuleFields(path, 'permissions', permissions),
    ];
  }
  return checkChoice(path, 'permissions', permissions, ['namespace', 'crds', 'cluster']);
}
