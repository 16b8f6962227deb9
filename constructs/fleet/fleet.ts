import * as fs from 'node:fs';
import * as path from 'node:path';
import { App, type IResolver } from 'cdk8s';
import { Construct } from 'constructs';
import { recoverTree } from '../emit/swap';
import { type Changes, writeTree } from '../emit/write';
import { checkFleetSource, wire } from '../flux/wiring';
import { attempt } from '../flux/wiring/attempt';
import { FleetError, type Problem } from '../problem';
import type { Placed } from './app';
import { checkConnections, checkDependencies, checkFields, type Fields, nameDuplicate } from './check';
import type { Cluster } from './cluster';
import { matches } from './placement';
import { type Compiled, Renderer } from './render';
import { summary } from './summary';

/** The git repository that holds `dist/`, as the clusters' Flux reaches it. */
export interface FleetSource {
  /** An `https://` or `ssh://` address. */
  readonly url: string;
  /** @default main */
  readonly branch?: string;
  /**
   * The Secret with the git credential, in the namespace of each source.
   * @default none: the repository can be read by everyone
   */
  readonly secretName?: string;
  /** How often to look for a new commit. @default 1m */
  readonly interval?: string;
  /** The folder of the repository that carries the output. @default dist */
  readonly path?: string;
}

/** Properties of a `Fleet`. */
export interface FleetProps {
  readonly source: FleetSource;
  /** The folder that `synth` writes. @default dist */
  readonly outdir?: string;
  /** Resolvers beside cdk8s' own. @default none */
  readonly resolvers?: IResolver[];
  /**
   * Kinds without a namespace that are neither Kubernetes' nor in `imports/`, such as
   * `cert-manager.io/ClusterIssuer`: they are not given the namespace of their app.
   * @default none
   */
  readonly clusterScoped?: readonly string[];
}

const FIELDS: Fields<FleetProps> = {
  source: 'required',
  outdir: 'optional',
  resolvers: 'optional',
  clusterScoped: 'optional',
};

const SOURCE_FIELDS: Fields<FleetSource> = {
  url: 'required',
  branch: 'optional',
  secretName: 'optional',
  interval: 'optional',
  path: 'optional',
};

/** On each cluster's kustomization.yaml: the version that its manifests are for. */
export const KUBERNETES_VERSION = 'fleetwright.dev/kubernetes-version';

type Group = 'clusters' | 'apps' | 'add-ons';

/**
 * Every cluster and app that one repository describes: a cdk8s `App` that is checked as a whole and
 * written as one folder for each cluster.
 */
export class Fleet extends App {
  readonly source: FleetSource;
  private readonly ownClusters: Cluster[] = [];
  private readonly ownUnits: Placed[] = [];
  private readonly duplicates: Problem[] = [];
  private compiled?: Compiled;

  constructor(private readonly props: FleetProps) {
    super({ outdir: props.outdir || 'dist', resolvers: props.resolvers });
    this.source = props.source;
  }

  /** Every cluster, by name. */
  get clusters(): readonly Cluster[] {
    return this.ownClusters;
  }

  /** Every app and add-on, by name. */
  get units(): readonly Placed[] {
    return this.ownUnits;
  }

  /** The cluster that holds the others' `Cluster` objects, if there is one. */
  get management(): Cluster | undefined {
    return this.clusters.find((cluster) => cluster.isManagement);
  }

  /** The apps and add-ons whose placement selects a cluster, by name. */
  unitsOn(cluster: Cluster): readonly Placed[] {
    if (cluster.teardown === 'removed') return [];
    return this.ownUnits.filter((unit) => unit.isSound && matches(unit.props.placement, cluster.labels));
  }

  /** The path, in the fleet's repository, of a folder below the output: `./dist/prod-eu`. */
  pathInSource(folder: string): string {
    return `./${this.source.path ?? 'dist'}/${folder}`;
  }

  /**
   * Compiles the fleet without writing anything. Each cluster's constructs are made, rendered and let go
   * again, so that a fleet of any size fits in memory. After it the fleet takes no further clusters or apps.
   *
   * @throws FleetError with every problem of the fleet
   */
  compile(): Compiled {
    if (!this.compiled) {
      const renderer = new Renderer(this.resolvers, this.props.clusterScoped ?? [], this.pathInSource(''));
      for (const cluster of this.clusters) {
        const problems: Problem[] = [];
        const failed = attempt(cluster.node.path, () => void problems.push(...wire(this, cluster)));
        renderer.add(cluster, [...problems, ...failed]);
        if (cluster.teardown !== 'removed')
          renderer.describe(cluster.name, { [KUBERNETES_VERSION]: cluster.kubernetesVersion });
        for (const child of cluster.node.children) cluster.node.tryRemoveChild(child.node.id);
      }
      renderer.add(this, this.check());
      this.compiled = renderer.finish();
    }
    return this.compiled;
  }

  /**
   * Compiles the fleet and makes `outdir` hold it. A run that fails or is killed leaves `outdir` as it was.
   *
   * Under `cdk8s synth` it also writes one file for each cluster into that command's own folder, so that
   * `--stdout` and validation plugins see the manifests.
   *
   * @throws FleetError with every problem of the fleet; nothing is written then
   */
  override synth(): void {
    refuseEmptied(this.outdir);
    onDisk(this.outdir, () => recoverTree(this.outdir));
    const compiled = this.compile();
    const changes: Changes = onDisk(this.outdir, () => writeTree(this.outdir, compiled.files));
    const scratch = process.env.CDK8S_OUTDIR;
    if (scratch && path.resolve(scratch) !== path.resolve(this.outdir)) writeStreams(scratch, compiled);
    process.stderr.write(summary(this, compiled, changes));
  }

