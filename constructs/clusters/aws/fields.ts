import { checkChoice } from '../../fleet/check/choice';
import { checkEach, checkFields, type Fields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import { checkCni, checkIngressRules } from '../boot';
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
import { AWS_RELEASES } from './boot';
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
  region: 'string',
  zones: 'strings',
  controlPlane: 'object',
  pools: 'list',
  network: 'object?',
  cniIngressRules: 'list?',
  loadBalancer: 'object?',
  bastion: 'object?',
  identity: 'object?',
  sshKeyName: 'string?',
  image: 'object?',
};

const VERSIONS: Fields<AwsVersions> = {
  ...KUBEADM_VERSION_FIELDS,
  cloudControllerManager: 'string?',
  cloudControllerManagerImage: 'string?',
  ebsCsi: 'string?',
};

const MACHINE: Fields<AwsMachine> = {
  instanceType: 'string',
  volumeSize: 'number?',
  iamInstanceProfile: 'string?',
  image: 'object?',
};

const CONTROL_PLANE: Fields<AwsControlPlane> = {
  ...KUBEADM_FIELDS,
  ...MACHINE,
};

const POOL: Fields<AwsNodePool> = {
  ...POOL_FIELDS,
  ...MACHINE,
  zones: 'strings?',
  spot: 'any?',
};

const SPOT: Fields<AwsSpot> = { maxPrice: 'string' };
const IMAGE: Fields<AwsImage> = { id: 'string?', lookup: 'object?', architecture: 'choice?' };
const LOOKUP: Fields<AwsImageLookup> = { org: 'string', format: 'string?', baseOS: 'string?' };
const NETWORK: Fields<AwsNetwork> = { vpcId: 'string', subnets: 'list' };
const SUBNET: Fields<AwsSubnet> = { id: 'string', zone: 'string', public: 'boolean?' };
const LOAD_BALANCER: Fields<AwsLoadBalancer> = { scheme: 'choice?', allowedCidrs: 'strings?' };
const BASTION: Fields<AwsBastion> = { allowedCidrs: 'strings', instanceType: 'string?' };
const IDENTITY: Fields<AwsIdentity> = { kind: 'choice', name: 'string' };
const IDENTITY_KINDS: readonly AwsIdentity['kind'][] = [
  'AWSClusterControllerIdentity',
  'AWSClusterRoleIdentity',
  'AWSClusterStaticIdentity',
];
const SCHEMES: readonly NonNullable<AwsLoadBalancer['scheme']>[] = ['internet-facing', 'internal'];

/** Misspelt and missing fields, at any depth. */
export function checkAwsFields(path: string, props: AwsClusterProps): Problem[] {
  const { controlPlane, pools, image } = props;
  return [
    ...checkClusterFields(path, props, CLUSTER, VERSIONS),
    ...checkKubeadmFields(path, controlPlane, CONTROL_PLANE),
    ...checkImageFields(path, 'controlPlane.image', controlPlane?.image),
    ...checkEach(pools, (pool, i) => [
      ...checkPoolFields(path, i, pool, POOL),
      ...checkImageFields(path, `pools[${i}].image`, pool?.image),
      ...checkSpotFields(path, i, pool?.spot),
    ]),
    ...checkPlaceFields(path, props),
    ...checkCni(path, props.cni, AWS_RELEASES),
    ...checkFirstBootFields(path, props.firstBoot),
    ...checkIngressRules(path, 'cniIngressRules', props.cniIngressRules),
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
    ...checkEach(network?.subnets, (subnet, i) => checkFields(path, `network.subnets[${i}]`, subnet, SUBNET)),
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
