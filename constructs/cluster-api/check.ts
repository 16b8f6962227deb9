import { checkFields, type Fields } from '../fleet/check/fields';
import { checkDnsLabel } from '../fleet/check/names';
import type { Fleet } from '../fleet/fleet';
import type { Problem } from '../problem';
import type {
  AwsCredentials,
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
    ...(props.aws ? checkCredentials(path, props.aws.credentials) : []),
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

/** An ARN of a role, in any of AWS's partitions. */
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

function checkCredentials(path: string, credentials: AwsCredentials): Problem[] {
  const field = 'aws.credentials';
  const { secretName, roleArn } = credentials as { readonly secretName?: string; readonly roleArn?: string };
  const shape = checkFields<object>(path, field, credentials, {
    secretName: 'optional',
    roleArn: 'optional',
  });
  if (shape.length > 0) return shape;
  if ((secretName === undefined) === (roleArn === undefined)) {
    return [
      {
        code: 'credentials-ambiguous',
        path,
        field,
        value: credentials,
        problem: 'has to name one of a Secret and a role',
        remedy: "write { roleArn: 'arn:aws:iam::...' } on EKS, else { secretName: '...' }",
      },
    ];
  }
  if (roleArn === undefined) return checkDnsLabel(path, `${field}.secretName`, secretName ?? '', 253);
  if (ROLE.test(roleArn)) return [];
  return [
    {
      code: 'role-malformed',
      path,
      field: `${field}.roleArn`,
      value: roleArn,
      problem: 'is no ARN of a role',
      remedy: 'copy it whole, such as arn:aws:iam::123456789012:role/controllers',
    },
  ];
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
