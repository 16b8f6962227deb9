import { EksCluster, type EksClusterProps, type EksFargateProfile } from '../../../constructs';
import { managed, network, reference, selfManaged } from '../../clusters/eks/sample';
import { filesOf, neverRan, texts } from './fleets';

const ci: EksFargateProfile = { name: 'ci', selectors: [{ namespace: 'ci' }] };

const eks = (props: Partial<EksClusterProps> = {}) =>
  filesOf((fleet) => new EksCluster(fleet, 'us', { ...reference, network, fargate: [ci], ...props }));

/** Which field of what, and what is wrong with it, without the rest. */
const subjects = (before: Partial<EksClusterProps>, after: Partial<EksClusterProps>) =>
  texts(eks(before), eks(after)).map((text) => /\[(.+)\]\n {2}(.+?):/.exec(text)?.slice(1).join(' '));

describe('a change of an EksCluster', () => {
  it('may be what EKS can change', () => {
    expect(texts(eks(), eks())).toEqual([]);
    const grown = { ...managed, replicas: { min: 2, max: 9 }, labels: { 'example.com/tier': 'a' } };
    const machines = { ...selfManaged, instanceType: 'c7g.4xlarge' };
    const zones = [...reference.zones, 'us-west-2c'];
    const subnets = [...network.subnets, { id: 'subnet-0123456789abcdef5', zone: 'us-west-2c' }];
    const more = { pools: [grown, machines], endpoint: 'private' as const, labels: { env: 'prod' } };
    expect(texts(eks(), eks({ ...more, zones, network: { ...network, subnets } }))).toEqual([]);
  });

  it.each<[string, Partial<EksClusterProps>]>([
    ['networks.services is ["172.21.0.0/16"]', { networks: { services: ['172.21.0.0/16'] } }],
    ['network.vpcId is "vpc-01234568"', { network: { ...network, vpcId: 'vpc-01234568' } }],
    ['role is "other"', { role: 'other' }],
    [
      'secretsKey is "arn',
      { secretsKey: 'arn:aws:kms:us-west-2:123456789012:key/11234567-89ab-cdef-0123-456789abcdef' },
    ],
    ...(
      [
        ['instanceType is "m7i.large"', { instanceType: 'm7i.large' }],
        ['amiType is "BOTTLEROCKET_x86_64"', { amiType: 'BOTTLEROCKET_x86_64' }],
        ['volumeSize is 60', { volumeSize: 60 }],
        ['spot is true', { spot: true }],
        ['role is "other"', { role: 'other' }],
        ['zones is ["us-west-2a"]', { zones: ['us-west-2a'] }],
      ] as const
    ).map(([subject, change]): [string, Partial<EksClusterProps>] => [
      `pools["general"].${subject}`,
      { pools: [{ ...managed, ...change }, selfManaged] },
    ]),
    ['fargate["ci"].selectors is [{"namespace"', { fargate: [{ ...ci, selectors: [{ namespace: 'b' }] }] }],
    ['fargate["ci"].role is "other"', { fargate: [{ ...ci, role: 'other' }] }],
  ])('may not be that %s', (subject, change) => {
    const networks = { services: ['172.20.0.0/16'] };
    expect(subjects({ networks }, { networks, ...change })).toEqual([`field-immutable ${subject}`]);
  });

  it('takes nobody in AWS away when the last role goes', () => {
    const admins = ['arn:aws:iam::123456789012:role/admins'];
    const viewers = ['arn:aws:iam::123456789012:role/viewers'];
    const own = { admins: undefined, viewers: undefined };
    expect(texts(eks({ ...own, admins, viewers }), eks({ ...own, viewers }))).toEqual([]);
    expect(texts(eks({ ...own, admins, viewers }), eks(own))).toEqual([
      `clusters/us [access-kept]
  admins: names nobody any more, nor does \`viewers\`: the AWS provider leaves arn:aws:iam::123456789012:role/admins, arn:aws:iam::123456789012:role/viewers in
  remedy: leave one role in \`viewers\`; if nobody shall get in, run \`aws eks delete-access-entry --cluster-name us --principal-arn ...\` for each${neverRan('us')}`,
    ]);
  });

  it.each<[string, Partial<EksClusterProps>]>([
    ['pool-dropped pools["general"]', { pools: [selfManaged] }],
    ['pool-dropped pools["batch"]', { pools: [managed] }],
    ['zone-dropped pools["batch"]', { pools: [managed, { ...selfManaged, zones: ['us-west-2a'] }] }],
    ['pool-dropped fargate["ci"]', { fargate: [] }],
    ['pool-dropped pools["general"]', { pools: [{ ...selfManaged, name: 'general' }, selfManaged] }],
  ])('may not lose %s', (subject, change) => {
    expect(subjects({}, change)).toEqual([subject]);
  });

  it('may remove pools and profiles of every kind in two steps', () => {
    const stays = { ...managed, name: 'stays' };
    const step = (teardown: 'allowed' | 'removed') => {
      const [general, batch, profile] = [managed, selfManaged, ci].map((one) => ({ ...one, teardown }));
      return eks({ pools: [stays, general, batch], fargate: [profile] } as Partial<EksClusterProps>);
    };
    const before = eks({ pools: [stays, managed, selfManaged] });
    const steps = [before, step('allowed'), step('removed'), eks({ pools: [stays], fargate: [] })];
    for (const [i, after] of steps.entries()) {
      if (i > 0) expect(texts(steps[i - 1] ?? new Map(), after)).toEqual([]);
    }
  });

  it('upgrades its managed pools in a second step; those that Cluster API makes wait by themselves', () => {
    const at = (kubernetesVersion: string, pool?: string) => {
      const general = { ...managed, kubernetesVersion: pool };
      const addOns = { ...reference.addOns, kubeProxy: { version: 'v1.34.0-eksbuild.2' } };
      return eks({ kubernetesVersion, addOns, pools: [general, selfManaged] });
    };
    expect(texts(at('v1.35'), at('v1.36'))).toEqual([
      `clusters/us [workers-first]
  pools["general"].kubernetesVersion is "v1.36": is above v1.35, which the control plane still has when this is applied: nothing makes a managed pool wait
  remedy: upgrade in two steps: set the pool's kubernetesVersion: 'v1.35' in this change, and take it out when the control plane is done (docs/upgrades.md)${neverRan('us')}`,
    ]);
    expect(texts(at('v1.35'), at('v1.36', 'v1.35'))).toEqual([]);
    expect(texts(at('v1.36', 'v1.35'), at('v1.36'))).toEqual([]);
    expect(texts(at('v1.34'), at('v1.36', 'v1.34'))).toEqual([
      expect.stringContaining('remedy: v1.35, v1.36: one pull request each'),
    ]);
  });
});
