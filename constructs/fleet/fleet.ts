import { App, type IResolver } from 'cdk8s';
import { Construct } from 'constructs';
import { compare } from '../emit/order';
import { type FluxInstall, wire } from '../flux/wiring';
import { attempt } from '../flux/wiring/attempt';
import { attempt as attemptCheck, type Problem, settle } from '../problem';
import type { Placed } from './app';
import { FORGET } from './change';
import { isMap, listOf, nameDuplicate, propsOf, stringsOf } from './check';
import { checkFleet } from './check/fleet';
import type { Cluster } from './cluster';
import { writeFleet } from './output';
import { type Compiled, Renderer } from './render';
import type { FleetSource } from './source';

/** Properties of a `Fleet`. */
export interface FleetProps {
  /** Where the clusters' Flux finds the output: a git repository, or a registry. */
  readonly source: FleetSource;
  /** The folder that `synth` writes. @default dist */
  readonly outdir?: string;
  /** The Flux that the management cluster installs on the others. @default the Flux project's, verified */
  readonly flux?: FluxInstall;
  /**
   * The Secret, in the namespace `clusters` of the management cluster, with the age key that opens the
   * `secretsFile` of each cluster.
   * @default fleet-age
   */
  readonly decryptionSecret?: string;
  /** Resolvers beside cdk8s' own. @default none */
  readonly resolvers?: IResolver[];
  /**
   * Kinds without a namespace that are neither Kubernetes' nor in `imports/`, such as
   * `cert-manager.io/ClusterIssuer`: they are not given the namespace of their app.
   * @default none
   */
  readonly clusterScoped?: readonly string[];
  /**
   * Names of clusters that this change may lose, or change in ways that are refused otherwise: they never ran, or are
   * gone already. Take them out with the next change. See docs/protection.md.
   * @default none
   */
  readonly forget?: readonly string[];
}

/** On each cluster's kustomization.yaml: the version that its manifests are for. */
export const KUBERNETES_VERSION = 'fleetwright.dev/kubernetes-version';

type Group = 'clusters' | 'apps' | 'add-ons';

/**
 * Every cluster and app that one repository describes: a cdk8s `App` that is checked as a whole and
 * written as one folder for each cluster.
 */
export class Fleet extends App {
  readonly source: FleetSource;
  readonly flux: FluxInstall;
  readonly decryptionSecret: string;
  /** The clusters that `forget` names, sorted. */
  readonly forget: readonly string[];
  private readonly ownClusters: Cluster[] = [];
  private readonly ownUnits: Placed[] = [];
  private readonly duplicates: Problem[] = [];
  private compiled?: Compiled;

  private readonly props: FleetProps;

  constructor(given: FleetProps) {
    const props = propsOf(given);
    const { outdir, source, flux } = props;
    super({
      outdir: (typeof outdir === 'string' && outdir) || 'dist',
      resolvers: [...listOf(props.resolvers)],
    });
    this.props = props;
    // What is of another shape is left to the check of the fields.
    this.source = isMap(source) ? source : ({} as FleetSource);
    this.flux = isMap(flux) ? flux : {};
    this.decryptionSecret = props.decryptionSecret ?? 'fleet-age';
    this.forget = Array.isArray(props.forget) ? [...new Set(props.forget)].map(String).sort(compare) : [];
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

  /** The apps and add-ons that run on a cluster, by name: none on one that is being removed. */
  unitsOn(cluster: Cluster): readonly Placed[] {
    if (cluster.teardown === 'removed') return [];
    return this.ownUnits.filter((unit) => unit.selects(cluster));
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
      const { clusterScoped: given } = this.props;
      const clusterScoped = stringsOf(given);
      const renderer = new Renderer(this.resolvers, clusterScoped, this.pathInSource(''));
      for (const cluster of this.clusters) {
        const problems: Problem[] = [];
        const failed = attempt(cluster.node.path, () => void problems.push(...wire(this, cluster)));
        renderer.add(cluster, [...problems, ...failed]);
        if (cluster.teardown !== 'removed')
          renderer.describe(cluster.name, {
            [KUBERNETES_VERSION]: cluster.kubernetesVersion,
            ...(cluster.isManagement && this.forget.length > 0 ? { [FORGET]: this.forget.join() } : {}),
          });
        for (const child of cluster.node.children) cluster.node.tryRemoveChild(child.node.id);
      }
      const own = attemptCheck(this, () => checkFleet(this, this.props));
      renderer.add(this, [...this.duplicates, ...settle(own)]);
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
    writeFleet(this);
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
    let id = String(name || '(no name)');
    while (node.tryFindChild(id)) id += '~';
    return id;
  }
}

/** Keeps a list sorted by name, whatever the order in which files are imported. */
function insert<T extends { readonly name: string }>(list: T[], item: T): void {
  const at = list.findIndex(({ name }) => name > item.name);
  list.splice(at < 0 ? list.length : at, 0, item);
}