  /** Takes a cluster, app or add-on; a second one of the same name is a problem. @internal */
  register(item: Cluster | Placed): void {
    if (this.compiled) throw new Error(`${item.node.path} comes too late: the fleet is compiled already`);
    const [list, what] = 'layer' in item ? [this.ownUnits, 'app or add-on'] : [this.ownClusters, 'cluster'];
    const other = list.find(({ name }) => name === item.name);
    if (other) this.duplicates.push(nameDuplicate(item, other, what));
    else insert(list as (typeof item)[], item);
  }

  /** The construct below which clusters, apps or add-ons live. @internal */
  scopeFor(group: Group): Construct {
    return (this.node.tryFindChild(group) as Construct | undefined) ?? new Construct(this, group);
  }

  /** An id for a new construct: its name, or a free one for a duplicate, so that the check reports it. @internal */
  freeId(group: Group, name: string): string {
    const { node } = this.scopeFor(group);
    let id = name || '(no name)';
    while (node.tryFindChild(id)) id += '~';
    return id;
  }

  private check(): Problem[] {
    const placed = new Map<Placed, Cluster[]>(this.units.map((unit) => [unit, []]));
    for (const cluster of this.clusters) {
      for (const unit of this.unitsOn(cluster)) placed.get(unit)?.push(cluster);
    }
    return [
      ...checkFields('', '', this.props, FIELDS),
      ...checkFields('', 'source', this.source, SOURCE_FIELDS),
      ...(this.source ? [...checkFleetSource(this.source), ...checkSourcePath(this.source.path)] : []),
      ...this.duplicates,
      ...this.checkManagement(),
      ...checkConnections(this.clusters.map((cluster) => ({ ...pick(cluster), path: cluster.node.path }))),
      ...checkDependencies(this.units, placed),
      ...[...placed]
        .filter(([unit, clusters]) => unit.isSound && clusters.length === 0)
        .map(([unit]) => this.unplaced(unit)),
    ];
  }

  private checkManagement(): Problem[] {
    const found = this.clusters.filter((cluster) => cluster.isManagement);
    if (found.length === 1) return [];
    return [
      {
        code: 'management-cluster',
        path: found[1]?.node.path ?? 'clusters',
        field: 'management',
        value: found.length === 0 ? undefined : found.map(({ name }) => name),
        problem: found.length === 0 ? 'is set by no cluster' : 'is set by more than one cluster',
        remedy: 'set `management: true` on exactly one ExistingCluster: it holds the others',
      },
    ];
  }

  private unplaced(unit: Placed): Problem {
    return {
      code: 'placement-empty',
      path: unit.node.path,
      field: 'placement',
      value: unit.props.placement,
      problem: 'selects no cluster',
      remedy: `clusters have these labels: ${this.clusters
        .map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
        .join('; ')}`,
    };
  }
}

/** A folder of the repository, as Flux's syncs name it behind `./`. */
function checkSourcePath(value: string | undefined): Problem[] {
  if (
    value === undefined ||
    (/^[\w.-]+(\/[\w.-]+)*$/.test(value) && !value.split('/').some((name) => /^\.+$/.test(name)))
  ) {
    return [];
  }
  return [
    {
      code: 'source-path',
      path: '',
      field: 'source.path',
      value,
      problem: 'is no folder of the repository',
      remedy:
        'write it from the root of the repository, without `./` or a slash at an end: dist, or deploy/dist',
    },
  ];
}

/** What the file system refuses is a problem of the folder, and not of the fleet's code. */
function onDisk<T>(outdir: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const { syscall, message } = cause as NodeJS.ErrnoException;
    if (!syscall) throw cause;
    throw new FleetError([
      {
        code: 'outdir-unwritable',
        path: path.resolve(outdir),
        field: 'outdir',
        value: outdir,
        problem: `cannot be written: ${message}`,
        remedy:
          'make it a folder that you may write, with room for two copies beside each other; then synthesize again',
        cause,
      },
    ]);
  }
}

/** `cdk8s synth` has deleted its own output folder before any code of the fleet ran. */
function refuseEmptied(outdir: string): void {
  const scratch = process.env.CDK8S_OUTDIR;
  if (!scratch || path.resolve(scratch) !== path.resolve(outdir)) return;
  throw new FleetError([
    {
      code: 'outdir-emptied',
      path: 'cdk8s.yaml',
      field: 'output',
      value: scratch,
      problem:
        "is the fleet's own folder, which `cdk8s synth` empties before it knows that the fleet is right",
      remedy:
        'write `output: build/synth` there, and give no `--output`; `git restore` brings the folder back',
    },
  ]);
}

function pick({ name, networks, connectedTo }: Cluster) {
  return { name, networks, connectedTo };
}

/** Keeps a list sorted by name, whatever the order in which files are imported. */
function insert<T extends { readonly name: string }>(list: T[], item: T): void {
  const at = list.findIndex(({ name }) => name > item.name);
  list.splice(at < 0 ? list.length : at, 0, item);
}

function writeStreams(folder: string, { files }: Compiled): void {
  const streams = new Map<string, string>();
  for (const [file, content] of files) {
    const cluster = file.slice(0, file.indexOf('/'));
    if (!file.endsWith('/kustomization.yaml')) streams.set(cluster, (streams.get(cluster) ?? '') + content);
  }
  fs.mkdirSync(folder, { recursive: true });
  for (const [cluster, content] of streams) fs.writeFileSync(path.join(folder, `${cluster}.yaml`), content);
}
