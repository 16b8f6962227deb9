import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { clusterScopedKinds } from '../../imports/scopes';
import { type Manifest, manifestOf } from '../emit/manifest';
import { ManifestFile } from '../emit/manifest-file';
import { byApplyOrder, compare } from '../emit/order';
import { toYaml } from '../emit/yaml';
import { checkConstruct, type Problem } from '../problem';
import { protect } from '../protection/protect';
import { checkObject, Identities, type Rendered } from './check';
import type { Fleet } from './fleet';

/** A compiled fleet. */
export interface Compiled {
  /** Path below `dist/` to content, sorted. */
  readonly files: ReadonlyMap<string, string>;
  /** Every object, in the order of files and of application. */
  readonly objects: readonly (Rendered & { readonly cluster: string; readonly file: string })[];
  readonly problems: readonly Problem[];
}

/**
 * Walks the tree once and turns every chart into its file, and every folder into its kustomization.yaml.
 *
 * @param known problems found before; they are reported with those found here
 */
export function render(fleet: Fleet, known: readonly Problem[]): Compiled {
  const { charts, problems } = collect(fleet);
  const identities = new Identities();
  const files = new Map<string, string>();
  const folders = new Map<string, string[]>();
  const owners = new Map<string, string>();
  const objects: Compiled['objects'][number][] = [];
  problems.push(...known);
  for (const [chart, members] of charts) {
    const owner = owners.get(chart.path);
    if (owner !== undefined) problems.push(fileDuplicate(chart, owner));
    owners.set(chart.path, chart.node.path);
    const rendered = renderFile(fleet, chart, members, problems);
    for (const one of rendered) {
      problems.push(...identities.add(chart.cluster, one), ...checkObject(one));
      objects.push({ ...one, cluster: chart.cluster, file: chart.path });
    }
    files.set(chart.path, writeDocuments(rendered, problems));
    const listed = folders.get(chart.folder);
    if (listed) listed.push(chart.file);
    else folders.set(chart.folder, [chart.file]);
  }
  for (const [folder, listed] of folders) files.set(`${folder}/kustomization.yaml`, kustomization(listed));
  return { files: new Map([...files].sort(([a], [b]) => compare(a, b))), objects, problems };
}

function collect(fleet: Fleet): { charts: [ManifestFile, ApiObject[]][]; problems: Problem[] } {
  const charts = new Map<ManifestFile, ApiObject[]>();
  const problems: Problem[] = [];
  const visit = (construct: IConstruct, chart: ManifestFile | undefined): void => {
    problems.push(...checkConstruct(construct));
    let inside = chart;
    if (ManifestFile.is(construct)) {
      inside = construct;
      charts.set(construct, []);
    } else if (ApiObject.isApiObject(construct)) {
      if (chart) charts.get(chart)?.push(construct);
      else problems.push(homeless(construct));
    }
    for (const child of construct.node.children) visit(child, inside);
  };
  visit(fleet, undefined);
  return { charts: [...charts].sort(([a], [b]) => compare(a.path, b.path)), problems };
}

function renderFile(
  fleet: Fleet,
  chart: ManifestFile,
  members: ApiObject[],
  problems: Problem[],
): Rendered[] {
  const rendered: Rendered[] = [];
  for (const object of members) {
    try {
      const manifest = protect(inScope(manifestOf(object, fleet.resolvers)), chart.protection);
      rendered.push({ manifest, path: object.node.path });
    } catch (cause) {
      problems.push(notRendered(object.node.path, cause));
    }
  }
  return rendered.sort((a, b) => byApplyOrder(a.manifest, b.manifest));
}

/** A chart's namespace goes to every object of it; kinds that have none must not carry it. */
function inScope(manifest: Manifest): Manifest {
  const { apiVersion, kind, metadata } = manifest;
  if (metadata.namespace === undefined) return manifest;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  if (!clusterScopedKinds.has(`${group}/${kind}`)) return manifest;
  const { namespace: _, ...rest } = metadata;
  return { ...manifest, metadata: rest };
}

function writeDocuments(rendered: readonly Rendered[], problems: Problem[]): string {
  let text = '';
  for (const { manifest, path } of rendered) {
    try {
      text += `---\n${toYaml(manifest)}`;
    } catch (cause) {
      problems.push(notRendered(path, cause));
    }
  }
  return text;
}

function kustomization(files: readonly string[]): string {
  return toYaml({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [...files].sort(compare),
  });
}

function fileDuplicate(chart: ManifestFile, owner: string): Problem {
  return {
    code: 'file-duplicate',
    path: chart.node.path,
    field: 'file',
    value: chart.path,
    problem: `is written by ${owner} too`,
    remedy: 'give one of them another name',
  };
}

function homeless(object: ApiObject): Problem {
  return {
    code: 'object-homeless',
    path: object.node.path,
    field: '',
    value: `${object.kind} ${object.name}`,
    problem: 'is in no file of a cluster',
    remedy: "add it to the chart that an app's or add-on's `define` is given",
  };
}

function notRendered(path: string, cause: unknown): Problem {
  return {
    code: 'object-not-plain',
    path,
    field: '',
    value: undefined,
    problem: `cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`,
    remedy: 'give it plain data: objects, lists, strings, finite numbers, booleans',
    cause,
  };
}
