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
  aws: 'optional',
  docker: 'optional',
  core: 'optional',
  bootstrap: 'optional',
  controlPlane: 'optional',
  certManager: 'optional',
  apiServerCidrs: 'optional',
};

const PROVIDER: Fields<ProviderProps<string>> = { featureGates: 'optional' };

const AWS: Fields<AwsProviderProps> = { credentials: 'required', featureGates: 'optional' };

const BOOTSTRAP_GATES: Fields<FeatureGates<BootstrapFeatureGate>> = {
  KubeadmBootstrapFormatIgnition: 'optional',
  MachinePool: 'optional',
  PriorityQueue: 'optional',
  ReconcilerRateLimiting: 'optional',
};

const GATES: {
  readonly core: Fields<FeatureGates<CoreFeatureGate>>;
  readonly bootstrap: Fields<FeatureGates<BootstrapFeatureGate>>;
  readonly controlPlane: Fields<FeatureGates<ControlPlaneFeatureGate>>;
  readonly aws: Fields<FeatureGates<AwsFeatureGate>>;
  readonly docker: Fields<FeatureGates<DockerFeatureGate>>;
} = {
  core: {
    ClusterTopology: 'optional',
    InPlaceUpdates: 'optional',
    MachinePool: 'optional',
    MachineSetPreflightChecks: 'optional',
    MachineTaintPropagation: 'optional',
    MachineWaitForVolumeDetachConsiderVolumeAttachments: 'optional',
    PriorityQueue: 'optional',
    ReconcilerRateLimiting: 'optional',
    RuntimeSDK: 'optional',
  },
  bootstrap: BOOTSTRAP_GATES,
  controlPlane: {
    ...BOOTSTRAP_GATES,
    ClusterTopology: 'optional',
    InPlaceUpdates: 'optional',
    MachineTaintPropagation: 'optional',
  },
  aws: {
    AlternativeGCStrategy: 'optional',
    AutoControllerIdentityCreator: 'optional',
    BootstrapFormatIgnition: 'optional',
    EKS: 'optional',
    EKSAllowAddRoles: 'optional',
    EKSEnableIAM: 'optional',
    EKSFargate: 'optional',
    EventBridgeInstanceState: 'optional',
    ExternalResourceGC: 'optional',
    MachinePool: 'optional',
    MachinePoolMachines: 'optional',
    ROSA: 'optional',
    TagUnmanagedNetworkResources: 'optional',
  },
  docker: {
    ClusterTopology: 'optional',
    MachinePool: 'optional',
    PriorityQueue: 'optional',
    ReconcilerRateLimiting: 'optional',
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
  const shape = checkFields(path, field, gates, known);
  if (shape.length > 0) return shape;
  return Object.entries(gates ?? {})
    .filter(([, value]) => value !== undefined && typeof value !== 'boolean')
    .map(([gate, value]) => ({
      code: 'field-malformed',
      path,
      field: `${field}.${gate}`,
      value,
      problem: 'is not on or off',
      remedy: 'write true or false',
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
