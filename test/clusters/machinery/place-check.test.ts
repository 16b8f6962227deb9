import {
  AwsCluster,
  EksCluster,
  type EksClusterProps,
  type Fleet,
  LocalCluster,
  type Taint,
} from '../../../constructs';
import { readings } from '../../support/clusters';
import { emptyFleet } from '../../support/fleet';
import { reference as eks, managed, network, selfManaged } from '../eks/sample';

const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };
const kubernetesVersion = 'v1.35.4';

interface Pool {
  readonly taints?: readonly Taint[];
  readonly teardown?: 'allowed' | 'removed';
}

const problems = (add: (fleet: Fleet) => unknown) => {
  const fleet = emptyFleet();
  add(fleet);
  return readings(fleet);
};
const local = (pools: readonly Pool[], teardown?: 'allowed') =>
  problems(
    (fleet) =>
      new LocalCluster(fleet, 'dev', {
        kubernetesVersion,
        networks,
        controlPlane: { replicas: 1 },
        pools: pools.map((pool, i) => ({ ...pool, name: `pool-${i}`, replicas: 1 })),
        teardown,
      }),
  );
const aws = (pools: readonly Pool[]) =>
  problems(
    (fleet) =>
      new AwsCluster(fleet, 'prod', {
        kubernetesVersion,
        networks,
        region: 'eu-central-1',
        zones: ['eu-central-1a'],
        controlPlane: { replicas: 1, instanceType: 'm7i.large' },
        pools: pools.map((pool, i) => ({
          ...pool,
          name: `pool-${i}`,
          replicas: 1,
          instanceType: 'm7i.large',
        })),
      }),
  );
const onEks = (props: Partial<EksClusterProps>) =>
  problems((fleet) => new EksCluster(fleet, 'us', { ...eks, ...props }));

const key = 'acme.example/gpu';
const soft: Taint = { key, effect: 'PreferNoSchedule' };
const no: Taint = { key, effect: 'NoSchedule' };
const never: Taint = { key, effect: 'NoExecute' };
const tainted =
  'pools [pools-tainted] have taints, all of them: Flux tolerates none, and would run nowhere; give one pool no taint, or only `PreferNoSchedule`';
const missing =
  'pools [pools-missing] has none that stays: CoreDNS and Flux would run nowhere, for EKS has control planes of its own; add a pool without taints, or Fargate profiles for all of kube-system and flux-system';

test.each<[string, readonly Pool[], string[]]>([
  ['one with a taint', [{ taints: [no] }], [tainted]],
  ['all with one', [{ taints: [no] }, { taints: [soft, never] }], [tainted]],
  ['one without, and about to go', [{ taints: [no] }, { teardown: 'allowed' }], []],
  ['one without, and gone', [{ taints: [no] }, { teardown: 'removed' }], [tainted]],
  ['one that pods may share', [{ taints: [no] }, { taints: [soft] }], []],
  ['none', [], []],
  ['all gone', [{ taints: [no], teardown: 'removed' }], []],
])('pools on which Flux must find a place: %s', (_, pools, expected) => {
  expect(local(pools)).toEqual(expected);
  expect(aws(pools)).toEqual(expected);
});

test('a cluster that goes may lose its workers first', () => {
  expect(local([{ taints: [no] }], 'allowed')).toEqual([]);
  expect(onEks({ pools: [], teardown: 'allowed' })).toEqual([]);
});

test('what a first boot installs may tolerate taints', () => {
  const manifests = [{ url: 'https://mirror.example.com/flux.yaml', sha256: 'b1'.repeat(32) }];
  const one = { name: 'gpu', replicas: 1, taints: [no] };
  const props = { kubernetesVersion, networks, controlPlane: { replicas: 1 }, pools: [one] } as const;
  expect(problems((fleet) => new LocalCluster(fleet, 'dev', { ...props, firstBoot: { manifests } }))).toEqual(
    [],
  );
});

test('Fargate may take all that a cluster of EKS starts with', () => {
  const selectors = [{ namespace: 'kube-system' }, { namespace: 'flux-system' }];
  const fargate = [{ name: 'system', selectors }];
  expect(onEks({ pools: [], network, fargate })).toEqual([]);
  expect(onEks({ pools: [{ ...managed, taints: [no] }], network, fargate })).toEqual([]);
  expect(onEks({ pools: [], network, fargate: [{ name: 'system', selectors: selectors.slice(1) }] })).toEqual(
    [missing],
  );
});

test("EKS's control plane takes no pods", () => {
  expect(onEks({ pools: [] })).toEqual([missing]);
  expect(onEks({ pools: [{ ...managed, teardown: 'removed' }] })).toEqual([missing]);
  expect(onEks({ pools: [{ ...managed, taints: [no] }, selfManaged] })).toEqual([]);
  expect(onEks({ pools: [{ ...managed, taints: [no] }] })).toEqual([tainted]);
});
