import { Construct } from 'constructs';
import { HelmChart, type HelmChartSpec } from '../../../imports/source.toolkit.fluxcd.io';
import type { Plain } from '../../plain';
import type { ReferencedChart } from '../helm-app';
import { HelmSource } from '../source';

/** A chart that the management cluster installs on many others: it is fetched once for all of them. */
export interface SharedChart {
  /** The chart's name in its repository. */
  readonly name: string;
  /** An exact version, such as `1.2.3`. */
  readonly version: string;
  /** The `https://` address of the repository. */
  readonly repository: string;
}

/** An exact version never changes: this looks for what its repository took back. */
const INTERVAL = '24h';

/** Adds the source of a shared chart. */
export function addSharedChart(scope: Construct, namespace: string, chart: SharedChart): void {
  const name = nameOf(chart);
  const parts = new Construct(scope, name);
  new HelmSource(parts, 'repository', { name, namespace, url: chart.repository, interval: INTERVAL });
  const spec: Plain<HelmChartSpec> = {
    chart: chart.name,
    version: chart.version,
    sourceRef: { kind: 'HelmRepository', name },
    interval: INTERVAL,
  };
  new HelmChart(parts, 'chart', { metadata: { name, namespace }, spec: spec as HelmChartSpec });
}

/** How a release names a shared chart. */
export function refOf(chart: SharedChart): ReferencedChart {
  return { chartRef: { kind: 'HelmChart', name: nameOf(chart) } };
}

/** With the version, so that a pull request shows which clusters another version is for. */
function nameOf({ name, version }: SharedChart): string {
  return `${name}-${version}`;
}
