import {
  AwsCluster,
  type AwsClusterProps,
  LocalCluster,
  type LocalClusterProps,
  type NodePool,
} from '../../../constructs';
import { mostMachines } from '../../../constructs/clusters/machinery';
import { readings } from '../../support/clusters';
import { emptyFleet } from '../../support/fleet';

const pods = (cidr: string) => ({ networks: { pods: [cidr], services: ['10.96.0.0/16'] } });
const services = (cidr: string) => ({ networks: { pods: ['10.244.0.0/16'], services: [cidr] } });

function local(props: Partial<LocalClusterProps>): string[] {
  const fleet = emptyFleet();
  new LocalCluster(fleet, 'dev', {
    kubernetesVersion: 'v1.36.3',
    ...pods('10.244.0.0/16'),
    controlPlane: { replicas: 3 },
    pools: [{ name: 'workers', replicas: 3 }],
    ...props,
  });
  return readings(fleet);
}

function ec2(props: Partial<AwsClusterProps>): string[] {
  const fleet = emptyFleet();
  new AwsCluster(fleet, 'prod', {
    kubernetesVersion: 'v1.36.3',
    networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/22' },
    region: 'eu-central-1',
    zones: ['eu-central-1a', 'eu-central-1b'],
    controlPlane: { replicas: 3, instanceType: 'm7i.large' },
    pools: [],
    ...props,
  });
  return readings(fleet);
}

const workers = (fields: Partial<NodePool>) => ({
  pools: [{ name: 'workers', replicas: 3, instanceType: 'm7i.large', ...fields }],
});

describe('the most machines of a pool', () => {
  it.each<[number, Pick<NodePool, 'replicas' | 'rollout'>]>([
    [4, { replicas: 3 }],
    [9, { replicas: { min: 1, max: 8 } }],
    [3, { replicas: 3, rollout: { maxSurge: 0, maxUnavailable: 1 } }],
    [5, { replicas: 3, rollout: { maxSurge: '50%' } }],
    [0, { replicas: 0 }],
  ])('are %d for %j', (most, pool) => {
    expect(mostMachines(pool)).toBe(most);
  });
});

describe('the block of pods', () => {
  // 3 + 1 of the control plane, 3 + 1 workers.
  it.each(['10.244.0.0/21', '11.0.0.0/8', 'fd00:10::/61', 'fd00:10::/48'])('may be %s', (cidr) => {
    expect(local(pods(cidr))).toEqual([]);
  });

  it.each([
    ['10.244.0.0/22', 'has room for the pods of 4 nodes, a /24 for each', '/21'],
    ['10.244.0.0/25', 'has room for the pods of 0 nodes, a /24 for each', '/21'],
    ['10.244.0.0/24', 'has room for the pods of 1 node, a /24 for each', '/21'],
    ['fd00:10::/62', 'has room for the pods of 4 nodes, a /64 for each', '/61'],
  ])('may not be %s', (cidr, problem, size) => {
    expect(local(pods(cidr))).toEqual([
      `networks.pods[0] [pods-block-small] ${problem}, and there may be 8 at once, with those that a rollout adds; use a ${size} or larger: the block of a cluster cannot be changed later`,
    ]);
  });

  it('is counted with every pool at its most, and without pools that are removed', () => {
    const more = (teardown?: 'removed') =>
      local({
        ...pods('10.244.0.0/21'),
        pools: [
          { name: 'workers', replicas: { min: 0, max: 3 } },
          { name: 'others', replicas: 1, teardown },
        ],
      });
    expect(more()).toEqual([expect.stringContaining('there may be 10 at once')]);
    expect(more('removed')).toEqual([]);
  });

  it('is counted with a rollout in each zone', () => {
    const networks = { pods: ['10.244.0.0/21'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/22' };
    expect(ec2({ networks, ...workers({}) })).toEqual([expect.stringContaining('there may be 9 at once')]);
    expect(ec2({ networks, ...workers({ rollout: { maxSurge: 0, maxUnavailable: 1 } }) })).toEqual([]);
  });

  it.each([
    ['fd00:10::/47', '/48'],
    ['10.0.0.0/7', '/8'],
  ])('may not be as large as %s', (cidr, size) => {
    expect(local({ networks: { pods: [cidr], services: ['192.168.0.0/20'] } })).toEqual([
      `networks.pods[0] [pods-block-large] is larger than kubeadm takes; use a ${size} or smaller: a part of this block`,
    ]);
  });
});

describe('the block of services', () => {
  it.each(['10.96.0.0/12', '10.96.0.0/28', 'fd00:20::/108', 'fd00:20::/124'])('may be %s', (cidr) => {
    expect(local(services(cidr))).toEqual([]);
  });

  it.each([
    ['10.96.0.0/29', 'smaller', 'from /12 to /28, such as a /20'],
    ['12.0.0.0/11', 'larger', 'from /12 to /28, such as a /20'],
    ['fd00:20::/125', 'smaller', 'from /108 to /124, such as a /112'],
    ['fd00:20::/64', 'larger', 'from /108 to /124, such as a /112'],
  ])('may not be %s', (cidr, size, remedy) => {
    expect(local(services(cidr))).toEqual([
      `networks.services[0] [services-block-size] is ${size} than kubeadm takes; use a block ${remedy}`,
    ]);
  });
});

describe('the subnets of a VPC that is made', () => {
  // A /22 has 123 addresses in each zone; two of them are for the control plane.
  it('have room for the machines of each zone', () => {
    expect(ec2(workers({ replicas: 240 }))).toEqual([]);
  });

  it('may not be too small for them', () => {
    expect(ec2(workers({ replicas: 241 }))).toEqual([
      'networks.vpc [subnet-small] has 123 addresses for machines in each zone, and there may be 124 in eu-central-1a at once, with those that a rollout adds; use a /21 or larger: the block of a VPC cannot be changed later',
    ]);
  });

  it('have a limit', () => {
    const networks = { pods: ['11.0.0.0/8'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };
    expect(ec2({ networks, ...workers({ replicas: { min: 1, max: 20000 } }) })).toEqual([
      'networks.vpc [subnet-small] has 8187 addresses for machines in each zone, and there may be 10003 in eu-central-1a, eu-central-1b at once, with those that a rollout adds; use more zones, or smaller pools: AWS makes no VPC larger than a /16',
    ]);
  });

  it('are unknown when the VPC exists', () => {
    const network = {
      vpcId: 'vpc-01234567',
      subnets: [
        { id: 'subnet-01234567', zone: 'eu-central-1a' },
        { id: 'subnet-01234568', zone: 'eu-central-1b' },
        { id: 'subnet-01234569', zone: 'eu-central-1a', public: true },
      ],
    };
    expect(ec2({ network, ...workers({ replicas: 241 }) })).toEqual([]);
  });
});
