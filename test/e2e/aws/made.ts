import { type Aws, type Tag, tagOf } from '../../stack/aws';

/** What was made for a cluster, as AWS's API says it. */
export interface Made {
  /** Block of each VPC. */
  readonly networks: readonly string[];
  /** Type and zone of each machine that runs, and whether its subnet is a public one. */
  readonly machines: readonly string[];
  /** Block, zone and kind of each subnet. */
  readonly subnets: readonly string[];
  /** Where each subnet sends what leaves the network. */
  readonly routes: readonly string[];
  /** Type, scheme and target of the load balancer. */
  readonly loadBalancers: readonly string[];
  /** What each security group lets in: its role, protocol, ports and who may send. */
  readonly ports: readonly string[];
  /** Size, kind and encryption of each machine's volume. */
  readonly volumes: readonly string[];
}

interface Subnet {
  readonly SubnetId: string;
  readonly CidrBlock: string;
  readonly AvailabilityZone: string;
  readonly Tags: readonly Tag[];
}

interface RouteTable {
  readonly Associations: readonly { readonly SubnetId: string }[];
  readonly Routes: readonly {
    readonly DestinationCidrBlock: string;
    readonly NatGatewayId?: string;
    readonly GatewayId?: string;
  }[];
}

interface Volume {
  readonly Size: number;
  readonly VolumeType: string;
  readonly Encrypted: boolean;
}

interface SecurityGroup {
  readonly GroupId: string;
  readonly Tags: readonly Tag[];
  readonly IpPermissions: readonly Permission[];
}

interface Permission {
  readonly IpProtocol: string;
  readonly FromPort: number;
  readonly ToPort: number;
  readonly UserIdGroupPairs: readonly { readonly GroupId: string }[];
  readonly IpRanges: readonly { readonly CidrIp: string }[];
  readonly Ipv6Ranges: readonly { readonly CidrIpv6: string }[];
}

interface LoadBalancer {
  readonly LoadBalancerArn: string;
  readonly Type: string;
  readonly Scheme: string;
}

interface TargetGroup {
  readonly LoadBalancerArns: readonly string[];
  readonly Protocol: string;
  readonly Port: number;
  readonly HealthCheckProtocol: string;
  readonly HealthCheckPath: string;
}

const ROLE = 'sigs.k8s.io/cluster-api-provider-aws/role';

/** Asks AWS for what was made for a cluster. */
export async function madeFor(aws: Aws, cluster: string): Promise<Made> {
  const Filters = [{ Name: `tag:${tagOf(cluster)}`, Values: ['owned'] }];
  const ask = <Answer>(operation: string) => aws.call<Answer>('ec2', operation, { Filters });
  const { Subnets } = await ask<{ Subnets: readonly Subnet[] }>('describe_subnets');
  const { RouteTables } = await ask<{ RouteTables: readonly RouteTable[] }>('describe_route_tables');
  const { Volumes } = await ask<{ Volumes: readonly Volume[] }>('describe_volumes');
  const { Vpcs } = await ask<{ Vpcs: readonly { readonly CidrBlock: string }[] }>('describe_vpcs');
  const { SecurityGroups } = await ask<{ SecurityGroups: readonly SecurityGroup[] }>(
    'describe_security_groups',
  );
  const running = (await aws.instances(cluster)).filter(({ State }) => State.Name === 'running');
  const kindOf = (id: string) => {
    const subnet = Subnets.find(({ SubnetId }) => SubnetId === id);
    return `${subnet?.AvailabilityZone} ${subnet?.Tags.find(({ Key }) => Key === ROLE)?.Value}`;
  };
  return {
    networks: Vpcs.map(({ CidrBlock }) => CidrBlock),
    machines: running.map(({ InstanceType, SubnetId }) => `${InstanceType} ${kindOf(SubnetId)}`).sort(),
    subnets: Subnets.map(({ CidrBlock, SubnetId }) => `${CidrBlock} ${kindOf(SubnetId)}`).sort(),
    routes: RouteTables.map(
      ({ Associations, Routes }) => `${kindOf(Associations[0]?.SubnetId ?? '')}: ${wayOut(Routes)}`,
    ).sort(),
    loadBalancers: await loadBalancers(aws),
    ports: portsOf(SecurityGroups).sort(),
    volumes: Volumes.map(
      ({ Size, VolumeType, Encrypted }) => `${Size} ${VolumeType} ${Encrypted ? 'encrypted' : 'plain'}`,
    ),
  };
}

