import {
  type ClusterNetworks,
  type Cni,
  type Fleet,
  LocalCluster,
  type LocalClusterProps,
  type OwnCni,
} from '../../../constructs';
import type { Manifest } from '../../../constructs/emit/manifest';
import { emptyFleet, parseObjects, problemsOf } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const props: LocalClusterProps = {
  kubernetesVersion: 'v1.35.4',
  networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] },
  controlPlane: { replicas: 1 },
  pools: [],
};

/** A chart that nobody shares. */
const own: Required<OwnCni> = {
  name: 'flannel',
  namespace: 'kube-flannel',
  ingressRules: [{ description: 'VXLAN', protocol: 'udp', fromPort: 8472, toPort: 8472 }],
  chart: { repository: { url: 'https://charts.example.com' }, name: 'flannel', version: '0.27.0' },
  values: { podCidr: '10.244.0.0/16' },
};

const chartOf = (version: string) => ({ chart: { ...own.chart, name: 'tigera-operator', version } });

type Placement = Readonly<
  Record<'releaseName' | 'targetNamespace' | 'storageNamespace' | 'install', unknown>
>;

function fleetWith(more: Partial<LocalClusterProps> = {}): Fleet {
  const fleet = emptyFleet();
  new LocalCluster(fleet, 'dev', { ...props, ...more });
  return fleet;
}

const fileOf = (fleet: Fleet) => fleet.compile().files.get('management/clusters/dev/boot/boot.yaml') ?? '';

/** The spec of the only release. */
function release(more: Partial<LocalClusterProps> = {}): Manifest {
  const [found, ...others] = parseObjects(fileOf(fleetWith(more))).filter(
    ({ kind }) => kind === 'HelmRelease',
  );
  expect(others).toEqual([]);
  return found as Manifest;
}

const values = (cni: Cni, networks: ClusterNetworks) =>
  (release({ cni, networks }).spec as { values: Record<string, unknown> }).values;

test.each<[string, Cni]>([
  ['cilium', 'cilium'],
  ['calico', 'calico'],
  ['own', own],
])('%s, on another cluster, by its kubeconfig', (name, cni) => {
  const yaml = fileOf(fleetWith({ cni }));
  expectGolden(__dirname, `${name}.golden.yaml`, yaml);
  expectValid(yaml);
});

test('a chart of your own can take over what another was installed as', () => {
  const { spec: calico } = release({ cni: 'calico' });
  const own = { ...chartOf('v3.31.6'), name: 'calico', namespace: 'tigera-operator' };
  const { metadata, spec } = release({ cni: own });
  const same = ({ releaseName, targetNamespace, storageNamespace, install }: Placement) => ({
    releaseName,
    targetNamespace,
    storageNamespace,
    install,
  });
  expect(metadata.name).toBe('dev-calico');
  expect(same(spec as Placement)).toEqual(same(calico as Placement));
});

test('Cilium is what there is by default', () => {
  expect(fileOf(fleetWith())).toBe(fileOf(fleetWith({ cni: 'cilium' })));
});

test('a release is neither undone nor given up, and is not on the management cluster', () => {
  for (const cni of ['cilium', 'calico', own] as const) {
    const { metadata, spec } = release({ cni });
    const strategy = { name: 'RetryOnFailure', retryInterval: '2m' };
    expect(metadata.namespace).toBe('clusters');
    expect(spec).toMatchObject({
      kubeConfig: { secretRef: { name: 'dev-kubeconfig' } },
      storageNamespace: 'kube-system',
      install: { strategy },
      upgrade: { strategy },
    });
    expect(spec).not.toHaveProperty('suspend');
  }
});

test('a cluster that may go keeps its network: nothing of a suspended release is uninstalled', () => {
  const { metadata, spec } = release({ teardown: 'allowed' });
  expect(spec).toMatchObject({ suspend: true });
  expect(metadata.annotations).toEqual({ 'fleetwright.dev/allow-deletion': 'true' });
});

