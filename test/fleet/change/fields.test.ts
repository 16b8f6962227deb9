import { aws, filesOf, local, made, NETWORKS, neverRan, object, texts } from './fleets';

const newCluster = (name: string) =>
  `undo it. What shall be otherwise is a new cluster of another name: place the apps there by labels, then tear this one down in two steps (docs/protection.md)${neverRan(name)}`;
const newPool = (name: string) =>
  `undo it, add a pool of another name that is as you want it, and remove this one in two steps (docs/protection.md)${neverRan(name)}`;

const given = (more: object = {}) => ({
  vpcId: 'vpc-0123456789abcdef0',
  subnets: [
    { id: 'subnet-0123456789abcdef1', zone: 'eu-central-1a' },
    { id: 'subnet-0123456789abcdef2', zone: 'eu-central-1b' },
    { id: 'subnet-0123456789abcdef3', zone: 'eu-central-1a', public: true },
    { id: 'subnet-0123456789abcdef4', zone: 'eu-central-1b', public: true },
  ],
  ...more,
});

describe('fields that a cluster keeps for life', () => {
  it('are the blocks of pods and services', () => {
    const networks = { pods: ['10.0.0.0/16'], services: ['10.1.0.0/16'] };
    const keeps = 'every node and every certificate of the cluster was made for that';
    expect(texts(filesOf(local()), filesOf(local({ networks })))).toEqual([
      `clusters/dev [field-immutable]
  networks.pods is ["10.0.0.0/16"]: was ["10.244.0.0/16"]: ${keeps}
  remedy: ${newCluster('dev')}`,
      `clusters/dev [field-immutable]
  networks.services is ["10.1.0.0/16"]: was ["10.96.0.0/16"]: ${keeps}
  remedy: ${newCluster('dev')}`,
    ]);
  });

  it('are what local machines are made of', () => {
    expect(texts(filesOf(local()), filesOf(local({ backend: 'inMemory' })))).toEqual([
      `clusters/dev [field-immutable]
  backend is "inMemory": was "docker": a machine of one does not become one of the other
  remedy: ${newCluster('dev')}`,
    ]);
  });

  it('are the region; what another region changes besides is not said', () => {
    const there = aws({ region: 'eu-west-1', zones: ['eu-west-1a', 'eu-west-1b'] });
    expect(texts(filesOf(aws()), filesOf(there))).toEqual([
      `clusters/prod [field-immutable]
  region is "eu-west-1": was "eu-central-1": the AWS provider refuses to change it
  remedy: ${newCluster('prod')}`,
    ]);
  });

  it('are the VPC and its block; its subnets are not said', () => {
    const other = aws({ networks: { ...NETWORKS, vpc: '10.1.0.0/16' } });
    expect(texts(filesOf(aws()), filesOf(other))).toEqual([
      `clusters/prod [field-immutable]
  networks.vpc is "10.1.0.0/16": was "10.0.0.0/16": AWS cannot change it, and the provider goes on with what is there
  remedy: ${newCluster('prod')}`,
    ]);
    const [problem, ...more] = texts(filesOf(aws()), filesOf(aws({ networks: NETWORKS, network: given() })));
    expect(problem).toContain(
      'network.vpcId is "vpc-0123456789abcdef0": was not set: the AWS provider refuses',
    );
    expect(more).toHaveLength(1);
  });

  it('are subnets: none goes, none changes', () => {
    const subnets = [
      { id: 'subnet-0123456789abcdef1', zone: 'eu-central-1a' },
      { id: 'subnet-0123456789abcdef2', zone: 'eu-central-1b' },
      { id: 'subnet-0123456789abcdef3', zone: 'eu-central-1b', public: true },
      { id: 'subnet-0123456789abcdef5', zone: 'eu-central-1a', public: true },
    ];
    const vpc = { networks: NETWORKS };
    const after = filesOf(aws({ ...vpc, network: given({ subnets }) }));
    expect(texts(filesOf(aws({ ...vpc, network: given() })), after)).toEqual([
      `clusters/prod [subnet-dropped]
  network.subnets is ["subnet-0123456789abcdef1","subnet-0123456789abcdef2","subnet-0123456789abcdef3","subnet-0123456789abcdef5"]: no longer has subnet-0123456789abcdef4: the AWS provider neither deletes a subnet nor stops choosing it for machines
  remedy: put it back. Pools leave a zone by their own \`zones\`: docs/protection.md, Removing a zone. A cluster that must leave one altogether is replaced by a new one of another name${neverRan('prod')}`,
      `clusters/prod [field-immutable]
  network.subnets is ["subnet-0123456789abcdef3"]: have another zone or block than they had: AWS cannot change a subnet
  remedy: ${newCluster('prod')}`,
    ]);
  });

  it('are the blocks of subnets, whoever cut them', () => {
    const subnet = (cidrBlock: string) => {
      const spec = { network: { subnets: [{ id: 'a', availabilityZone: 'eu-central-1a', cidrBlock }] } };
      return made('prod', [
        object('', 'Cluster', 'prod', {}),
        object('infrastructure', 'AWSCluster', 'prod', spec),
      ]);
    };
    expect(texts(subnet('10.0.0.0/20'), subnet('10.0.16.0/20'))).toEqual([
      expect.stringContaining('network.subnets is ["a"]: have another zone or block than they had'),
    ]);
  });

  it("are the load balancer's: who may reach it may change, where it stands may not", () => {
    const inside = aws({ loadBalancer: { scheme: 'internal' } });
    expect(texts(filesOf(aws()), filesOf(inside))).toEqual([
      `clusters/prod [field-immutable]
  loadBalancer.scheme is "internal": was "internet-facing": every kubeconfig has its address, and the AWS provider makes no other one
  remedy: ${newCluster('prod')}`,
    ]);
  });

  it('are those of pools by what their names are made of', () => {
    const cluster = object('', 'Cluster', 'a', {});
    const pool = (spec: object) => [cluster, object('', 'MachineDeployment', 'a-b-c', spec)];
    const zone = (failureDomain: string) => ({ template: { spec: { failureDomain } } });
    const change = (from: object, to: object) => texts(made('a', pool(from)), made('a', pool(to)));
    expect(change({ clusterName: 'a' }, { clusterName: 'a-b' })).toEqual([
      `clusters/a [field-immutable]
  pools["b-c"].name is "a-b": was "a": Cluster API refuses to change it
  remedy: ${newPool('a')}`,
    ]);
    expect(
      change({ selector: { matchLabels: { x: 'a' } } }, { selector: { matchLabels: { x: 'b' } } }),
    ).toEqual([expect.stringContaining('its machines would be forgotten')]);
    expect(change(zone('eu-central-1a'), zone('eu-west-1a'))).toEqual([
      expect.stringContaining(
        'pools["b-c"].zones is "eu-west-1a": was "eu-central-1a": its machines have their',
      ),
    ]);
  });
});

