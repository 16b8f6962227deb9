import { ApiObject, Chart, type IResolver } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { clusterScopedKinds } from '../../imports/scopes';
import { groupOf, type Manifest, manifestOf } from '../emit/manifest';
import { ManifestFile } from '../emit/manifest-file';
import { byApplyOrder, compare } from '../emit/order';
import { toYaml } from '../emit/yaml';
import { checkConstruct, FleetError, type Problem } from '../problem';
import { protect } from '../protection/protect';
import { checkObject, checkText, Decryption, Identities, type Rendered, TenantSyncs } from './check';

/** A compiled fleet. */
export interface Compiled {
  /** Path below `dist/` to content, sorted. */
  readonly files: ReadonlyMap<string, string>;
  /** How many Kubernetes objects the files hold. */
  readonly objects: number;
}

/** The file by which Flux knows what a folder holds. */
const LIST = 'kustomization.yaml';

/** Turns charts into files, one subtree of the fleet after the other, and collects every problem. */
export class Renderer {
  private readonly files = new Map<string, string>();
  private readonly folders = new Map<string, string[]>();
  private readonly descriptions = new Map<string, Readonly<Record<string, string>>>();
  private readonly owners = new Map<string, string>();
  private readonly identities = new Identities();
  private readonly tenantSyncs = new TenantSyncs();
  private readonly decryption: Decryption;
  private readonly problems: Problem[] = [];
  private readonly seen = new WeakSet<IConstruct>();
  private readonly clusterScoped: ReadonlySet<string>;
  private objects = 0;

  /**
   * @param clusterScoped kinds without a namespace, beside those that are known, as `group/Kind`
   * @param root the path of the output in the fleet's source, such as `./dist/`
   */
  constructor(
    private readonly resolvers: readonly IResolver[],
    clusterScoped: readonly string[],
    root: string,
  ) {
    this.clusterScoped = new Set([...clusterScopedKinds, ...clusterScoped]);
    this.decryption = new Decryption(root);
  }

  /**
   * Renders a construct and what is below it; what was rendered before is passed over.
   *
   * @param known problems found while it was made
   */
  add(construct: IConstruct, known: readonly Problem[]): void {
    this.problems.push(...known);
    const charts = new Map<ManifestFile, ApiObject[]>();
    this.collect(construct, undefined, charts);
    for (const [chart, members] of charts) this.addFile(chart, members);
  }

  /**
   * Says what a reader of `dist/` wants to know of a folder: annotations of its kustomization.yaml. The
   * folder is then there even when nothing is in it, for the sync that reads it.
   */
  describe(folder: string, annotations: Readonly<Record<string, string>>): void {
    this.descriptions.set(folder, annotations);
    if (!this.folders.has(folder)) this.folders.set(folder, []);
  }

  /**
   * Adds each folder's kustomization.yaml.
   *
   * @throws FleetError with every problem that was found
   */
  finish(): Compiled {
    this.problems.push(...this.tenantSyncs.problems(), ...this.decryption.problems());
    if (this.problems.length > 0) throw new FleetError(this.problems);
    for (const [folder, listed] of this.folders) {
      this.files.set(`${folder}/${LIST}`, kustomization(listed, this.descriptions.get(folder)));
    }
    return { files: new Map([...this.files].sort(([a], [b]) => compare(a, b))), objects: this.objects };
  }

  private collect(
    construct: IConstruct,
    chart: ManifestFile | undefined,
    charts: Map<ManifestFile, ApiObject[]>,
  ): void {
    if (this.seen.has(construct)) return;
    this.seen.add(construct);
    this.problems.push(...checkConstruct(construct));
    let inside = chart;
    if (ManifestFile.is(construct)) {
      inside = construct;
      charts.set(construct, []);
    } else if (ApiObject.isApiObject(construct)) {
      if (chart) charts.get(chart)?.push(construct);
      else this.problems.push(homeless(construct));
    } else if (chart && Chart.isChart(construct)) {
      this.problems.push(chartNested(construct));
    }
    this.problems.push(...foreignDependencies(construct, inside));
    for (const child of construct.node.children) this.collect(child, inside, charts);
  }

