import { EksCluster } from '../clusters';
import { checkFields, type Fields } from '../fleet/check/fields';
import type { Fleet } from '../fleet/fleet';
import type { Problem } from '../problem';
import { checkDestinations } from '../redis-backup/check-cluster';
import { checkIdentity } from '../redis-backup/check-identity';
import type {
  AwsFeatureGate,
  AwsProviderProps,
  BootstrapFeatureGate,
  ClusterApiProps,
  ControlPlaneFeatureGate,
  CoreFeatureGate,
  DockerFeatureGate,
  FeatureGates,
  ProviderProps,
} from './props';
import { PROVIDERS } from './providers';

const FIELDS: Fields<ClusterApiProps> = {
  aws: 'object?',
  docker: 'object?',
  core: 'object?',
  bootstrap: 'object?',
  controlPlane: 'object?',
  certManager: 'string?',
  apiServerCidrs: 'strings?',
};

const PROVIDER: Fields<ProviderProps<string>> = { featureGates: 'map?' };

const AWS: Fields<AwsProviderProps> = { credentials: 'object', featureGates: 'object?' };

const BOOTSTRAP_GATES: Fields<FeatureGates<BootstrapFeatureGate>> = {
  KubeadmBootstrapFormatIgnition: 'boolean?',
  MachinePool: 'boolean?',
  PriorityQueue: 'boolean?',
  ReconcilerRateLimiting: 'boolean?',
};

const GATES: {
  readonly core: Fields<FeatureGates<CoreFeatureGate>>;
  readonly bootstrap: Fields<FeatureGates<BootstrapFeatureGate>>;
  readonly controlPlane: Fields<FeatureGates<ControlPlaneFeatureGate>>;
  readonly aws: Fields<FeatureGates<AwsFeatureGate>>;
  readonly docker: Fields<FeatureGates<DockerFeatureGate>>;
} = {
  core: {
    ClusterTopology: 'boolean?',
    InPlaceUpdates: 'boolean?',
    MachinePool: 'boolean?',
    MachineSetPreflightChecks: 'boolean?',
    MachineTaintPropagation: 'boolean?',
    MachineWaitForVolumeDetachConsiderVolumeAttachments: 'boolean?',
    PriorityQueue: 'boolean?',
    ReconcilerRateLimiting: 'boolean?',
    RuntimeSDK: 'boolean?',
  },
  bootstrap: BOOTSTRAP_GATES,
  controlPlane: {
    ...BOOTSTRAP_GATES,
    ClusterTopology: 'boolean?',
    InPlaceUpdates: 'boolean?',
    MachineTaintPropagation: 'boolean?',
  },
  aws: {
    AlternativeGCStrategy: 'boolean?',
    AutoControllerIdentityCreator: 'boolean?',
    BootstrapFormatIgnition: 'boolean?',
    EKS: 'boolean?',
    EKSAllowAddRoles: 'boolean?',
    EKSEnableIAM: 'boolean?',
    EKSFargate: 'boolean?',
    EventBridgeInstanceState: 'boolean?',
    ExternalResourceGC: 'boolean?',
    MachinePool: 'boolean?',
    MachinePoolMachines: 'boolean?',
    ROSA: 'boolean?',
    TagUnmanagedNetworkResources: 'boolean?',
  },
  docker: {
    ClusterTopology: 'boolean?',
    MachinePool: 'boolean?',
    PriorityQueue: 'boolean?',
    ReconcilerRateLimiting: 'boolean?',
  },
};

const NAMES = Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[];

/** What is wrong with the properties of a `ClusterApi`. */
export function checkClusterApi(path: string, props: ClusterApiProps): Problem[] {
  const shape = [
    ...checkFields(path, '', props, FIELDS),
    ...NAMES.flatMap((name) =>
      name === 'aws'
        ? checkFields(path, name, props[name], AWS)
        : checkFields<ProviderProps<string>>(path, name, props[name], PROVIDER),
    ),
  ];
  if (shape.length > 0) return shape;
  return [
    ...NAMES.flatMap((name) =>
      checkGates(path, `${name}.featureGates`, props[name]?.featureGates, GATES[name]),
    ),
    ...(props.aws ? checkIdentity(path, 'aws.credentials', props.aws.credentials, 'AWS') : []),
    ...checkDestinations(path, 'apiServerCidrs', props.apiServerCidrs),
  ];
}

/** A provider does not start with a switch that it does not know. */
function checkGates(
  path: string,
  field: string,
  gates: object | undefined,
  known: Fields<object>,
): Problem[] {
  return checkFields(path, field, gates, known);
}

/** Switches without which no EKS cluster gets as far as its add-ons. */
const OF_EKS = ['EKS', 'EKSEnableIAM'] as const;

/** Switches of the AWS provider that are off, though a cluster needs them. */
export function checkEksGates(path: string, fleet: Fleet, { aws }: ClusterApiProps): Problem[] {
  const needs = fleet.clusters.find((cluster) => cluster instanceof EksCluster);
  if (!needs) return [];
  return OF_EKS.filter((gate) => aws?.featureGates?.[gate] === false).map((gate) => ({
    code: 'gate-needed',
    path,
    field: `aws.featureGates.${gate}`,
    value: false,
    problem: `keeps the cluster "${needs.name}" without its add-ons for ever`,
    remedy: 'leave it out: it is on by default, and docs/clusters.md tells which rights the provider needs',
  }));
}

/** Clusters whose provider could be installed, and is not. */
export function checkMakers(fleet: Fleet): Problem[] {
  const { clusters, management } = fleet;
  if (!management) return [];
  const installed = fleet.unitsOn(management).map(({ provides }) => provides);
  const missing = NAMES.filter((name) => !installed.includes(PROVIDERS[name].label));
  return clusters.flatMap(({ madeBy, node }) =>
    missing
      .filter((name) => madeBy.includes(PROVIDERS[name].label))
      .map((name) => ({
        code: 'provider-missing',
        path: node.path,
        field: 'provider',
        value: PROVIDERS[name].label,
        problem: 'makes this cluster, and ClusterApi does not install it',
        remedy: `add \`${name}\` to the properties of ClusterApi`,
      })),
  );
}
