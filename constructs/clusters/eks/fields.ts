import { checkChoice } from '../../fleet/check/choice';
import { checkEach, checkFields, type Fields } from '../../fleet/check/fields';
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
  networks: 'object',
  teardown: 'choice?',
  region: 'string',
  zones: 'strings',
  network: 'object?',
  endpoint: 'any',
  secretsKey: 'string',
  admins: 'strings?',
  viewers: 'strings?',
  addOns: 'object',
  pools: 'list',
  fargate: 'list?',
  role: 'string?',
  identity: 'object?',
  sshKeyName: 'string?',
};

const SELF_MANAGED: Fields<EksSelfManagedPool> = {
  ...POOL_FIELDS,
  kind: 'choice',
  instanceType: 'string',
  volumeSize: 'number?',
  spot: 'any?',
  iamInstanceProfile: 'string?',
  image: 'object?',
  zones: 'strings?',
};

const MANAGED: Fields<EksManagedPool> = {
  name: 'string',
  kind: 'choice?',
  replicas: 'any',
  kubernetesVersion: 'string?',
  labels: 'map?',
  taints: 'list?',
  rollout: 'object?',
  teardown: 'choice?',
  instanceType: 'string',
  amiType: 'choice?',
  volumeSize: 'number?',
  spot: 'any?',
  role: 'string?',
  zones: 'strings?',
};

const NETWORKS: Fields<EksNetworks> = { services: 'strings', vpc: 'string?' };
const ENDPOINT: Fields<EksEndpoint> = { publicCidrs: 'strings' };
const ADD_ON: Fields<EksAddOn> = { version: 'string' };
const EBS_CSI: Fields<EksEbsCsi> = { ...ADD_ON, serviceAccountRole: 'string' };
const ADD_ONS: Fields<EksAddOns> = {
  vpcCni: 'object',
  coreDns: 'object',
  kubeProxy: 'object',
  ebsCsi: 'object',
};
const FARGATE: Fields<EksFargateProfile> = {
  name: 'string',
  selectors: 'list',
  role: 'string?',
  teardown: 'choice?',
};
const SELECTOR: Fields<EksFargateSelector> = { namespace: 'string', labels: 'map?' };
const IMAGE: Fields<EksImage> = { id: 'string', architecture: 'choice?' };

/** Misspelt and missing fields, at any depth, and those that EKS would not follow. */
export function checkEksFields(path: string, props: EksClusterProps): Problem[] {
  const { kubernetesVersion, networks, endpoint, addOns, pools, fargate } = supported(props);
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
    ...checkEach(pools, (pool, i) => checkEksPoolFields(path, i, pool)),
    ...checkEach(fargate, (profile, i) => [
      ...checkFields(path, `fargate[${i}]`, profile, FARGATE),
      ...checkEach(profile?.selectors, (selector, s) =>
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