describe('fields that an EKS cluster keeps for life', () => {
  const eks = (spec: object, pool: object = {}, profile: object = {}) =>
    made('us', [
      object('', 'Cluster', 'us', { controlPlaneRef: { kind: 'AWSManagedControlPlane' } }),
      object('controlplane', 'AWSManagedControlPlane', 'us-control-plane', {
        region: 'us-east-1',
        eksClusterName: 'us',
        ...spec,
      }),
      object('', 'MachinePool', 'us-general', {}),
      object('infrastructure', 'AWSManagedMachinePool', 'us-general', pool),
      object('infrastructure', 'AWSFargateProfile', 'us-jobs', profile),
    ]);
  const subnets = ['a', 'b'].map((zone) => ({ id: `us-${zone}`, availabilityZone: `us-east-1${zone}` }));

  it.each<[string, object, object]>([
    ['region', { region: 'us-east-1' }, { region: 'us-west-2' }],
    ['name', {}, { eksClusterName: 'other' }],
    ['network.vpcId', {}, { network: { vpc: { id: 'vpc-1' } } }],
    ['zones', { network: { subnets } }, { network: { subnets: subnets.slice(1) } }],
    ['role', { roleName: 'one' }, { roleName: 'other' }],
    ['secretsKey', { encryptionConfig: { provider: 'a' } }, { encryptionConfig: { provider: 'b' } }],
    ['secretsKey', { encryptionConfig: { provider: 'a' } }, {}],
    [
      'accessConfig.authenticationMode',
      { accessConfig: { authenticationMode: 'api' } },
      { accessConfig: { authenticationMode: 'api_and_config_map' } },
    ],
    [
      'accessConfig.authenticationMode',
      { accessConfig: { authenticationMode: 'api_and_config_map' } },
      { accessConfig: { authenticationMode: 'config_map' } },
    ],
  ])('are %s', (field, from, to) => {
    expect(texts(eks(from), eks(to))).toEqual([expect.stringMatching(new RegExp(`\\n  ${field}(:| is )`))]);
  });

  it.each<[string, object, object]>([
    ['secrets that are encrypted from now on', {}, { encryptionConfig: { provider: 'a' } }],
    ['the way of access', {}, { accessConfig: { authenticationMode: 'api_and_config_map' } }],
    [
      'the way of access, onwards',
      { accessConfig: { authenticationMode: 'api_and_config_map' } },
      { accessConfig: { authenticationMode: 'api' } },
    ],
    ['who reaches it', { endpointAccess: { public: true } }, { endpointAccess: { public: false } }],
    ['its add-ons', {}, { addons: [{ name: 'vpc-cni', version: 'v1' }] }],
  ])('are not %s', (_, from, to) => {
    expect(texts(eks(from), eks(to))).toEqual([]);
  });

  it.each<[string, object, object]>([
    ['name is "b"', { eksNodegroupName: 'a' }, { eksNodegroupName: 'b' }],
    ['role is "b"', { roleName: 'a' }, { roleName: 'b' }],
    ['spot is true', { capacityType: 'onDemand' }, { capacityType: 'spot' }],
    ['volumeSize is 60', { diskSize: 50 }, { diskSize: 60 }],
    ['volumeSize is 60', {}, { diskSize: 60 }],
    ['amiType is "b"', { amiType: 'a' }, { amiType: 'b' }],
    ['zones is ["a","b"]', { availabilityZones: ['a'] }, { availabilityZones: ['a', 'b'] }],
    ['instanceType is "b"', { instanceType: 'a' }, { instanceType: 'b' }],
  ])('are those of a managed pool: %s', (field, from, to) => {
    expect(texts(eks({}, from), eks({}, to))).toEqual([
      expect.stringContaining(`\n  pools["general"].${field}: was `),
    ]);
  });

  it.each<[string, object, object]>([
    ['a role that is named from now on', {}, { roleName: 'b' }],
    ['its size', { scaling: { minSize: 1 } }, { scaling: { minSize: 2 } }],
    ['its labels', {}, { labels: { a: 'b' } }],
  ])('are not %s of a managed pool', (_, from, to) => {
    expect(texts(eks({}, from), eks({}, to))).toEqual([]);
  });

  it('are all of a Fargate profile, but its tags', () => {
    expect(texts(eks({}, {}, {}), eks({}, {}, { additionalTags: { a: 'b' } }))).toEqual([]);
    expect(
      texts(eks({}, {}, { selectors: [] }), eks({}, {}, { selectors: [{ namespace: 'jobs' }] })),
    ).toEqual([
      `clusters/us [field-immutable]
  fargate["jobs"].selectors is [{"namespace":"jobs"}]: was []: the AWS provider refuses to change it
  remedy: undo it, add a pool of another name that is as you want it, and remove this one in two steps (docs/protection.md)${neverRan('us')}`,
    ]);
  });
});
