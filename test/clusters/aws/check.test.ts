import { AwsCluster, type AwsClusterProps, type AwsNodePool } from '../../../constructs';
import { readings } from '../../support/clusters';
import { emptyFleet } from '../../support/fleet';

const workers: AwsNodePool = { name: 'workers', replicas: 3, instanceType: 'm7i.xlarge' };
const good: AwsClusterProps = {
  kubernetesVersion: 'v1.36.3',
  networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' },
  region: 'eu-central-1',
  zones: ['eu-central-1a', 'eu-central-1b'],
  controlPlane: { replicas: 3, instanceType: 'm7i.large' },
  pools: [workers],
};
const subnets = [
  { id: 'subnet-0123456789abcdef1', zone: 'eu-central-1a' },
  { id: 'subnet-0123456789abcdef2', zone: 'eu-central-1b' },
  { id: 'subnet-0123456789abcdef3', zone: 'eu-central-1a', public: true },
];
const network = { vpcId: 'vpc-01234567', subnets };

function problems(props: object, name = 'prod'): string[] {
  const fleet = emptyFleet();
  new AwsCluster(fleet, name, { ...good, ...props });
  return readings(fleet);
}
const arm = { id: 'ami-0123456789abcdef0', architecture: 'arm64' };
const pool = (fields: object) => ({ pools: [{ ...workers, ...fields }] });

