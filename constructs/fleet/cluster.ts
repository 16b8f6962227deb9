import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { SharedChart } from '../flux/shared-chart';
import type { TenantProps } from '../flux/tenant';
import { addCheck } from '../problem';
import { checkChoice } from './check/choice';
import { isMap, listOf, stringsOf } from './check/fields';
import { checkLabels } from './check/labels';
import { checkControlPlane, checkPools, checkVersion } from './check/machines';
import { checkDnsLabel } from './check/names';
import { checkNetworks } from './check/networks';
import { checkFluxPin } from './check/pins';
import type { Fleet } from './fleet';

/** The address blocks of a cluster, in CIDR notation, IPv4 or IPv6. */
export interface ClusterNetworks {
  /** Pod addresses. Two blocks of different families make a dual-stack cluster. */
  readonly pods: readonly string[];
  /** Service addresses. */
  readonly services: readonly string[];
  /** The block that machines live in. */
  readonly vpc?: string;
}

/** The machines that run the API server and etcd. */
export interface ControlPlane {
  /** 1, 3, 5 or 7: etcd needs a majority. */
  readonly replicas: number;
}

/** A number of machines that an autoscaler chooses. */
export interface ReplicaRange {
  /** The fewest, 0 or more. */
  readonly min: number;
  /** The most, 1 or more. */
  readonly max: number;
}

/** The fewest and the most machines of a pool. */
export function rangeOf(replicas: number | ReplicaRange): ReplicaRange {
  return typeof replicas === 'number' ? { min: replicas, max: replicas } : replicas;
}

/** Keeps pods that do not tolerate it from a node. */
export interface Taint {
  readonly key: string;
  /** @default none */
  readonly value?: string;
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
}

/** How a pool's machines are replaced. */
export interface Rollout {
  /** How many machines, or which share of them such as `25%`, there may be beyond the wanted ones. @default 1 */
  readonly maxSurge?: number | `${number}%`;
  /** How many may be missing. @default 0 */
  readonly maxUnavailable?: number | `${number}%`;
}

/** How long the steps of a machine's end may take: Go durations, such as `15m`. */
export interface DeletionTimeouts {
  /** Moving its pods elsewhere, as far as disruption budgets let them. @default no limit */
  readonly drain?: string;
  /** Waiting for its volumes to be detached. @default no limit */
  readonly volumeDetach?: string;
  /** Deleting its node. @default 10s */
  readonly node?: string;
}

/** A group of equal worker machines. */
export interface NodePool {
  /** A DNS label, unique in the cluster. */
  readonly name: string;
  /** How many machines in all zones together: a number, or a range that an autoscaler moves in. */
  readonly replicas: number | ReplicaRange;
  /**
   * The kubelet's version: at most three minors behind the control plane, never ahead.
   * @default the cluster's `kubernetesVersion`
   */
  readonly kubernetesVersion?: string;
  /** Labels of the nodes. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Taints of the nodes. @default none */
  readonly taints?: readonly Taint[];
  /** @default one more machine at a time, none missing */
  readonly rollout?: Rollout;
  /** @default Cluster API's: as long as it takes */
  readonly deletion?: DeletionTimeouts;
  /**
   * The two steps of a removal: `allowed` lifts the protection of the pool, `removed` removes it. See
   * docs/protection.md.
   * @default the pool is protected
   */
  readonly teardown?: Teardown;
}

/** The two steps of a removal. */
export const TEARDOWNS = ['allowed', 'removed'] as const;

/** How far something is from being torn down. See docs/protection.md. */
export type Teardown = (typeof TEARDOWNS)[number];

/** What the management cluster installs on a cluster, in versions of its own. */
export interface ClusterVersions {
  /**
   * Flux, such as `v2.7.5`, or `v2.7.5@sha256:` and 64 hexadecimal digits.
   * @default the fleet's `flux`
   */
  readonly flux?: string;
}

/** What every kind of cluster has. */
export interface ClusterProps {
  /** Labels that placements select by; `name` and `provider` are always there. @default none */
  readonly labels?: Readonly<Record<string, string>>;
  /** The control plane's version, such as `v1.35.2`. */
  readonly kubernetesVersion: string;
  /** @default unknown: nothing is checked */
  readonly networks?: ClusterNetworks;
  /** Names of clusters whose pods, services or machines reach each other's: no block may overlap. @default none */
  readonly connectedTo?: readonly string[];
  /** Teams that bring manifests from repositories of their own. @default none */
  readonly tenants?: readonly TenantProps[];
  /**
   * A file of SOPS-encrypted Secrets, from where synth runs, such as `clusters/prod-eu.sops.yaml`: what the
   * cluster's Flux starts with (its git credential, its age key). The management cluster decrypts it and hands
   * it over.
   * @default none: somebody makes these Secrets there
   */
  readonly secretsFile?: string;
  /**
   * Keeps what is installed here at exact versions, whatever the library brings: upgrades go in waves. See
   * docs/upgrades.md.
   * @default the library's versions
   */
  readonly versions?: ClusterVersions;
}

