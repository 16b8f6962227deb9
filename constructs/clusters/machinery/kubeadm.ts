import { ApiObject, type Chart } from 'cdk8s';
import type { KubeadmConfigTemplateSpec } from '../../../imports/bootstrap.cluster.x-k8s.io';
import type { KubeadmControlPlaneSpec } from '../../../imports/controlplane.cluster.x-k8s.io';
import type { NodePool } from '../../fleet/cluster';
import { secondsOf } from '../../flux/duration';
import type { Plain } from '../../plain';
import { deletionOf, standing } from './pool';
import type { KubeadmControlPlane, Retries } from './props';
import { GROUPS, type Reference, VERSION } from './reference';
import { addTemplate } from './template';

/** An argument of a component: lists of these took the place of maps in v1beta2. */
export interface Argument {
  readonly name: string;
  readonly value: string;
}

/** How a machine registers itself as a node. */
export interface NodeRegistration {
  /** The node's name; bootstrap data may be a template. @default the host name */
  readonly name?: string;
  readonly kubeletExtraArgs?: readonly Argument[];
  /** @default what kubeadm gives: control planes take no pods of others */
  readonly taints?: readonly [];
}

/** How the components of a control plane start. */
export interface ClusterConfiguration {
  /** Further names in the API server's certificate. */
  readonly apiServer?: { readonly certSANs: readonly string[] };
  readonly controllerManager?: { readonly extraArgs: readonly Argument[] };
}

/** What cloud-init writes and runs on a machine beside kubeadm. */
export interface BootCommands {
  readonly files: readonly {
    readonly path: string;
    readonly owner: string;
    readonly permissions: string;
    readonly content?: string;
    readonly contentFrom?: { readonly secret: { readonly name: string; readonly key: string } };
  }[];
  readonly postKubeadmCommands: readonly string[];
}

/** A control plane that kubeadm makes. */
export interface KubeadmControlPlaneProps {
  readonly cluster: string;
  readonly controlPlane: KubeadmControlPlane;
  /** Such as `v1.35.2`. */
  readonly version: string;
  /** The template of its machines. */
  readonly machines: Reference;
  readonly nodeRegistration: NodeRegistration;
  /** What is the same on each of its machines. */
  readonly clusterConfiguration: ClusterConfiguration;
  /** @default nothing */
  readonly commands?: BootCommands;
}

/**
 * Adds a `KubeadmControlPlane`.
 *
 * @see https://cluster-api.sigs.k8s.io/tasks/control-plane/kubeadm-control-plane
 */
export function addKubeadmControlPlane(chart: Chart, props: KubeadmControlPlaneProps): Reference {
  const { cluster, controlPlane, version, machines, nodeRegistration, clusterConfiguration } = props;
  const name = `${cluster}-control-plane`;
  const spec: Plain<Omit<KubeadmControlPlaneSpec, 'kubeadmConfigSpec'>> & { kubeadmConfigSpec: object } = {
    replicas: controlPlane.replicas,
    version,
    machineTemplate: { spec: { infrastructureRef: machines, deletion: deletionOf(controlPlane.deletion) } },
    remediation: remediationOf(controlPlane.retries),
    kubeadmConfigSpec: {
      clusterConfiguration,
      initConfiguration: { nodeRegistration },
      joinConfiguration: { nodeRegistration },
      ...props.commands,
    },
  };
  new ApiObject(chart, 'control-plane', {
    apiVersion: `${GROUPS.controlPlane}/${VERSION}`,
    kind: 'KubeadmControlPlane',
    metadata: { name },
    spec,
  });
  return { apiGroup: GROUPS.controlPlane, kind: 'KubeadmControlPlane', name };
}

function remediationOf({ maxRetry, retryPeriod, minHealthyPeriod }: Retries = {}) {
  if (maxRetry === undefined && !retryPeriod && !minHealthyPeriod) return undefined;
  return {
    maxRetry,
    retryPeriodSeconds: secondsOf(retryPeriod),
    minHealthyPeriodSeconds: secondsOf(minHealthyPeriod),
  };
}

/** The taints of a control plane: none where there are no workers, for pods would run nowhere. */
export function controlPlaneTaints(pools: readonly NodePool[]): Pick<NodeRegistration, 'taints'> {
  return standing(pools).length > 0 ? {} : { taints: [] };
}

/** Adds the template by which kubeadm joins a pool's machines. */
export function addKubeadmConfig(
  chart: Chart,
  id: string,
  prefix: string,
  nodeRegistration: NodeRegistration,
): Reference {
  const spec: Plain<KubeadmConfigTemplateSpec> = {
    template: { spec: { joinConfiguration: { nodeRegistration } } },
  };
  return addTemplate(chart, id, {
    apiVersion: `${GROUPS.bootstrap}/${VERSION}`,
    kind: 'KubeadmConfigTemplate',
    prefix,
    spec,
  });
}
