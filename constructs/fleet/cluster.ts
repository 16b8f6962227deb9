import type { Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { TenantProps } from '../flux/tenant';
import { addCheck } from '../problem';
import { checkChoice } from './check/choice';
import { checkLabels } from './check/labels';
import { checkControlPlane, checkPools, checkVersion } from './check/machines';
import { checkDnsLabel } from './check/names';
import { checkNetworks } from './check/networks';
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

/** A group of equal worker machines. */
export interface NodePool {
  /** A DNS label, unique in the cluster. */
  readonly name: string;
  /** How many machines in all zones together. */
  readonly replicas: number;
  /**
   * The kubelet's version: at most three minors behind the control plane, never ahead.
   * @default the cluster's `kubernetesVersion`
   */
  readonly kubernetesVersion?: string;
  /** Labels of the nodes. @default none */
  readonly labels?: Readonly<Record<string, string>>;
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
}

/** What a provider's class knows about its cluster, for the checks that are the same everywhere. */
export interface ClusterShape {
  /** The kind of cluster, such as `aws`: the value of the label `provider`. */
  readonly provider: string;
  readonly controlPlane?: ControlPlane;
  readonly pools?: readonly NodePool[];
  readonly teardown?: Teardown;
}

/**
 * A cluster of the fleet. Each provider is a class of its own; a further one extends this class and
 * changes nothing else.
 */
export abstract class Cluster extends Construct {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly provider: string;
  readonly kubernetesVersion: string;
  readonly networks?: ClusterNetworks;
  readonly connectedTo: readonly string[];
  readonly tenants: readonly TenantProps[];
  readonly controlPlane?: ControlPlane;
  readonly pools: readonly NodePool[];
  readonly teardown?: Teardown;

  /** The Secret, in the namespace `clusters` of the management cluster, by which its Flux reaches this one. */
  readonly kubeconfigSecret: string;

  /** Whether this is the cluster that holds the others' `Cluster` objects. */
  readonly isManagement: boolean = false;

  constructor(fleet: Fleet, name: string, props: ClusterProps, shape: ClusterShape) {
    super(fleet.scopeFor('clusters'), fleet.freeId('clusters', name));
    this.name = name;
    this.provider = shape.provider;
    this.labels = { ...props.labels, name, provider: shape.provider };
    this.kubernetesVersion = props.kubernetesVersion;
    this.networks = props.networks;
    this.connectedTo = props.connectedTo ?? [];
    this.tenants = props.tenants ?? [];
    this.controlPlane = shape.controlPlane;
    this.pools = shape.pools ?? [];
    this.teardown = shape.teardown;
    this.kubeconfigSecret = `${name}-kubeconfig`;
    const path = this.node.path;
    addCheck(this, () => [
      ...checkDnsLabel(path, 'name', name, MAX_NAME),
      ...checkLabels(path, props.labels, this.labels),
      ...checkVersion(path, 'kubernetesVersion', this.kubernetesVersion),
      ...checkChoice(path, 'teardown', this.teardown, TEARDOWNS),
      ...checkControlPlane(path, this.controlPlane),
      ...checkPools(path, this),
      ...checkNetworks(path, this.networks),
    ]);
    fleet.register(this);
  }

  /**
   * Adds the objects that the management cluster holds for this one (its `Cluster` and friends).
   * Left out by clusters that nobody makes.
   */
  define?(chart: Chart): void;
}

/** Room for what Cluster API and the cloud append: machine deployments, load balancers, hashes. */
const MAX_NAME = 32;
