import { checkChoice } from '../../fleet/check/choice';
import { checkFields, type Fields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import { checkRuleFields } from '../rbac';
import { checkPatchFields, SECRET } from '../sync/fields';
import type { HelmAppChart, ReferencedChart, RepositoryChart } from './chart';
import type { DriftDetection, HelmAppPermissions, HelmAppProps, ValuesFrom } from './props';

const HELM_APP: Fields<HelmAppProps> = {
  name: 'required',
  releaseName: 'optional',
  namespace: 'required',
  chart: 'required',
  values: 'optional',
  valuesFrom: 'optional',
  permissions: 'optional',
  crds: 'optional',
  interval: 'optional',
  timeout: 'optional',
  onFailure: 'optional',
  retries: 'optional',
  suspend: 'optional',
  patches: 'optional',
  driftDetection: 'optional',
  targetNamespace: 'optional',
  createNamespace: 'optional',
  storageNamespace: 'optional',
  dependsOn: 'optional',
  kubeConfig: 'optional',
};

const REPOSITORY_CHART: Fields<RepositoryChart> = {
  repository: 'required',
  name: 'required',
  version: 'required',
};

const CHART_REF: Fields<ReferencedChart['chartRef']> = { kind: 'required', name: 'required' };

const VALUES_FROM: Fields<ValuesFrom> = {
  kind: 'required',
  name: 'required',
  valuesKey: 'optional',
  targetPath: 'optional',
  optional: 'optional',
};

const DRIFT: Fields<DriftDetection> = { mode: 'optional', ignore: 'optional' };

type Ignored = NonNullable<DriftDetection['ignore']>[number];

const IGNORED: Fields<Ignored> = { paths: 'required', target: 'optional' };

const TARGET: Fields<NonNullable<Ignored['target']>> = { kind: 'optional', name: 'optional' };

/** What is wrong with the shape of a HelmApp. */
export function checkHelmAppFields(path: string, props: HelmAppProps): Problem[] {
  const { valuesFrom = [], driftDetection } = props;
  return [
    ...checkFields(path, '', props, HELM_APP),
    ...checkChartFields(path, props.chart),
    ...valuesFrom.flatMap((from, i) => [
      ...checkFields(path, `valuesFrom[${i}]`, from, VALUES_FROM),
      ...checkChoice(path, `valuesFrom[${i}].kind`, from?.kind, ['ConfigMap', 'Secret']),
    ]),
    ...checkPermissionFields(path, props.permissions),
    ...checkChoice(path, 'crds', props.crds, ['Create', 'CreateReplace', 'Skip']),
    ...checkChoice(path, 'onFailure', props.onFailure, ['remediate', 'retry']),
    ...checkPatchFields(path, props.patches),
    ...checkFields(path, 'driftDetection', driftDetection, DRIFT),
    ...checkChoice(path, 'driftDetection.mode', driftDetection?.mode, ['enabled', 'warn', 'disabled']),
    ...(driftDetection?.ignore ?? []).flatMap((ignored, i) => [
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
      ...checkFields<object>(path, 'chart', chart, { chartRef: 'required' } as object),
      ...checkFields(path, 'chart.chartRef', chartRef, CHART_REF),
      ...checkChoice(path, 'chart.chartRef.kind', chartRef.kind, ['OCIRepository', 'HelmChart']),
    ];
  }
  if (oci) return checkFields<object>(path, 'chart', chart, { oci: 'required' } as object);
  const { repository } = (chart ?? {}) as Partial<RepositoryChart>;
  const isName = repository && (typeof repository !== 'object' || 'name' in repository);
  return [
    ...checkFields(path, 'chart', chart as RepositoryChart, REPOSITORY_CHART),
    ...(isName
      ? checkFields<object>(path, 'chart.repository', repository, { name: 'required' } as object)
      : []),
  ];
}

function checkPermissionFields(path: string, permissions: HelmAppPermissions | undefined): Problem[] {
  if (Array.isArray(permissions)) return checkRuleFields(path, 'permissions', permissions);
  return checkChoice(path, 'permissions', permissions, ['namespace', 'crds', 'cluster']);
}
