import { checkChoice } from '../../fleet/check/choice';
import { checkFields, type Fields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import { checkCniFields, checkRuleFields } from '../boot';
import {
  checkClusterFields,
  checkKubeadmFields,
  checkPoolFields,
  KUBEADM_CLUSTER_FIELDS,
  KUBEADM_FIELDS,
  KUBEADM_VERSION_FIELDS,
  POOL_FIELDS,
} from '../fields';
import { checkFirstBootFields } from '../first-boot';
import type {
  AwsBastion,
  AwsClusterProps,
  AwsControlPlane,
  AwsIdentity,
  AwsImage,
  AwsImageLookup,
  AwsLoadBalancer,
  AwsMachine,
  AwsNetwork,
  AwsNodePool,
  AwsSpot,
  AwsSubnet,
  AwsVersions,
} from './props';

const CLUSTER: Fields<AwsClusterProps> = {
  ...KUBEADM_CLUSTER_FIELDS,
  region: 'required',
  zones: 'required',
  controlPlane: 'required',
  pools: 'required',
  network: 'optional',
  cniIngressRules: 'optional',
  loadBalancer: 'optional',
  bastion: 'optional',
  identity: 'optional',
  sshKeyName: 'optional',
  image: 'optional',
};

const VERSIONS: Fields<AwsVersions> = {
  ...KUBEADM_VERSION_FIELDS,
  cloudControllerManager: 'optional',
  cloudControllerManagerImage: 'optional',
  ebsCsi: 'optional',
};

const MACHINE: Fields<AwsMachine> = {
  instanceType: 'required',
  volumeSize: 'optional',
  iamInstanceProfile: 'optional',
  image: 'optional',
};

const CONTROL_PLANE: Fields<AwsControlPlane> = {
  ...KUBEADM_FIELDS,
  ...MACHINE,
};

const POOL: Fields<AwsNodePool> = {
  ...POOL_FIELDS,
  ...MACHINE,
  zones: 'optional',
  spot: 'optional',
};

const SPOT: Fields<AwsSpot> = { maxPrice: 'required' };
const IMAGE: Fields<AwsImage> = { id: 'optional', lookup: 'optional', architecture: 'optional' };
const LOOKUP: Fields<AwsImageLookup> = { org: 'required', format: 'optional', baseOS: 'optional' };
const NETWORK: Fields<AwsNetwork> = { vpcId: 'required', subnets: 'required' };
const SUBNET: Fields<AwsSubnet> = { id: 'required', zone: 'required', public: 'optional' };
const LOAD_BALANCER: Fields<AwsLoadBalancer> = { scheme: 'optional', allowedCidrs: 'optional' };
const BASTION: Fields<AwsBastion> = { allowedCidrs: 'required', instanceType: 'optional' };
const IDENTITY: Fields<AwsIdentity> = { kind: 'required', name: 'required' };
const IDENTITY_KINDS: readonly AwsIdentity['kind'][] = [
  'AWSClusterControllerIdentity',
  'AWSClusterRoleIdentity',
  'AWSClusterStaticIdentity',
];
const SCHEMES: readonly NonNullable<AwsLoadBalancer['scheme']>[] = ['internet-facing', 'internal'];

/** Misspelt and missing fields, at any depth. */
export function checkAwsFields(path: string, props: AwsClusterProps): Problem[] {
  const { controlPlane, pools = [], image } = props;
  return [
    ...checkClusterFields(path, props, CLUSTER, VERSIONS),
    ...checkKubeadmFields(path, controlPlane, CONTROL_PLANE),
    ...checkImageFields(path, 'controlPlane.image', controlPlane?.image),
    ...pools.flatMap((pool, i) => [
      ...checkPoolFields(path, i, pool, POOL),
      ...checkImageFields(path, `pools[${i}].image`, pool.image),
      ...checkSpotFields(path, i, pool.spot),
    ]),
    ...checkPlaceFields(path, props),
    ...checkCniFields(path, props.cni),
    ...checkFirstBootFields(path, props.firstBoot),
    ...checkRuleFields(path, 'cniIngressRules', props.cniIngressRules),
    ...checkFields(path, 'loadBalancer', props.loadBalancer, LOAD_BALANCER),
    ...checkChoice(path, 'loadBalancer.scheme', props.loadBalancer?.scheme, SCHEMES),
    ...checkFields(path, 'bastion', props.bastion, BASTION),
    ...checkImageFields(path, 'image', image),
  ];
}

/** Misspelt and missing fields of what says where, and as whom, a cluster is made. */
export function checkPlaceFields(
  path: string,
  { network, identity }: Pick<AwsClusterProps, 'network' | 'identity'>,
): Problem[] {
  return [
    ...checkFields(path, 'network', network, NETWORK),
    ...(network?.subnets ?? []).flatMap((subnet, i) =>
      checkFields(path, `network.subnets[${i}]`, subnet, SUBNET),
    ),
    ...checkFields(path, 'identity', identity, IDENTITY),
    ...checkChoice(path, 'identity.kind', identity?.kind, IDENTITY_KINDS),
  ];
}

/** Misspelt and missing fields of a pool's spot machines. */
export function checkSpotFields(path: string, i: number, spot: AwsNodePool['spot']): Problem[] {
  return typeof spot === 'boolean' ? [] : checkFields(path, `pools[${i}].spot`, spot, SPOT);
}

function checkImageFields(path: string, field: string, image: AwsImage | undefined): Problem[] {
  return [
    ...checkFields(path, field, image, IMAGE),
    ...checkFields(path, `${field}.lookup`, image?.lookup, LOOKUP),
  ];
}
