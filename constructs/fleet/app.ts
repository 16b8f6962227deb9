import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { SyncOptions } from '../flux/sync';
import { addCheck, type Problem } from '../problem';
import { checkDnsLabel, didYouMean } from './check/names';
import { checkUnitFields } from './check/unit';
import type { Cluster } from './cluster';
import type { Fleet } from './fleet';
import { checkPlacement, matches, type Placement } from './placement';

/** The order inside a cluster: what a later layer needs comes from an earlier one. */
export const LAYERS = ['crds', 'controllers', 'configs', 'apps'] as const;

/** A place in the order inside a cluster. */
export type Layer = (typeof LAYERS)[number];

/** The Pod Security level that a namespace enforces. */
export type PodSecurity = 'restricted' | 'baseline' | 'privileged';

/** One app or add-on on one cluster: what the `define` function is given. */
export interface Instance<V extends object> {
  /** The app's or add-on's name. */
  readonly name: string;
  readonly namespace: string;
  /** The cluster that the objects are for. */
  readonly cluster: Cluster;
  /** The app's values, with this cluster's differences applied. */
  readonly values: V;
}

/** What an app or add-on is, whatever its layer. */
export interface PlacedProps<V extends object> {
  /** The namespace of objects that name none; the cluster makes it. A DNS label. */
  readonly namespace: string;
  /** Which clusters it runs on. `{}` is every cluster. */
  readonly placement: Placement;
  /** What differs between clusters: the fields and their defaults. @default none */
  readonly values?: V;
  /** Values for single clusters, by cluster name; they replace the defaults field by field. @default none */
  readonly instances?: Readonly<Record<string, Partial<NoInfer<V>>>>;
  /** Names of apps or add-ons of the same or an earlier layer that must be Ready first. @default none */
  readonly dependsOn?: readonly string[];
  /** How Flux applies it. @default `Sync`'s defaults */
  readonly sync?: SyncOptions;
  /** The Pod Security level of its namespace. @default restricted */
  readonly podSecurity?: PodSecurity;
  /**
   * Whether its namespace denies all traffic but DNS until a NetworkPolicy allows more, or is open.
   * @default deny
   */
  readonly network?: 'deny' | 'open';
  /** Adds the objects of one instance to its chart: typed constructs, `ApiObject`, imports, cdk8s-plus. */
  define(chart: Chart, instance: Instance<V>): void;
}

/** Properties of an `AddOn`. */
export interface AddOnProps<V extends object> extends PlacedProps<V> {
  readonly layer: Exclude<Layer, 'apps'>;
}

/** What is placed on clusters by a label selector: each placed instance is one file and one sync. */
export abstract class Placed<V extends object = object> extends Construct {
  readonly name: string;
  readonly dependsOn: readonly string[];
  /** The label of the provider of Cluster API that it installs, such as `infrastructure-aws`, if it does. */
  readonly provides?: string;
  /** Whether its properties have the shape that placing it needs. */
  readonly isSound: boolean;

  constructor(
    private readonly fleet: Fleet,
    name: string,
    readonly layer: Layer,
    readonly props: PlacedProps<V>,
  ) {
    const group = layer === 'apps' ? 'apps' : 'add-ons';
    super(fleet.scopeFor(group), fleet.freeId(group, name));
    const { path } = this.node;
    this.name = name;
    const shape = checkUnitFields(path, props, layer);
    this.isSound = shape.length === 0;
    this.dependsOn = this.isSound ? (props.dependsOn ?? []) : [];
    addCheck(this, () => [
      ...checkDnsLabel(path, 'name', name, MAX_NAME),
      ...shape,
      ...(this.isSound ? this.checkContent() : []),
    ]);
    fleet.register(this);
  }

  /** Whether its placement selects a cluster, be it one that is being removed. */
  selects(cluster: Cluster): boolean {
    return this.isSound && matches(this.props.placement, cluster.labels);
  }

  /** Adds this cluster's instance to a chart; returns what the function returned, which should be nothing. */
  define(chart: Chart, cluster: Cluster): unknown {
    const { namespace, values, instances } = this.props;
    const own = { ...values, ...instances?.[cluster.name] } as V;
    const define: (chart: Chart, instance: Instance<V>) => unknown = this.props.define;
    return define(chart, { name: this.name, namespace, cluster, values: own });
  }

  private checkContent(): Problem[] {
    const { path } = this.node;
    const { namespace, placement } = this.props;
    return [
      ...checkDnsLabel(path, 'namespace', namespace),
      ...checkPlacement(path, placement),
      ...this.checkInstances(),
    ];
  }

  private checkInstances(): Problem[] {
    const fields = Object.keys(this.props.values ?? {});
    const placed = this.fleet.clusters.filter((one) => this.selects(one)).map(({ name }) => name);
    return Object.entries(this.props.instances ?? {}).flatMap(([cluster, values]) => {
      const unused: Problem[] = placed.includes(cluster)
        ? []
        : [
            {
              code: 'instance-unplaced',
              path: this.node.path,
              field: `instances.${cluster}`,
              value: undefined,
              problem: 'gives values for a cluster that the placement does not select',
              remedy: `remove it, or place the app there${didYouMean(cluster, placed)}`,
            },
          ];
      const unknown = Object.keys(values as object).filter((field) => !fields.includes(field));
      return [
        ...unused,
        ...unknown.map((field) => ({
          code: 'instance-field-unknown',
          path: this.node.path,
          field: `instances.${cluster}.${field}`,
          value: (values as Record<string, unknown>)[field],
          problem: 'is no field of `values`',
          remedy: `add a default for it to \`values\`, or correct the name${didYouMean(field, fields)}`,
        })),
      ];
    });
  }
}

/** An application: its instances are in the layer `apps`. */
export class FleetApp<V extends object = object> extends Placed<V> {
  constructor(fleet: Fleet, name: string, props: PlacedProps<V>) {
    super(fleet, name, 'apps', props);
  }
}

/** Something that apps build on: definitions, controllers, their configuration. */
export class AddOn<V extends object = object> extends Placed<V> {
  constructor(fleet: Fleet, name: string, props: AddOnProps<V>) {
    super(fleet, name, props?.layer, props);
  }
}

/** Room in 63 characters for what Flux and Helm append. */
const MAX_NAME = 46;
