import { EksCluster } from '../../../constructs';
import { readings } from '../../support/clusters';
import { emptyFleet } from '../../support/fleet';
import { managed, network, reference, selfManaged } from './sample';

function problems(props: object): string[] {
  const fleet = emptyFleet();
  new EksCluster(fleet, 'prod', { ...reference, ...props });
  return readings(fleet);
}
const pool = (fields: object) => ({ pools: [{ ...managed, ...fields }] });
const own = (fields: object) => ({ pools: [{ ...selfManaged, ...fields }] });
const ci = { name: 'ci', selectors: [{ namespace: 'ci' }] };
const fargate = (...profiles: object[]) => ({ network, fargate: profiles });
const { addOns } = reference;
const ops = 'arn:aws:iam::123456789012:role/operators';
const proxy = (version: string) => ({ addOns: { ...addOns, kubeProxy: { version } } });

describe('checks of an EksCluster', () => {
  it('finds nothing wrong with a good one', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ ...fargate(ci), endpoint: 'private' })).toEqual([]);
    expect(problems({ endpoint: 'everyone', pools: [managed] })).toEqual([]);
    expect(problems(proxy('v1.33.9-eksbuild.1'))).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'a version that is none',
      { kubernetesVersion: '1.36' },
      'kubernetesVersion [version-malformed] is no Kubernetes version; write it like v1.35',
    ],
    [
      'a version with a patch',
      { kubernetesVersion: 'v1.36.3' },
      'kubernetesVersion [version-malformed] has a patch, which EKS chooses by itself; write v1.36',
    ],
    [
      "a pool's version with a patch",
      pool({ kubernetesVersion: 'v1.35.2' }),
      'pools[0].kubernetesVersion [version-malformed] has a patch, which EKS chooses by itself; write v1.35',
    ],
    [
      "a pool's version that is none",
      pool({ kubernetesVersion: '1.35' }),
      'pools[0].kubernetesVersion [version-malformed] is no Kubernetes version; write it like v1.35',
    ],
    [
      'a version that EKS does not have',
      { kubernetesVersion: 'v1.40', ...proxy('v1.40.0-eksbuild.1') },
      'kubernetesVersion [version-unsupported] is newer than Cluster API v1.14 supports: 1.31 to 1.36; use a version from v1.31 to v1.36: see docs/upgrades.md',
    ],
    [
      'a pool that is ahead',
      {
        kubernetesVersion: 'v1.35',
        ...pool({ kubernetesVersion: 'v1.36' }),
        ...proxy('v1.35.3-eksbuild.21'),
      },
      'pools[0].kubernetesVersion [version-skew] is newer than the control plane (v1.35.0); upgrade the control plane first, then the workers',
    ],
    [
      'a VPC that has no room for the machines',
      { networks: { ...reference.networks, vpc: '10.20.0.0/22' }, ...own({ replicas: 400 }) },
      'networks.vpc [subnet-small] has 123 addresses for machines in each zone, and there may be 201 in us-west-2a, us-west-2b at once, with those that a rollout adds; use a /21 or larger: the block of a VPC cannot be changed later',
    ],
    [
      'a block for pods',
      { networks: { ...reference.networks, pods: ['10.244.0.0/16'] } },
      'networks.pods [field-unsupported] has no effect on EKS: pods get addresses of the VPC; remove it, and make the VPC large enough for the pods too',
    ],
    [
      'a misspelt block',
      { networks: { ...reference.networks, vcp: '10.20.0.0/16' } },
      'networks.vcp [field-unknown] is no field here; remove it, or use one of services, vpc',
    ],
    ...[[], ['172.20.0.0/16', '172.21.0.0/16'], ['100.64.0.0/16'], ['172.20.0.0/25'], ['fd00::/108']].map(
      (services): [string, object, string] => [
        `services ${services.join(' and ') || 'without a block'}`,
        { networks: { ...reference.networks, services } },
        'networks.services [services-unfit] is not what EKS takes for services; give one IPv4 block from /12 to /24 of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16',
      ],
    ),
    [
      'no VPC',
      { networks: { services: ['172.20.0.0/16'] } },
      'networks.vpc [vpc-missing] is needed: the provider would take 10.0.0.0/16, which no check knows of; give the VPC a block such as 10.20.0.0/16, or name one that exists in `network`',
    ],
    [
      'services in the VPC',
      { networks: { services: ['10.20.128.0/20'], vpc: '10.20.0.0/16' } },
      'networks.vpc [cidr-overlap] overlaps networks.services[0] 10.20.128.0/20; give each a block of its own: addresses that mean two things cannot be routed',
    ],
    [
      'a region that is none',
      {
        region: 'us-wst-2',
        zones: ['us-wst-2a', 'us-wst-2b'],
        secretsKey: reference.secretsKey.replace('us-west-2', 'us-wst-2'),
      },
      'region [region-unknown] is no AWS region; write it like eu-central-1 (did you mean "us-west-2"?)',
    ],
    [
      'one zone',
      { zones: ['us-west-2a'] },
      'zones [zones-few] names one availability zone: EKS wants subnets in two; list two or more; a pool may have fewer `zones` of its own',
    ],
    [
      'a zone without a private subnet',
      { network: { ...network, subnets: [network.subnets[0], { ...network.subnets[1], public: true }] } },
      'network.subnets [subnet-missing] has no private subnet: its machines would have no place; add a private subnet of that zone, or leave the zone out',
    ],
    [
      'an endpoint that is none',
      { endpoint: 'public' },
      "endpoint [value-unknown] is none of the values that it takes; use private or everyone, or list blocks: { publicCidrs: ['203.0.113.0/24'] }",
    ],
    [
      'an endpoint with no blocks',
      { endpoint: { publicCidrs: [] } },
      "endpoint.publicCidrs [endpoint-open] is empty, which EKS takes for everyone; list the blocks that people and the management cluster come from, or set `endpoint: 'private'`",
    ],
    [
      'an endpoint that is open by the way',
      { endpoint: { publicCidrs: ['203.0.113.0/24', '0.0.0.0/0'] } },
      "endpoint.publicCidrs[1] [endpoint-open] lets everyone in; list the blocks that people come from; `endpoint: 'everyone'` says that it is meant",
    ],
    [
      'a private block at the public endpoint',
      { endpoint: { publicCidrs: ['10.0.0.0/8'] } },
      'endpoint.publicCidrs[0] [endpoint-private] is no public block: nobody comes from there over the internet; give the public addresses, such as those of a NAT gateway; the VPC itself needs no entry',
    ],
    [
      'a block that is none',
      { endpoint: { publicCidrs: ['203.0.113.0'] } },
      'endpoint.publicCidrs[0] [cidr-malformed] is no block of IPv4 addresses; write it like 203.0.113.0/24; one address is /32',
    ],
    ...['operators', 'arn:aws:sts::123456789012:assumed-role/operators/jane'].map(
      (role): [string, object, string] => [
        `the administrator ${role}, who is no role`,
        { admins: [role] },
        'admins[0] [role-malformed] is no ARN of a role; copy it whole, such as arn:aws:iam::111122223333:role/backup',
      ],
    ),
    [
      'a role that is listed twice',
      { admins: [ops], viewers: ['arn:aws:iam::123456789012:role/developers', ops] },
      'viewers[1] [role-duplicate] is admins[0] too; list each role once; administrators see everything',
    ],
    [
      'a kind of identity that is none',
      { identity: { kind: 'AWSClusterRoleIdentiy', name: 'prod' } },
      'identity.kind [value-unknown] is none of the values that it takes; use AWSClusterControllerIdentity, AWSClusterRoleIdentity or AWSClusterStaticIdentity (did you mean "AWSClusterRoleIdentity"?)',
    ],
    [
      'an alias of a key',
      { secretsKey: 'arn:aws:kms:us-west-2:123456789012:alias/cluster-api-provider-aws-prod' },
      'secretsKey [key-malformed] is no ARN of a KMS key; write it in full, like arn:aws:kms:us-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef; an alias is none',
    ],
    [
      'a key of another region',
      { secretsKey: reference.secretsKey.replace('us-west-2', 'us-east-1') },
      'secretsKey [key-region] is a key of us-east-1, and the cluster is in us-west-2; use a key of us-west-2; a replica of a multi-region key is one',
    ],
    ...['latest', 'v1.14.3', '1.14.3-eksbuild.14'].map((version): [string, object, string] => [
      `the version ${version} of an add-on, which is not exact`,
      { addOns: { ...addOns, coreDns: { version } } },
      'addOns.coreDns.version [add-on-version] is no exact version of coredns; write it like v1.2.3-eksbuild.4: aws eks describe-addon-versions --kubernetes-version 1.36 --addon-name coredns lists the versions',
    ]),
    [
      'a role that is none',
      { addOns: { ...addOns, ebsCsi: { ...addOns.ebsCsi, serviceAccountRole: 'ebs-csi' } } },
      'addOns.ebsCsi.serviceAccountRole [role-malformed] is no ARN of a role; copy it whole, such as arn:aws:iam::111122223333:role/backup',
    ],
    [
      'an add-on that is not there',
      { addOns: { ...addOns, kubeProxy: undefined } },
      'addOns.kubeProxy [field-missing] is required; add `kubeProxy`: aws eks describe-addon-versions --kubernetes-version 1.36 --addon-name kube-proxy lists the versions',
    ],
    [
      'no add-ons at all',
      { addOns: undefined },
      'addOns [field-missing] is required; add `addOns`: aws eks describe-addon-versions --kubernetes-version 1.36 lists the versions',
    ],
    [
      'an add-on without a version',
      { addOns: { ...addOns, vpcCni: {} } },
      'addOns.vpcCni.version [field-missing] is required; add `version`: aws eks describe-addon-versions --kubernetes-version 1.36 --addon-name vpc-cni lists the versions',
    ],
    [
      'no role for volumes',
      { addOns: { ...addOns, ebsCsi: { version: addOns.ebsCsi.version } } },
      'addOns.ebsCsi.serviceAccountRole [field-missing] is required; add `serviceAccountRole`',
    ],
    [
      'a kube-proxy that is ahead',
      { kubernetesVersion: 'v1.35' },
      'addOns.kubeProxy.version [version-skew] is newer than the control plane (v1.35); use a version of v1.35: aws eks describe-addon-versions --kubernetes-version 1.35 --addon-name kube-proxy lists the versions',
    ],
    [
      'a kube-proxy that stayed behind',
      proxy('v1.32.6-eksbuild.12'),
      'addOns.kubeProxy.version [version-skew] is 4 minors behind the control plane (v1.36); kube-proxy may be 3; use a version of v1.36: aws eks describe-addon-versions --kubernetes-version 1.36 --addon-name kube-proxy lists the versions',
    ],
    [
      'a kind of pool that is none',
      pool({ kind: 'selfmanaged' }),
      'pools[0].kind [value-unknown] is none of the values that it takes; use managed or self-managed (did you mean "self-managed"?)',
    ],
    [
      'a misspelt field of a managed pool',
      pool({ zone: ['us-west-2a'] }),
      'pools[0].zone [field-unknown] is no field here; remove it, or use one of name, kind, replicas, kubernetesVersion, labels, taints, rollout, teardown, instanceType, amiType, volumeSize, spot, role, zones (did you mean "zones"?)',
    ],
    ...(
      [
        ['deletion', { drain: '5m' }, 'EKS drains the machines of a managed pool'],
        ['unhealthyLimit', 1, 'EKS repairs the machines of a managed pool'],
        ['unhealthyAfter', '5m', 'EKS repairs the machines of a managed pool'],
        ['startupTimeout', '5m', 'EKS repairs the machines of a managed pool'],
        ['image', { id: 'ami-01234567' }, 'EKS chooses the image of a managed pool'],
      ] as const
    ).map(([field, value, why]): [string, object, string] => [
      `${field} of a managed pool`,
      pool({ [field]: value }),
      `pools[0].${field} [field-unsupported] has no effect on EKS: ${why}; remove \`${field}\`, or make the pool \`kind: 'self-managed'\``,
    ]),
    ...[{ maxPrice: '0.08' }, 'yes'].map((spot): [string, object, string] => [
      `spot ${JSON.stringify(spot)} of a managed pool`,
      pool({ spot }),
      "pools[0].spot [field-unsupported] is neither true nor false: EKS takes no limit of the price for a managed pool; write `true`, or make the pool `kind: 'self-managed'`",
    ]),
    [
      'an image that is none',
      pool({ amiType: 'AL2_x86_64' }),
      'pools[0].amiType [value-unknown] is none of the values that it takes; use AL2023_x86_64_STANDARD, AL2023_ARM_64_STANDARD, AL2023_x86_64_NVIDIA, AL2023_ARM_64_NVIDIA, AL2023_x86_64_NEURON, BOTTLEROCKET_x86_64, BOTTLEROCKET_ARM_64, BOTTLEROCKET_x86_64_FIPS, BOTTLEROCKET_ARM_64_FIPS, BOTTLEROCKET_x86_64_NVIDIA or BOTTLEROCKET_ARM_64_NVIDIA',
    ],
    [
      'an image for other processors',
      pool({ amiType: 'BOTTLEROCKET_ARM_64' }),
      'pools[0].amiType [ami-type-mismatch] is an image for arm64, and m7i.xlarge is amd64; use a type with x86_64, or an instance type that is arm64',
    ],
    [
      'an instance profile of a managed pool',
      pool({ iamInstanceProfile: 'nodes' }),
      "pools[0].iamInstanceProfile [field-unsupported] has no effect on EKS: EKS makes the instance profile of a managed pool; give the IAM role's name in `role`",
    ],
    [
      'maxSurge of a managed pool',
      pool({ rollout: { maxSurge: 2, maxUnavailable: 1 } }),
      "pools[0].rollout.maxSurge [field-unsupported] has no effect on EKS: EKS chooses how many machines it adds for an update; remove `maxSurge`, or make the pool `kind: 'self-managed'`",
    ],
    ...[0, 101, '0%', 'some'].map((maxUnavailable): [string, object, string] => [
      `maxUnavailable ${maxUnavailable} of a managed pool`,
      pool({ rollout: { maxUnavailable } }),
      'pools[0].rollout.maxUnavailable [rollout-malformed] is no number of machines that EKS may take away at once; use a whole number from 1 to 100, or a share such as 25%',
    ]),
    ...(
      [
        ['node-role.kubernetes.io/worker', 'yes'],
        ['node.kubernetes.io/tier', 'general'],
        ['eks.amazonaws.com/tier', 'general'],
        ['example.com/empty', ''],
        [`${'long'.repeat(13)}.example/tier`, 'general'],
      ] as const
    ).map(([key, value]): [string, object, string] => [
      `the label ${key}=${value} of a managed pool`,
      pool({ labels: { [key]: value } }),
      `pools[0].labels["${key}"] [label-unmanaged] is a label that EKS does not take for a managed pool; use a domain of your own, a key of at most 63 characters, and a value; or \`kind: 'self-managed'\``,
    ]),
    [
      'a label that no kubelet takes',
      pool({ labels: { 'kubernetes.io/tier': 'c' } }),
      'pools[0].labels["kubernetes.io/tier"] [label-reserved] is a label that a kubelet refuses to start with; use a domain of your own, or node-role.kubernetes.io/, node.cluster.x-k8s.io/',
    ],
    [
      'a taint that is none',
      pool({ taints: [{ key: 'a b', effect: 'PreferNoSchedule' }] }),
      'pools[0].taints[0] [taint-malformed] is no taint that Kubernetes takes; use a key and value like those of labels, such as example.com/gpu and true',
    ],
    [
      'an instance type without a size',
      pool({ instanceType: 'm7i' }),
      'pools[0].instanceType [instance-type-malformed] is no EC2 instance type; write family and size, such as m7i.large',
    ],
    [
      'a volume that is too small',
      pool({ volumeSize: 7 }),
      'pools[0].volumeSize [volume-size] is no size of a root volume; give whole GiB, from 8 to 16384, and not less than the image has',
    ],
    [
      "a pool in a zone that is not the cluster's",
      pool({ zones: ['us-west-2c'] }),
      "pools[0].zones[0] [zone-unknown] is none of the cluster's zones; use one of us-west-2a, us-west-2b, or add it to the cluster's `zones`",
    ],
    [
      'a self-managed pool whose images the provider cannot find',
      own({ instanceType: 'trn1.2xlarge' }),
      'pools[0].instanceType [image-unknown] has processors that the provider finds no image for; give the pool an `image`, or make it a managed one',
    ],
    [
      'an image of another architecture',
      own({ image: { id: 'ami-01234567' } }),
      "pools[0].instanceType [image-architecture] is arm64, and its image ami-01234567 is amd64; give it an image with `architecture: 'arm64'`, or an instance type that is amd64",
    ],
    [
      'a self-managed pool that no rollout could ever replace',
      own({ rollout: { maxSurge: 0 } }),
      'pools[0].rollout [rollout-stuck] allows neither a machine more nor one less: no machine could ever be replaced; make `maxSurge` or `maxUnavailable` 1 or more',
    ],
    [
      'a price that is none',
      own({ spot: { maxPrice: 'cheap' } }),
      "pools[0].spot.maxPrice [value-invalid] is no price; write USD an hour as a string, with at most five decimal places: '0.08'",
    ],
    [
      'Fargate in a VPC that is made',
      { fargate: [ci] },
      'fargate [fargate-subnets] would not come up: of a VPC that it made, the provider tells EKS no ids of subnets; give `network` a VPC that exists, or leave `fargate` out',
    ],
    [
      'a profile without a selector',
      fargate({ ...ci, selectors: [] }),
      'fargate[0].selectors [fargate-selectors] is no number of selectors that EKS takes; give one to 5, and the others to a further profile',
    ],
    [
      'a profile of six selectors',
      fargate({ ...ci, selectors: Array(6).fill({ namespace: 'ci' }) }),
      'fargate[0].selectors [fargate-selectors] is no number of selectors that EKS takes; give one to 5, and the others to a further profile',
    ],
    [
      'a namespace that is none',
      fargate({ ...ci, selectors: [{ namespace: 'CI' }] }),
      'fargate[0].selectors[0] [fargate-selectors] selects no pod that there could be; write a namespace and labels as Kubernetes takes them; `*` and `?` stand for what differs',
    ],
    [
      'two profiles of one name',
      fargate(ci, ci),
      'fargate[1].name [fargate-duplicate] is the name of fargate[0] too; give each profile of a cluster its own name',
    ],
    [
      'a word that tears nothing down',
      fargate({ ...ci, teardown: 'alowed' }),
      'fargate[0].teardown [value-unknown] is none of the values that it takes; use allowed or removed (did you mean "allowed"?)',
    ],
    [
      'the ARN of the role of a control plane',
      { role: 'arn:aws:iam::123456789012:role/team/control-plane' },
      'role [name-invalid] is no name of an IAM role; write its name alone: control-plane',
    ],
    [
      'the ARN of the role of a pool',
      pool({ role: 'arn:aws:iam::123456789012:role/nodes' }),
      'pools[0].role [name-invalid] is no name of an IAM role; write its name alone: nodes',
    ],
    [
      'the role of Fargate in words',
      { network, fargate: [{ name: 'jobs', selectors: [{ namespace: 'jobs' }], role: 'the jobs' }] },
      'fargate[0].role [name-invalid] is no name of an IAM role; use letters, digits and _+=,.@-, at most 64',
    ],
  ])('reports %s', (_, props, expected) => {
    expect(problems(props)).toEqual([expected]);
  });

  it('reports two pools of one name, whatever their kinds', () => {
    expect(problems({ pools: [managed, { ...selfManaged, name: managed.name }] })).toEqual([
      'pools[1].name [pool-duplicate] is the name of pools[0] too; give each pool of a cluster its own name',
    ]);
  });

  it('reports what is not there at all, and does not throw', () => {
    const fleet = emptyFleet();
    new EksCluster(fleet, 'prod', {} as never);
    expect(readings(fleet)).toEqual(
      expect.arrayContaining([
        ...['kubernetesVersion', 'networks', 'region', 'zones', 'endpoint', 'secretsKey', 'pools'].map(
          (field) => `${field} [field-missing] is required; add \`${field}\``,
        ),
        'addOns [field-missing] is required; add `addOns`: aws eks describe-addon-versions lists the versions',
      ]),
    );
  });
});