function wayOut(routes: RouteTable['Routes']): string {
  const route = routes.find(({ DestinationCidrBlock }) => DestinationCidrBlock === '0.0.0.0/0');
  const [kind = 'nowhere'] = (route?.NatGatewayId ?? route?.GatewayId ?? '').split('-');
  return kind;
}

function portsOf(groups: readonly SecurityGroup[]): string[] {
  const roleOf = (tags: readonly Tag[] = []) => tags.find(({ Key }) => Key === ROLE)?.Value ?? 'unknown';
  const named = (id: string) => roleOf(groups.find(({ GroupId }) => GroupId === id)?.Tags);
  return groups.flatMap(({ Tags, IpPermissions }) =>
    IpPermissions.flatMap(({ IpProtocol, FromPort, ToPort, UserIdGroupPairs, IpRanges, Ipv6Ranges }) => {
      const sources = [
        ...UserIdGroupPairs.map(({ GroupId }) => named(GroupId)),
        // Only gateways have addresses of their own.
        ...IpRanges.map(({ CidrIp }) => (CidrIp.endsWith('/32') ? 'a gateway' : CidrIp)),
        ...Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6),
      ];
      const ports = ToPort > FromPort ? `${FromPort}-${ToPort}` : FromPort;
      return sources.map((source) => `${roleOf(Tags)}: ${IpProtocol} ${ports} from ${source}`);
    }),
  );
}

async function loadBalancers(aws: Aws): Promise<string[]> {
  const { LoadBalancers } = await aws.call<{ LoadBalancers: readonly LoadBalancer[] }>(
    'elbv2',
    'describe_load_balancers',
  );
  const { TargetGroups } = await aws.call<{ TargetGroups: readonly TargetGroup[] }>(
    'elbv2',
    'describe_target_groups',
  );
  return LoadBalancers.map(({ LoadBalancerArn, Type, Scheme }) => {
    const target = TargetGroups.find(({ LoadBalancerArns }) => LoadBalancerArns.includes(LoadBalancerArn));
    const check = `${target?.HealthCheckProtocol} ${target?.HealthCheckPath}`;
    return `${Type} ${Scheme} to ${target?.Protocol} ${target?.Port}, checked by ${check}`;
  });
}

/**
 * What is left in AWS of a cluster, by the names that AWS's API gives. moto's list of all that has a tag lacks those
 * kinds which are asked for beside it.
 */
export async function leftOf(aws: Aws, cluster: string): Promise<string[]> {
  const key = tagOf(cluster);
  const Filters = [{ Name: `tag:${key}`, Values: ['owned'] }];
  const TagFilters = [{ Key: key }];
  const tagged = await aws.call<Tagged>('resourcegroupstaggingapi', 'get_resources', { TagFilters });
  const { Addresses } = await aws.call<Addresses>('ec2', 'describe_addresses', { Filters });
  const { SecretList } = await aws.call<Secrets>('secretsmanager', 'list_secrets');
  const templates = await aws.call<Templates>('ec2', 'describe_launch_templates', { Filters });
  const gateways = await aws.call<Gateways>('ec2', 'describe_nat_gateways', { Filters });
  // Machines and gateways that have ended are listed for a while, as in AWS.
  const ended = [
    ...(await aws.instances(cluster)).map(({ InstanceId, State }) => [InstanceId, State.Name]),
    ...gateways.NatGateways.map(({ NatGatewayId, State }) => [NatGatewayId, State]),
  ].flatMap(([id, state]) => (state === 'terminated' || state === 'deleted' ? [id] : []));
  const arns = tagged.ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN);
  return [
    ...arns.filter((arn) => !ended.includes(arn.slice(arn.indexOf('/') + 1))),
    ...Addresses.map(({ AllocationId }) => AllocationId),
    ...SecretList.map(({ Name }) => Name),
    ...templates.LaunchTemplates.map(({ LaunchTemplateName }) => LaunchTemplateName),
    ...(await loadBalancers(aws)),
  ];
}

interface Tagged {
  readonly ResourceTagMappingList: readonly { readonly ResourceARN: string }[];
}

interface Addresses {
  readonly Addresses: readonly { readonly AllocationId: string }[];
}

interface Secrets {
  readonly SecretList: readonly { readonly Name: string }[];
}

interface Templates {
  readonly LaunchTemplates: readonly { readonly LaunchTemplateName: string }[];
}

interface Gateways {
  readonly NatGateways: readonly { readonly NatGatewayId: string; readonly State: string }[];
}
