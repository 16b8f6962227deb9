import { checkChoice } from '../../fleet/check/choice';
import { checkFields, type Fields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import { checkPlaceFields, checkSpotFields } from '../aws/fields';
import { CLUSTER_FIELDS, checkPoolFields, POOL_FIELDS, VERSION_FIELDS } from '../fields';
import { withListing } from './add-ons-check';
import type {
  EksAddOn,
  EksAddOns,
  EksClusterProps,
  EksEbsCsi,
  EksEndpoint,
  EksFargateProfile,
  EksFargateSelector,
  EksImage,
  EksManagedPool,
  EksNetworks,
  EksNodePool,
  EksSelfManagedPool,
} from './props';
import { checkUnsupported, supported } from './unsupported';

const CLUSTER: Fields<EksClusterProps> = {
  ...CLUSTER_FIELDS,
  networks: 'required',
  teardown: 'optional',
  region: 'required',
  zones: 'required',
  network: 'optional',
  endpoint: 'required',
  secretsKey: 'required',
  admins: 'optional',
  viewers: 'optional',
  addOns: 'required',
  pools: 'required',
  fargate: 'optional',
  role: 'optional',
  identity: 'optional',
  sshKeyName: 'optional',
};

const SELF_MANAGED: Fields<EksSelfManagedPool> = {
  ...POOL_FIELDS,
  kind: 'required',
  instanceType: 'required',
  volumeSize: 'optional',
  spot: 'optional',
  iamInstanceProfile: 'optional',
  image: 'optional',
  zones: 'optional',
};

const MANAGED: Fields<EksManagedPool> = {
  name: 'required',
  kind: 'optional',
  replicas: 'required',
  kubernetesVersion: 'optional',
  labels: 'optional',
  taints: 'optional',
  rollout: 'optional',
  teardown: 'optional',
  instanceType: 'required',
  amiType: 'optional',
  volumeSize: 'optional',
  spot: 'optional',
  role: 'optional',
  zones: 'optional',
};

const NETWORKS: Fields<EksNetworks> = { services: 'required', vpc: 'optional' };
const ENDPOINT: Fields<EksEndpoint> = { publicCidrs: 'required' };
const ADD_ON: Fields<EksAddOn> = { version: 'required' };
const EBS_CSI: Fields<EksEbsCsi> = { ...ADD_ON, serviceAccountRole: 'required' };
const ADD_ONS: Fields<EksAddOns> = {
  vpcCni: 'required',
  coreDns: 'required',
  kubeProxy: 'required',
  ebsCsi: 'required',
};
const FARGATE: Fields<EksFargateProfile> = {
  name: 'required',
  selectors: 'required',
  role: 'optional',
  teardown: 'optional',
};
const SELECTOR: Fields<EksFargateSelector> = { namespace: 'required', labels: 'optional' };
const IMAGE: Fields<EksImage> = { id: 'required', architecture: 'optional' };

/** Misspelt and missing fields, at any depth, and those that EKS would not follow. */
export function checkEksFields(path: string, props: EksClusterProps): Problem[] {
  const { kubernetesVersion, networks, endpoint, addOns, pools = [], fargate = [] } = supported(props);
  const problems = [
    ...checkUnsupported(path, props),
    ...checkFields(path, '', props, CLUSTER),
    ...checkFields(path, 'networks', networks, NETWORKS),
    ...checkFields(path, 'versions', props.versions, VERSION_FIELDS),
    ...checkPlaceFields(path, props),
    ...(typeof endpoint === 'string' ? [] : checkFields(path, 'endpoint', endpoint, ENDPOINT)),
    ...checkFields(path, 'addOns', addOns, ADD_ONS),
    ...(['vpcCni', 'coreDns', 'kubeProxy'] as const).flatMap((name) =>
      checkFields(path, `addOns.${name}`, addOns?.[name], ADD_ON),
    ),
    ...checkFields(path, 'addOns.ebsCsi', addOns?.ebsCsi, EBS_CSI),
    ...pools.flatMap((pool, i) => checkEksPoolFields(path, i, pool)),
    ...fargate.flatMap((profile, i) => [
      ...checkFields(path, `fargate[${i}]`, profile, FARGATE),
      ...(profile?.selectors ?? []).flatMap((selector, s) =>
        checkFields(path, `fargate[${i}].selectors[${s}]`, selector, SELECTOR),
      ),
    ]),
  ];
  return problems.map((problem) => withListing(problem, kubernetesVersion));
}

function checkEksPoolFields(path: string, i: number, pool: EksNodePool): Problem[] {
  const kind = checkChoice(path, `pools[${i}].kind`, pool?.kind, ['managed', 'self-managed']);
  if (pool?.kind !== 'self-managed') {
    return [...kind, ...checkPoolFields(path, i, pool, MANAGED), ...checkPriceless(path, i, pool?.spot)];
  }
  return [
    ...checkPoolFields(path, i, pool, SELF_MANAGED),
    ...checkFields(path, `pools[${i}].image`, pool.image, IMAGE),
    ...checkSpotFields(path, i, pool.spot),
  ];
}

/** EKS would make spot machines of whatever is written there, and pay the price of the day. */
function checkPriceless(path: string, i: number, spot: unknown): Problem[] {
  if (spot === undefined || typeof spot === 'boolean') return [];
  return [
    {
      code: 'field-unsupported',
      path,
      field: `pools[${i}].spot`,
      value: spot,
      problem: 'is neither true nor false: EKS takes no limit of the price for a managed pool',
      remedy: "write `true`, or make the pool `kind: 'self-managed'`",
    },
  ];
}