describe('checks of an AwsCluster', () => {
  it('finds nothing wrong with a good one', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ network })).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      'a misspelt field of a pool',
      pool({ instanceTyp: 'm7i.large' }),
      'pools[0].instanceTyp [field-unknown] is no field here; remove it, or use one of unhealthyLimit, unhealthyAfter, startupTimeout, name, replicas, kubernetesVersion, labels, taints, rollout, deletion, teardown, instanceType, volumeSize, iamInstanceProfile, image, zones, spot (did you mean "instanceType"?)',
    ],
    ['a field that is not there', { region: undefined }, 'region [field-missing] is required; add `region`'],
    [
      'a region that is none',
      { region: 'eu-centrl-1', zones: ['eu-centrl-1a'] },
      'region [region-unknown] is no AWS region; write it like eu-central-1 (did you mean "eu-central-1"?)',
    ],
    [
      'a zone of another region',
      { zones: ['eu-west-1a'] },
      'zones[0] [zone-malformed] is no availability zone of eu-central-1; write the region and a letter, such as eu-central-1a; local zones are none',
    ],
    [
      'a zone given twice',
      { zones: ['eu-central-1a', 'eu-central-1a'] },
      'zones[1] [zone-duplicate] is listed twice; list it once',
    ],
    [
      'a pool without zones',
      pool({ zones: [] }),
      'pools[0].zones [zones-empty] names no availability zone; list at least one, such as eu-central-1a',
    ],
    [
      "a pool in a zone that is not the cluster's",
      pool({ zones: ['eu-central-1c'] }),
      "pools[0].zones[0] [zone-unknown] is none of the cluster's zones; use one of eu-central-1a, eu-central-1b, or add it to the cluster's `zones`",
    ],
    [
      'a zone that a made VPC has no room for',
      { zones: ['eu-central-1z'] },
      'zones[0] [zone-roomless] has no room: a VPC that is made has subnets for the zones a to g; use another zone, or give `network` a VPC that exists',
    ],
    [
      'an instance type without a size',
      pool({ instanceType: 'm7i' }),
      'pools[0].instanceType [instance-type-malformed] is no EC2 instance type; write family and size, such as m7i.large',
    ],
    [
      'a volume that is too small',
      { controlPlane: { ...good.controlPlane, volumeSize: 7 } },
      'controlPlane.volumeSize [volume-size] is no size of a root volume; give whole GiB, from 8 to 16384, and not less than the image has',
    ],
    [
      'no VPC',
      { networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] } },
      'networks.vpc [vpc-missing] is needed: the provider would take 10.0.0.0/16, which no check knows of; give the VPC a block such as 10.20.0.0/16, or name one that exists in `network`',
    ],
    [
      'a VPC that is too small',
      { networks: { ...good.networks, vpc: '10.20.0.0/24' } },
      'networks.vpc [vpc-size] cannot be cut into private and public subnets; use an IPv4 block from /16 to /22',
    ],
    [
      'no pods',
      { networks: { ...good.networks, pods: [] } },
      'networks.pods [networks-empty] has no block; give pods a block of addresses, such as 10.244.0.0/16',
    ],
    [
      'IPv6 pods in an IPv4 VPC',
      { networks: { ...good.networks, pods: ['10.244.0.0/16', 'fd00:10::/56'] } },
      'networks.pods [network-family] is IPv6, and the VPC that is made for the cluster is IPv4; use an IPv4 block, or give `network` a VPC that has both',
    ],
    [
      'a VPC id that is none',
      { network: { ...network, vpcId: 'vpc-x' } },
      'network.vpcId [aws-id-malformed] is no id of a vpc; write it like vpc-0123456789abcdef0',
    ],
    [
      'a subnet given twice',
      { network: { ...network, subnets: [...subnets, subnets[0]] } },
      'network.subnets [subnet-duplicate] is listed twice; list it once',
    ],
    [
      'a subnet of a zone that is not used',
      { network: { ...network, subnets: [...subnets, { id: 'subnet-01234567', zone: 'eu-central-1c' }] } },
      "network.subnets [subnet-zone] is in eu-central-1c, which is none of the cluster's zones; add the zone to `zones`, or leave the subnet out",
    ],
    [
      'a zone without a private subnet',
      { network: { ...network, subnets: [subnets[0], subnets[2]] } },
      'network.subnets [subnet-missing] has no private subnet: its machines would have no place; add a private subnet of that zone, or leave the zone out',
    ],
    [
      'an internet-facing load balancer without a public subnet',
      { network: { ...network, subnets: subnets.slice(0, 2) } },
      "network.subnets [subnet-missing] has no public one, and the load balancer faces the internet; add a public subnet of each zone, or set the load balancer's scheme to `internal`",
    ],
    [
      'a block that is none',
      { loadBalancer: { allowedCidrs: ['203.0.113.0'] } },
      'loadBalancer.allowedCidrs[0] [cidr-malformed] is no block of IPv4 addresses; write it like 203.0.113.0/24; one address is /32',
    ],
    [
      'a bastion without a key',
      { bastion: { allowedCidrs: ['203.0.113.0/24'] } },
      'bastion [bastion-keyless] lets nobody in: machines have no SSH key; set `sshKeyName`, or leave `bastion` out',
    ],
    [
      'a kind of identity that is none',
      { identity: { kind: 'AWSClusterRoleIdentiy', name: 'prod' } },
      'identity.kind [value-unknown] is none of the values that it takes; use AWSClusterControllerIdentity, AWSClusterRoleIdentity or AWSClusterStaticIdentity (did you mean "AWSClusterRoleIdentity"?)',
    ],
    [
      'a load balancer of a scheme that is none',
      { loadBalancer: { scheme: 'public' } },
      'loadBalancer.scheme [value-unknown] is none of the values that it takes; use internet-facing or internal',
    ],
    [
      'a bastion that is open to everyone',
      { sshKeyName: 'ops', bastion: { allowedCidrs: [] } },
      'bastion.allowedCidrs [bastion-open] is empty, which the provider takes for everyone; list the blocks that people come from',
    ],
    [
      'an image and a search for one',
      { image: { id: 'ami-01234567', lookup: { org: '123456789012' } } },
      'image [image-ambiguous] names an image and a search for one; give either `id` or `lookup`',
    ],
    [
      'an image id that is none',
      pool({ image: { id: 'ubuntu' } }),
      'pools[0].image.id [image-malformed] is no id of an image; write it like ami-0123456789abcdef0',
    ],
    [
      'an account that is none',
      { image: { lookup: { org: 'acme' } } },
      'image.lookup.org [image-malformed] is no AWS account; write the 12 digits, as a string',
    ],
    [
      "an image of another architecture than a machine's",
      { controlPlane: { ...good.controlPlane, instanceType: 'm7g.large', image: { id: 'ami-01234567' } } },
      "controlPlane.instanceType [image-architecture] is arm64, and its image ami-01234567 is amd64; give it an image with `architecture: 'arm64'`, or an instance type that is amd64",
    ],
    [
      "a pool of another architecture than the cluster's image",
      {
        image: { id: 'ami-01234567', architecture: 'arm64' },
        controlPlane: { ...good.controlPlane, instanceType: 'm7g.large' },
      },
      "pools[0].instanceType [image-architecture] is amd64, and its image ami-01234567 is arm64; give it an image with `architecture: 'amd64'`, or an instance type that is arm64",
    ],
    [
      'an architecture that is none',
      {
        image: { id: 'ami-01234567', architecture: 'x86' },
        controlPlane: { ...good.controlPlane, image: { id: 'ami-01234567' } },
        pools: [],
      },
      'image.architecture [value-unknown] is none of the values that it takes; use amd64 or arm64',
    ],
    [
      'the architecture of a search',
      { image: { lookup: { org: 'self' }, architecture: 'arm64' } },
      "image.architecture [image-ambiguous] is not looked at: a search finds the image of each machine's own; leave it out",
    ],
    [
      'a bastion that its image does not start on',
      { sshKeyName: 'ops', bastion: { allowedCidrs: ['203.0.113.7/32'], instanceType: 't4g.micro' } },
      'bastion.instanceType [image-architecture] is arm64, and the image that the provider takes for a bastion is amd64; use an instance type that is amd64, such as t3.micro',
    ],
    [
      'spot machines of a control plane',
      { controlPlane: { ...good.controlPlane, spot: true } },
      'controlPlane.spot [field-unknown] is no field here; remove it, or use one of unhealthyLimit, unhealthyAfter, startupTimeout, replicas, retries, deletion, instanceType, volumeSize, iamInstanceProfile, image',
    ],
    [
      'a price in another currency',
      pool({ spot: { maxPrice: '0.08 EUR' } }),
      "pools[0].spot.maxPrice [value-invalid] is no price; write USD an hour as a string, with at most five decimal places: '0.08'",
    ],
    [
      'a CNI that is named like a release of the cluster',
      { cni: { name: 'aws-ccm', chart: { chartRef: { kind: 'HelmChart', name: 'own' } } } },
      'cni.name [value-invalid] is the name of another release that the management cluster installs here; use another name, or leave it out',
    ],
    [
      'a CNI in no namespace',
      { cni: { namespace: 'Bad NS', chart: { chartRef: { kind: 'HelmChart', name: 'own' } } } },
      'cni.namespace [name-invalid] is no DNS label; use lower-case letters, digits and `-`, beginning and ending with a letter or digit',
    ],
    [
      'values of a CNI in a list',
      { cni: { values: ['x'], chart: { chartRef: { kind: 'HelmChart', name: 'own' } } } },
      'cni.values [field-malformed] is not a map; write a map',
    ],
    [
      'a protocol in capitals',
      { cniIngressRules: [{ description: 'x', protocol: 'UDP', fromPort: 1, toPort: 1 }] },
      'cniIngressRules[0].protocol [value-unknown] is none of the values that it takes; use -1, 4, 50, 58, tcp, udp or icmp',
    ],
    [
      'a port that is none',
      { cniIngressRules: [{ description: 'x', protocol: 'udp', fromPort: 1, toPort: 70000 }] },
      'cniIngressRules[0].toPort [value-invalid] is no port of udp; use a whole number from 0 to 65535',
    ],
    [
      'a type that is none',
      { cniIngressRules: [{ description: 'x', protocol: 'icmp', fromPort: 256, toPort: -1 }] },
      'cniIngressRules[0].fromPort [value-invalid] is no type or code of icmp; use a whole number from -1 to 255',
    ],
    [
      'the ARN of an instance profile',
      pool({ iamInstanceProfile: 'arn:aws:iam::123456789012:instance-profile/nodes' }),
      'pools[0].iamInstanceProfile [name-invalid] is no name of an instance profile; write its name alone: nodes',
    ],
    [
      'no name of an instance profile',
      { controlPlane: { ...good.controlPlane, iamInstanceProfile: 'a b' } },
      'controlPlane.iamInstanceProfile [name-invalid] is no name of an instance profile; use letters, digits and _+=,.@-, at most 128',
    ],
    [
      'a price that is a number',
      pool({ spot: { maxPrice: 0.08 } }),
      "pools[0].spot.maxPrice [field-malformed] is not a string; write a string: '0.08'",
    ],
    [
      'a field that prices do not have',
      pool({ spot: { maxPrice: '0.08', currency: 'USD' } }),
      'pools[0].spot.currency [field-unknown] is no field here; remove it, or use one of maxPrice',
    ],
    [
      'a range that leaves a zone without machines',
      pool({ replicas: { min: 0, max: 1 } }),
      'pools[0].replicas [pool-zone-empty] allows 1 machine in 2 zones: an autoscaler could add none in one of them; make `max` 2 or more, or give the pool fewer `zones`',
    ],
    [
      'a limit that is none',
      pool({ unhealthyLimit: '40' }),
      'pools[0].unhealthyLimit [unhealthy-limit-malformed] is no number of machines and no share of them; use a whole number, 1 or more, or a share such as 40%',
    ],
    [
      'a limit by which nothing is ever replaced',
      { controlPlane: { ...good.controlPlane, unhealthyLimit: 0 } },
      'controlPlane.unhealthyLimit [unhealthy-limit-malformed] is no number of machines and no share of them; use a whole number, 1 or more, or a share such as 40%',
    ],
    [
      'a label that is none',
      pool({ labels: { 'a b': 'c' } }),
      'pools[0].labels["a b"] [label-malformed] is no label that Kubernetes takes; use letters, digits, `-`, `_` and `.`, at most 63; a key may have a DNS name and `/` before it',
    ],
    [
      'a label that the kubelet refuses',
      pool({ labels: { 'kubernetes.io/tier': 'c' } }),
      'pools[0].labels["kubernetes.io/tier"] [label-reserved] is a label that a kubelet refuses to start with; use a domain of your own, or node-role.kubernetes.io/, node.cluster.x-k8s.io/',
    ],
  ])('reports %s', (_, props, expected) => {
    expect(problems(props)).toEqual([expected]);
  });

  it('reports names that make machine names too long', () => {
    const name = 'a'.repeat(32);
    expect(problems({ ...pool({ name: 'b'.repeat(20) }), zones: ['eu-central-1a'] }, name)).toEqual([
      `pools[0].name [pool-name-too-long] makes machines whose names begin with ${name}-${'b'.repeat(20)}-a, 55 characters; shorten it or the cluster's name by 4: a machine's name has 12 more, and 63 at most`,
    ]);
  });

  it.each<[string, object]>([
    ['a machine with an image of its own', pool({ instanceType: 'm7g.large', image: arm })],
    ['machines whose images are looked up', pool({ instanceType: 'm7g.large' })],
    ['a bastion of the usual kind', { sshKeyName: 'ops', bastion: { allowedCidrs: ['203.0.113.7/32'] } }],
    ['spot machines', pool({ spot: true })],
    ['one machine in each zone', pool({ replicas: { min: 0, max: 2 } })],
    ['spot machines with a limit', pool({ spot: { maxPrice: '0.08' } })],
  ])('takes %s', (_, props) => {
    expect(problems(props)).toEqual([]);
  });

  it.each(['us-east-1', 'us-gov-west-1', 'ap-southeast-7', 'eusc-de-east-1', 'mx-central-1'])(
    'takes the region %s',
    (region) => {
      expect(problems({ region, zones: [`${region}a`] })).toEqual([]);
    },
  );

  it.each([
    't3.micro',
    'm7i-flex.large',
    'c7gn.16xlarge',
    'u-6tb1.112xlarge',
    'i7ie.metal-48xl',
    'mac2.metal',
  ])('takes the instance type %s', (instanceType) => {
    expect(problems(pool({ instanceType }))).toEqual([]);
  });
});
