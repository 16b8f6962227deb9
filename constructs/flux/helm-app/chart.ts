import type { Construct } from 'constructs';
import type { HelmReleaseSpec } from '../../../imports/helm.toolkit.fluxcd.io';
import type { Plain } from '../../plain';
import type { Problem } from '../../problem';
import { HelmSource, type HelmSourceProps, OciSource, type OciSourceProps } from '../source';

/** A chart of a Helm repository. */
export interface RepositoryChart {
  /** A repository to make a source for, or the name of a `HelmSource` of the release's namespace. */
  readonly repository: Omit<HelmSourceProps, 'name' | 'namespace'> | { readonly name: string };
  /** The chart's name in the repository. */
  readonly name: string;
  /** An exact version, such as `1.2.3`. */
  readonly version: string;
}

/** A chart in an OCI registry; its source is made. */
export interface OciChart {
  readonly oci: Omit<OciSourceProps, 'name' | 'namespace' | 'ref' | 'layerSelector'> &
    (
      | {
          /** An exact version, such as `1.2.3`. */
          readonly tag: string;
        }
      | {
          /** `sha256:` and 64 hexadecimal digits. */
          readonly digest: string;
        }
    );
}

/** A chart that a source of the release's namespace carries already. */
export interface ReferencedChart {
  readonly chartRef: { readonly kind: 'OCIRepository' | 'HelmChart'; readonly name: string };
}

/** Where a release's chart comes from. */
export type HelmAppChart = RepositoryChart | OciChart | ReferencedChart;

/** The layer of an OCI artifact that is the chart itself, left packed as Helm wants it. */
export const CHART_LAYER = {
  mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  operation: 'copy',
} as const;

/** Makes the source of a chart where there is none, and returns how the release names the chart. */
export function addChart(
  scope: Construct,
  name: string,
  namespace: string,
  chart: HelmAppChart,
): Plain<Pick<HelmReleaseSpec, 'chart' | 'chartRef'>> {
  if ('chartRef' in chart) return { chartRef: chart.chartRef };
  if ('oci' in chart) {
    const { oci } = chart;
    const { tag, digest, ...source } = oci as typeof oci & { readonly tag: string; readonly digest?: string };
    const ref = digest === undefined ? { tag } : { digest };
    new OciSource(scope, 'source', { ...source, name, namespace, ref, layerSelector: CHART_LAYER });
    return { chartRef: { kind: 'OCIRepository', name } };
  }
  const { repository, name: chartName, version } = chart;
  const isThere = 'name' in repository;
  if (!isThere) new HelmSource(scope, 'source', { ...repository, name, namespace });
  const source = isThere ? repository.name : name;
  return {
    chart: { spec: { chart: chartName, version, sourceRef: { kind: 'HelmRepository', name: source } } },
  };
}

/** A version that can mean another chart tomorrow makes a change that no pull request shows. */
export function checkChart(path: string, chart: HelmAppChart): Problem[] {
  if ('chartRef' in chart) return [];
  if ('oci' in chart) {
    return 'digest' in chart.oci ? [] : checkPinned(path, 'chart.oci.tag', chart.oci.tag, ', or a digest');
  }
  return checkPinned(path, 'chart.version', chart.version, '');
}

/** An OCI tag has `_` where the version has `+`. */
const EXACT = /^v?\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?([+_][0-9A-Za-z.-]+)?$/;

function checkPinned(path: string, field: string, version: string, otherwise: string): Problem[] {
  if (EXACT.test(version)) return [];
  return [
    {
      code: 'chart-unpinned',
      path,
      field,
      value: version,
      problem: 'can mean another chart tomorrow',
      remedy: `write an exact version, such as 1.2.3${otherwise}`,
    },
  ];
}