  private addFile(chart: ManifestFile, members: readonly ApiObject[]): void {
    const owner = this.owners.get(chart.path);
    if (owner !== undefined) this.problems.push(fileDuplicate(chart, owner));
    if (chart.file === LIST) this.problems.push(fileReserved(chart));
    this.owners.set(chart.path, chart.node.path);
    const rendered: Rendered[] = [];
    for (const object of members) {
      const path = object.node.path;
      try {
        rendered.push({ manifest: this.renderObject(object, chart), path });
      } catch (cause) {
        this.problems.push(notRendered(path, cause));
      }
    }
    rendered.sort((a, b) => byApplyOrder(a.manifest, b.manifest));
    this.objects += rendered.length;
    this.files.set(chart.path, this.writeDocuments(chart, rendered));
    const listed = this.folders.get(chart.folder);
    if (listed) listed.push(chart.file);
    else this.folders.set(chart.folder, [chart.file]);
  }

  private renderObject(object: ApiObject, chart: ManifestFile): Manifest {
    const manifest = manifestOf(object, this.resolvers);
    return protect(inScope(manifest, this.clusterScoped), chart.protection);
  }

  private writeDocuments({ cluster, path }: ManifestFile, rendered: readonly Rendered[]): string {
    let text = '';
    for (const one of rendered) {
      this.problems.push(...this.identities.add(cluster, one), ...checkObject(one));
      this.tenantSyncs.add(cluster, one);
      this.decryption.add(path, one);
      try {
        const document = toYaml(one.manifest);
        this.problems.push(...checkText(document, one));
        text += `---\n${document}`;
      } catch (cause) {
        this.problems.push(notRendered(one.path, cause));
      }
    }
    return flat(text);
  }
}

/** A chart's namespace goes to every object of it; kinds that have none must not carry it. */
function inScope(manifest: Manifest, clusterScoped: ReadonlySet<string>): Manifest {
  const { apiVersion, kind, metadata } = manifest;
  if (metadata.namespace === undefined) return manifest;
  if (!clusterScoped.has(`${groupOf(apiVersion)}/${kind}`)) return manifest;
  const { namespace: _, ...rest } = metadata;
  return { ...manifest, metadata: rest };
}

function kustomization(files: readonly string[], annotations?: Readonly<Record<string, string>>): string {
  return toYaml({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    metadata: annotations && { annotations },
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

function fileReserved(chart: ManifestFile): Problem {
  return {
    code: 'file-reserved',
    path: chart.node.path,
    field: 'file',
    value: chart.path,
    problem: 'is the name of the list of its folder',
    remedy: 'use another name',
  };
}

function chartNested(chart: IConstruct): Problem {
  return {
    code: 'chart-nested',
    path: chart.node.path,
    field: '',
    value: undefined,
    problem: 'is a chart in a chart: its objects would lose the namespace of the app',
    remedy: 'make it a Construct, and give it the chart that `define` is given',
  };
}

/** In one file cdk8s' dependencies say nothing that the order of kinds does not; beyond it Flux knows none. */
function foreignDependencies(construct: IConstruct, chart: ManifestFile | undefined): Problem[] {
  return construct.node.dependencies
    .filter((target) => !target.node.scopes.some((scope) => scope === chart))
    .map((target) => ({
      code: 'dependency-ignored',
      path: construct.node.path,
      field: 'addDependency',
      value: target.node.path,
      problem: 'is in another file: Flux would not wait for it',
      remedy: 'name the app or add-on in `dependsOn`',
    }));
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

/** Built piece by piece, a string is a tree of pieces in memory: reading it by index makes it one piece. */
function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
