import path from 'node:path';
import type { Manifest } from '../dist';
import type { Site } from '../outside';
import { type PushedArtifact, Registry } from '../registry';
import type { Stack } from '../stack';
import { filesOf, writeChartRepository } from './charts';

/** A chart that a cluster's releases are made of, and where it is from. */
interface ChartSource {
  /** Of a repository of charts, or of a registry. */
  readonly url: string;
  readonly name: string;
  readonly version: string;
}

interface Spec {
  readonly url?: string;
  readonly ref?: { readonly tag?: string };
  readonly layerSelector?: { readonly mediaType?: string };
  readonly chart?: string | { readonly spec: Spec };
  readonly version?: string;
  readonly sourceRef?: { readonly kind: string; readonly name: string };
}

/** The charts that the manifests of a cluster name, except those of the fleet's own repository. */
function chartsOf(manifests: readonly Manifest[]): ChartSource[] {
  const objects = manifests.map(({ object }) => object);
  return objects.flatMap((object): ChartSource[] => {
    const spec = (object.spec ?? {}) as Spec;
    if (object.kind === 'OCIRepository' && spec.layerSelector?.mediaType?.includes('helm')) {
      const [, url = '', name = ''] = /^(oci:\/\/.+)\/([^/]+)$/.exec(spec.url ?? '') ?? [];
      return [{ url, name, version: spec.ref?.tag ?? '' }];
    }
    const { chart, version = '', sourceRef } = typeof spec.chart === 'object' ? spec.chart.spec : spec;
    if (typeof chart !== 'string' || sourceRef?.kind !== 'HelmRepository') return [];
    const repository = objects.find(
      ({ kind, metadata }) =>
        kind === sourceRef.kind &&
        metadata.name === sourceRef.name &&
        metadata.namespace === object.metadata.namespace,
    );
    return [{ url: String((repository?.spec as Spec | undefined)?.url), name: chart, version }];
  });
}

/** What a chart of definitions may apply, and nothing else. */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'samples.monitoring.example.com' },
  spec: {
    group: 'monitoring.example.com',
    names: { kind: 'Sample', plural: 'samples' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

function standInFor({ name, version }: ChartSource) {
  const templates = name.endsWith('-crds') ? [definition] : undefined;
  return { name, version: version.replace(/^v/, ''), templates };
}

/**
 * The sites at which a cluster's charts are found, each chart a stand-in. Those of registries, and whatever else is
 * pushed, are in one registry that has all their names, and that of the Flux project.
 */
export async function chartSites(
  stack: Stack,
  manifests: readonly Manifest[],
  more: readonly PushedArtifact[],
): Promise<Record<string, Site>> {
  const all = chartsOf(manifests).map((chart) => [Object.values(chart).join(' '), chart] as const);
  const charts = [...new Map(all).values()];
  const sites = serveCharts(
    stack,
    charts.filter(({ url }) => url.startsWith('https:')),
  );
  const inRegistry = charts.filter(({ url }) => url.startsWith('oci:'));
  const registry = await Registry.start(stack, 'outside-registry');
  const pushed = inRegistry.map((chart): PushedArtifact => {
    const repository = `${siteOf(chart).pathname.slice(1)}/${chart.name}`;
    const { name, version } = standInFor(chart);
    return { repository, tag: chart.version, chart: { name, version }, files: filesOf(standInFor(chart)) };
  });
  await registry.push(...pushed, ...more);
  for (const chart of [...inRegistry, { url: 'oci://ghcr.io/' }]) {
    sites[siteOf(chart).host] = { port: registry.port };
  }
  return sites;
}

/** The sites of Helm repositories, with a stand-in for each chart. */
export function serveCharts(stack: Stack, charts: readonly ChartSource[]): Record<string, Site> {
  const sites: Record<string, Site> = {};
  for (const url of new Set(charts.map((chart) => chart.url))) {
    const { host, pathname } = siteOf({ url });
    const files = stack.path('sites', host);
    const here = charts.filter((chart) => chart.url === url);
    writeChartRepository(path.join(files, pathname), here.map(standInFor));
    sites[host] = { files };
  }
  return sites;
}

function siteOf({ url }: Pick<ChartSource, 'url'>): URL {
  return new URL(url.replace(/^oci:/, 'https:'));
}
