import { ApiObject, type Chart } from 'cdk8s';
import type { AwsClusterSpec } from '../../../imports/infrastructure.cluster.x-k8s.io';
import type { ClusterNetworks } from '../../fleet/cluster';
import type { Plain } from '../../plain';
import { cniIngressRules as rulesOf } from '../boot';
import { GROUPS, type Reference, VERSION } from '../machinery';
import type { AwsBastion, AwsClusterProps, AwsLoadBalancer } from './props';
import { givenSubnets, madeSubnets } from './subnets';

/** The API server's port. */
const API_PORT = 6443;

/** The fields of an AWS cluster that the bindings write with other capitals than the API. */
type ClusterSpec = Plain<Omit<AwsClusterSpec, 'bastion'>> & { readonly bastion: object };

/** Adds the `AWSCluster`: VPC, subnets, security groups, load balancer and bastion. */
export function addAwsInfrastructure(chart: Chart, name: string, props: AwsClusterProps): Reference {
  const { region, identity, sshKeyName = '', cni = 'cilium' } = props;
  const cniIngressRules = props.cniIngressRules ?? rulesOf(cni);
  const { vpc } = props.networks;
  const spec: ClusterSpec = {
    region,
    identityRef: identity ?? { kind: 'AWSClusterControllerIdentity', name: 'default' },
    sshKeyName,
    network: {
      ...networkOf(name, props),
      cni: cniIngressRules && { cniIngressRules },
      // Without it the ports of Services of every machine are open to the world.
      nodePortIngressRuleCidrBlocks: vpc === undefined ? undefined : [vpc],
    },
    controlPlaneLoadBalancer: loadBalancerOf(props.loadBalancer),
    bastion: bastionOf(props.bastion),
  };
  const reference = { apiGroup: GROUPS.infrastructure, kind: 'AWSCluster', name };
  new ApiObject(chart, 'infrastructure', {
    apiVersion: `${GROUPS.infrastructure}/${VERSION}`,
    kind: reference.kind,
    metadata: { name },
    spec,
  });
  return reference;
}

/** What says where a cluster's machines live. */
export type NetworkProps = Pick<AwsClusterProps, 'network' | 'zones'> & {
  readonly networks: Pick<ClusterNetworks, 'vpc'>;
};

/** The VPC and its subnets: those that exist, or those that are made. */
export function networkOf(name: string, { network, networks, zones }: NetworkProps) {
  if (network) return { vpc: { id: network.vpcId }, subnets: givenSubnets(network.subnets) };
  const cidrBlock = networks.vpc ?? '';
  return {
    vpc: { cidrBlock },
    subnets: madeSubnets(name, cidrBlock, zones),
  };
}

function loadBalancerOf({
  scheme = 'internet-facing',
  allowedCidrs,
}: AwsLoadBalancer = {}): ClusterSpec['controlPlaneLoadBalancer'] {
  return {
    loadBalancerType: 'nlb',
    scheme,
    healthCheckProtocol: 'HTTPS',
    ingressRules: allowedCidrs && [
      {
        description: 'Kubernetes API',
        protocol: 'tcp',
        fromPort: API_PORT,
        toPort: API_PORT,
        cidrBlocks: allowedCidrs,
      },
    ],
  };
}

function bastionOf(bastion: AwsBastion | undefined) {
  if (!bastion) return { enabled: false };
  return { enabled: true, allowedCIDRBlocks: bastion.allowedCidrs, instanceType: bastion.instanceType };
}