describe('families of addresses', () => {
  const ipv4 = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] };
  const ipv6 = { pods: ['fd00:10::/56'], services: ['fd00:20::/112'] };
  const dual = {
    pods: [...ipv4.pods, ...ipv6.pods],
    services: [...ipv4.services, ...ipv6.services],
  };

  test.each([
    ['IPv4', ipv4, true, false],
    ['IPv6', ipv6, false, true],
    ['both', dual, true, true],
  ])('Cilium: %s', (_, networks, four, six) => {
    expect(values('cilium', networks)).toMatchObject({
      ipv4: { enabled: four },
      ipv6: { enabled: six },
      k8s: { requireIPv4PodCIDR: four, requireIPv6PodCIDR: six },
    });
  });

  test.each([
    ['IPv4', ipv4, undefined],
    ['IPv6', ipv6, { firstFound: true }],
    ['both', dual, { firstFound: true }],
  ])('Calico: %s', (_, networks, nodeAddressAutodetectionV6) => {
    const ipPools = networks.pods.map((cidr) => ({ cidr, encapsulation: 'VXLAN', natOutgoing: 'Enabled' }));
    expect(values('calico', networks)).toMatchObject({
      installation: { calicoNetwork: { bgp: 'Disabled', ipPools } },
    });
    expect(values('calico', networks)).toEqual(
      expect.objectContaining({
        installation: {
          calicoNetwork: expect.objectContaining(
            nodeAddressAutodetectionV6 ? { nodeAddressAutodetectionV6 } : { bgp: 'Disabled', ipPools },
          ),
        },
      }),
    );
  });
});

test.each<[string, Partial<LocalClusterProps>]>([
  ['somebody else brings the network', { cni: 'none' }],
  ['machines are nothing but API objects', { backend: 'inMemory' }],
])('there is no boot where %s', (_, more) => {
  const { files } = fleetWith(more).compile();
  expect([...files.keys()].filter((file) => /boot|charts/.test(file))).toEqual([]);
  const syncs = parseObjects(files.get('management/clusters/dev.yaml') ?? '');
  expect(syncs.map(({ metadata }) => metadata.name)).toEqual(['dev', 'dev-flux', 'dev-handoff']);
  expect(syncs[1]?.spec).not.toHaveProperty('dependsOn');
});

describe('a chart that clusters share', () => {
  const charts = (fleet: Fleet) => fleet.compile().files.get('management/charts.yaml') ?? '';

  test('is fetched once, by its exact version', () => {
    const fleet = fleetWith({ cni: 'calico' });
    for (const name of ['one', 'two']) new LocalCluster(fleet, name, props);
    const yaml = charts(fleet);
    expectGolden(__dirname, 'charts.golden.yaml', yaml);
    expectValid(yaml);
    const made = parseObjects(yaml).map(
      ({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`,
    );
    for (const name of ['dev', 'one', 'two']) {
      const [found] = parseObjects(
        fleet.compile().files.get(`management/clusters/${name}/boot/boot.yaml`) ?? '',
      );
      expect(found?.kind).toBe('HelmRelease');
      const { chartRef } = (found as Manifest).spec as { chartRef: { kind: string; name: string } };
      expect(made).toContain(`${chartRef.kind} clusters/${chartRef.name}`);
    }
    expect(made).toHaveLength(4);
  });

  test('is not fetched for a cluster that is gone', () => {
    expect(charts(fleetWith({ teardown: 'allowed' }))).not.toBe('');
    expect(charts(fleetWith({ teardown: 'removed' }))).toBe('');
  });
});

test('a chart of your own is looked at where it is installed', () => {
  const cni = { ...own, chart: { ...own.chart, version: '0.27' } };
  expect(problemsOf(fleetWith({ cni }))).toMatchObject([
    { code: 'chart-unpinned', path: 'clusters/dev/boot/flannel', field: 'chart.version' },
  ]);
});
