import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dump } from 'js-yaml';
import { pack } from '../../cli/push/tar';
import { output, TYPESCRIPT } from '../stack/command';
import type { Manifest } from '../stack/dist';
import type { Site } from '../stack/outside';
import { Registry } from '../stack/registry';
import type { Stack } from '../stack/stack';
import type { ArtifactToPush } from './push-artifacts';

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

/** A template that any release may apply, which shows the values that it was given. */
const VALUES = `apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-values
data:
  values: {{ .Values | toYaml | quote }}
`;

/** What the chart of definitions may apply, and nothing else. */
const DEFINITION = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: samples.monitoring.example.com
spec:
  group: monitoring.example.com
  names: { kind: Sample, plural: samples }
  scope: Namespaced
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object } }
`;

/** The files of a chart that stands in for one of this name and version. */
function filesOf({ name, version }: ChartSource): Record<string, string> {
  const metadata = { apiVersion: 'v2', name, version: version.replace(/^v/, '') };
  return {
    [`${name}/Chart.yaml`]: dump(metadata),
    [`${name}/templates/stand-in.yaml`]: name.endsWith('-crds') ? DEFINITION : VALUES,
  };
}

/**
 * The sites at which a cluster's charts are found, each chart a stand-in that records its values in a ConfigMap, or
 * has a definition. Those of registries, and whatever else is pushed, are in one registry that has all their names.
 */
export async function chartSites(
  stack: Stack,
  manifests: readonly Manifest[],
  more: readonly ArtifactToPush[],
): Promise<Record<string, Site>> {
  const charts = chartsOf(manifests);
  const sites: Record<string, Site> = {};
  for (const chart of charts.filter(({ url }) => url.startsWith('https:'))) {
    const { host, pathname } = new URL(chart.url);
    const site = stack.path('sites', host);
    addToRepository(path.join(site, pathname), chart);
    sites[host] = { files: site };
  }
  const inRegistry = charts.filter(({ url }) => url.startsWith('oci:'));
  const registry = await Registry.start(stack, 'outside-registry');
  const pushed = inRegistry.map((chart): ArtifactToPush => {
    const { pathname } = new URL(chart.url.replace('oci:', 'https:'));
    const repository = `${pathname.slice(1)}/${chart.name}`;
    const metadata = { name: chart.name, version: chart.version.replace(/^v/, '') };
    return { repository, tag: chart.version, chart: metadata, files: filesOf(chart) };
  });
  const command = [...TYPESCRIPT, path.join(__dirname, 'push-artifacts.ts'), `http://${registry.address}`];
  await output(stack.network.inside(command), { input: JSON.stringify([...pushed, ...more]) });
  for (const { url } of [...inRegistry, { url: 'oci://ghcr.io/' }]) {
    sites[new URL(url.replace('oci:', 'https:')).host] = { port: registry.port };
  }
  return sites;
}

/** Adds the chart to a repository of charts that has one chart. */
function addToRepository(folder: string, chart: ChartSource): void {
  mkdirSync(folder, { recursive: true });
  const file = `${chart.name}-${chart.version}.tgz`;
  const files = Object.entries(filesOf(chart)).map(([name, text]) => ({ name, content: Buffer.from(text) }));
  writeFileSync(path.join(folder, file), pack(files).blob);
  const entry = { apiVersion: 'v2', name: chart.name, version: chart.version, urls: [file] };
  writeFileSync(
    path.join(folder, 'index.yaml'),
    dump({ apiVersion: 'v1', entries: { [chart.name]: [entry] } }),
  );
}