/** What a provider's class knows about its cluster, for the checks that are the same everywhere. */
export interface ClusterShape {
  /** The kind of cluster, such as `aws`: the value of the label `provider`. */
  readonly provider: string;
  /**
   * The providers of Cluster API that make it, by their labels, such as `infrastructure-aws`.
   * @default nobody makes it, or somebody else sees to its providers
   */
  readonly madeBy?: readonly string[];
  readonly controlPlane?: ControlPlane;
  readonly pools?: readonly NodePool[];
  readonly teardown?: Teardown;
  /** How people write a version of Kubernetes for it. @default in full, like `v1.35.2` */
  readonly versionExample?: string;
}

/**
 * A cluster of the fleet. Each provider is a class of its own; a further one extends this class and
 * changes nothing else.
 */
export abstract class Cluster extends Construct {
  /** The cluster that a construct was added to; none beside clusters. */
  static of(construct: Construct): Cluster | undefined {
    return construct.node.scopes.find((scope) => scope instanceof Cluster);
  }

  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly provider: string;
  readonly madeBy: readonly string[];
  readonly kubernetesVersion: string;
  readonly networks?: ClusterNetworks;
  readonly connectedTo: readonly string[];
  readonly tenants: readonly TenantProps[];
  readonly controlPlane?: ControlPlane;
  readonly pools: readonly NodePool[];
  readonly teardown?: Teardown;
  readonly secretsFile?: string;
  readonly fluxVersion?: string;

  /** The Secret, in the namespace `clusters` of the management cluster, by which its Flux reaches this one. */
  readonly kubeconfigSecret: string;

  /** Whether this is the cluster that holds the others' `Cluster` objects. */
  readonly isManagement: boolean = false;

  /**
   * Who installs Flux on this cluster, and hands it its source: the management cluster, by its kubeconfig
   * (`hub`); the management cluster hands over, but somebody else installs (`given`); or the first machine at
   * its first boot (`first-boot`).
   */
  readonly flux: 'hub' | 'given' | 'first-boot' = 'hub';

  /** The charts that `boot` names and other clusters share: the management cluster fetches each once. */
  readonly bootCharts: readonly SharedChart[] = [];

  constructor(fleet: Fleet, name: string, props: ClusterProps, shape: ClusterShape) {
    super(fleet.scopeFor('clusters'), fleet.freeId('clusters', name));
    this.name = name;
    this.provider = shape.provider;
    this.madeBy = shape.madeBy ?? [];
    // What is of another shape is left to the check of the fields.
    const { labels, networks, connectedTo, tenants } = props;
    this.labels = { ...(isMap(labels) ? labels : {}), name, provider: shape.provider };
    this.kubernetesVersion = props.kubernetesVersion;
    this.networks = isMap(networks) ? networks : undefined;
    this.connectedTo = stringsOf(connectedTo);
    this.tenants = listOf(tenants);
    this.controlPlane = isMap(shape.controlPlane) ? shape.controlPlane : undefined;
    this.pools = listOf(shape.pools);
    this.teardown = shape.teardown;
    this.secretsFile = props.secretsFile;
    this.fluxVersion = props.versions?.flux;
    this.kubeconfigSecret = `${name}-kubeconfig`;
    const path = this.node.path;
    addCheck(this, () => [
      ...checkDnsLabel(path, 'name', name, MAX_NAME),
      ...checkLabels(path, isMap(labels) ? labels : {}, this.labels),
      ...checkVersion(path, 'kubernetesVersion', this.kubernetesVersion, shape.versionExample),
      ...checkChoice(path, 'teardown', this.teardown, TEARDOWNS),
      ...checkControlPlane(path, this.controlPlane),
      ...checkPools(path, this, shape.versionExample),
      ...checkNetworks(path, this.networks),
      ...checkFluxPin(path, this),
    ]);
    fleet.register(this);
  }

  /**
   * Adds the objects that the management cluster holds for this one (its `Cluster` and friends).
   * Left out by clusters that nobody makes.
   */
  define?(chart: Chart): void;

  /**
   * Adds what the management cluster installs on this one before anything else can run there (network,
   * volumes): HelmReleases with its kubeconfig. Left out by clusters that need nothing; one that adds nothing
   * is a cluster without.
   */
  boot?(chart: Chart): void;
}

/** Room for what Cluster API and the cloud append: machine deployments, load balancers, hashes. */
const MAX_NAME = 32;
