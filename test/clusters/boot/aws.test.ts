import { AwsCluster, type AwsClusterProps } from '../../../constructs';
import { SUPPORTED_VERSIONS } from '../../../constructs/clusters/machinery';
import type { Manifest } from '../../../constructs/emit/manifest';
import { objectsOf, readings, renderCluster } from '../../support/clusters';
import { emptyFleet, parseObjects } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const props: AwsClusterProps = {
  kubernetesVersion: 'v1.36.3',
  networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' },
  region: 'eu-central-1',
  zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  controlPlane: { replicas: 3, instanceType: 'm7i.large' },
  pools: [{ name: 'workers', replicas: 3, instanceType: 'm7i.xlarge' }],
};
const network = {
  vpcId: 'vpc-0123456789abcdef0',
  subnets: props.zones.flatMap((zone, i) => [
    { id: `subnet-0123456789abcde0${i}`, zone },
    { id: `subnet-0123456789abcde1${i}`, zone, public: true },
  ]),
};

function boot(more: Partial<AwsClusterProps> = {}): { yaml: string; releases: Record<string, Manifest> } {
  const fleet = emptyFleet();
  new AwsCluster(fleet, 'prod', { ...props, ...more });
  const yaml = fleet.compile().files.get('management/clusters/prod/boot/boot.yaml') ?? '';
  const all = parseObjects(yaml).filter(({ kind }) => kind === 'HelmRelease');
  return { yaml, releases: Object.fromEntries(all.map((one) => [one.metadata.name, one])) };
}

const problems = (more: Partial<AwsClusterProps>) => {
  const fleet = emptyFleet();
  new AwsCluster(fleet, 'prod', { ...props, ...more });
  return readings(fleet);
};

const rulesOf = (more: Partial<AwsClusterProps>) => {
  const yaml = renderCluster('prod', (fleet) => new AwsCluster(fleet, 'prod', { ...props, ...more }));
  const spec = objectsOf(yaml, 'AWSCluster')[0]?.spec as {
    network: { cni?: { cniIngressRules: { protocol: string; fromPort: number; toPort: number }[] } };
  };
  return spec.network.cni?.cniIngressRules.map((rule) => `${rule.protocol} ${rule.fromPort} ${rule.toPort}`);
};

test('a network and the cloud controller manager, and volumes after both', () => {
  const { yaml, releases } = boot();
  expectGolden(__dirname, 'aws.golden.yaml', yaml);
  expectValid(yaml);
  expect(
    Object.entries(releases).map(([name, { spec }]) => [name, (spec as { dependsOn?: object }).dependsOn]),
  ).toEqual([
    ['prod-aws-ccm', undefined],
    ['prod-aws-ebs-csi', [{ name: 'prod-cilium' }, { name: 'prod-aws-ccm' }]],
    ['prod-cilium', undefined],
  ]);
});

test('without a network of ours nothing waits for one', () => {
  const { releases } = boot({ cni: 'none' });
  expect(Object.keys(releases)).toEqual(['prod-aws-ccm', 'prod-aws-ebs-csi']);
  expect(releases['prod-aws-ccm']?.spec).not.toHaveProperty('dependsOn');
});

const imageOf = (minor: number) => {
  const { releases } = boot({ kubernetesVersion: `v1.${minor}.1` });
  const spec = releases['prod-aws-ccm']?.spec as { values: { image: { tag?: string } } } | undefined;
  return spec?.values.image.tag;
};

test('the cloud controller manager is never newer than an API server, nor two minors older, in upgrades too', () => {
  const { min, max } = SUPPORTED_VERSIONS.core;
  expect(imageOf(min)).toMatch(new RegExp(`^v1\\.${min}\\.\\d+$`));
  for (let minor = min + 1; minor <= max; minor++) {
    // The API servers of an upgrade are of this minor and of the one before.
    expect(imageOf(minor)).toMatch(new RegExp(`^v1\\.${minor - 1}\\.\\d+$`));
  }
});

test('volumes are made from the control plane, whose metadata leave no machine', () => {
  const { releases } = boot();
  expect(releases['prod-aws-ebs-csi']?.spec).toMatchObject({
    values: {
      controller: {
        region: 'eu-central-1',
        nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
        replicaCount: 2,
      },
      node: { metadataSources: 'kubernetes' },
    },
    postRenderers: [
      {
        kustomize: {
          patches: [
            {
              target: { kind: 'Deployment', name: 'ebs-csi-controller' },
              patch: '[{"op":"add","path":"/spec/template/spec/hostNetwork","value":true}]',
            },
          ],
        },
      },
    ],
  });
});

test('one machine gets one of each, for a second one would find no place', () => {
  const { releases } = boot({ controlPlane: { ...props.controlPlane, replicas: 1 } });
  expect(releases['prod-aws-ebs-csi']?.spec).toMatchObject({ values: { controller: { replicaCount: 1 } } });
  expect(releases['prod-cilium']?.spec).toMatchObject({ values: { operator: { replicas: 1 } } });
});

describe('security groups let through', () => {
  const own = {
    chart: {
      repository: { url: 'https://charts.example.com' },
      name: 'flannel',
      version: '0.27.0',
    },
    ingressRules: [{ description: 'flannel', protocol: 'udp', fromPort: 8285, toPort: 8285 }],
  } as const;

  test.each<[string, Partial<AwsClusterProps>, string[] | undefined]>([
    ['what Cilium needs by default', {}, ['udp 8472 8472', 'tcp 4240 4240', 'icmp 8 0']],
    ['what Calico needs', { cni: 'calico' }, ['udp 4789 4789', 'tcp 5473 5473']],
    ['what a CNI of your own says', { cni: own }, ['udp 8285 8285']],
    ['nothing for one that says nothing', { cni: { chart: own.chart } }, []],
    ["the provider's default for one that nobody knows", { cni: 'none' }, undefined],
    ['what is written, whatever the CNI', { cniIngressRules: own.ingressRules }, ['udp 8285 8285']],
  ])('%s', (_, more, expected) => {
    expect(rulesOf(more)).toEqual(expected);
  });
});

describe('problems', () => {
  test('pods whose addresses the machines cannot carry', () => {
    const networks = { pods: ['10.244.0.0/16', 'fd00:10::/56'], services: ['10.96.0.0/16', 'fd00:20::/112'] };
    const family = (cni: string) =>
      `networks.pods [cni-family] is IPv6, and ${cni} is set up for IPv4 here: EC2 machines have no other address; use an IPv4 block, or set \`cni\` to a chart of your own with values for both`;
    expect(problems({ network, networks })).toEqual([family('cilium')]);
    expect(problems({ network, networks, cni: 'calico' })).toEqual([family('calico')]);
    expect(problems({ network, networks, cni: 'none' })).toEqual([]);
  });

  test('a network that is none', () => {
    expect(problems({ cni: 'weave' as 'cilium' })).toEqual([
      'cni [value-unknown] is none of the values that it takes; use cilium, calico or none',
    ]);
  });

  test('fields that no chart of your own has', () => {
    expect(problems({ cni: { values: {}, ingressRules: [{ port: 1 }] } as never })).toEqual([
      'cni.chart [field-missing] is required; add `chart`',
      'cni.ingressRules[0].port [field-unknown] is no field here; remove it, or use one of description, protocol, fromPort, toPort',
      ...['description', 'protocol', 'fromPort', 'toPort'].map(
        (field) => `cni.ingressRules[0].${field} [field-missing] is required; add \`${field}\``,
      ),
    ]);
  });
});
