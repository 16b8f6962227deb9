import * as fc from 'fast-check';
import {
  AddOn,
  AwsCluster,
  type AwsClusterProps,
  ClusterApi,
  type ClusterApiProps,
  EksCluster,
  ExistingCluster,
  Fleet,
  FleetError,
  type FleetProps,
  HelmApp,
  type HelmAppProps,
  LocalCluster,
  type LocalClusterProps,
} from '../../constructs';
import { network, reference } from '../clusters/eks/sample';
import { readings } from '../support/clusters';
import { emptyFleet } from '../support/fleet';

const networks = { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.20.0.0/16' };
const deletion = { drain: '5m', volumeDetach: '5m', node: '30s' };
const remediation = { unhealthyLimit: 1, unhealthyAfter: '5m', startupTimeout: '15m' };
const retries = { maxRetry: 3, retryPeriod: '1m', minHealthyPeriod: '1h' };
const rule = { description: 'VXLAN', protocol: 'udp', fromPort: 8472, toPort: 8472 } as const;
const cni = {
  name: 'weave',
  namespace: 'weave',
  chart: { repository: { url: 'https://charts.example.com' }, name: 'weave', version: '1.2.3' },
  values: { replicas: 1 },
  ingressRules: [rule],
};
const quota = { cpu: '4', memory: '8Gi', storage: '100Gi', pods: 50, loadBalancers: 0 };
const tenant = {
  name: 'team',
  source: { url: 'https://git.example.com/team.git', ref: { branch: 'main' }, interval: '5m' },
  path: './deploy',
  sync: { interval: '5m', prune: true, wait: false, healthChecks: [] },
  quota,
  rules: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }],
};
const common = {
  labels: { tier: 'prod' },
  kubernetesVersion: 'v1.36.3',
  networks,
  connectedTo: ['other'],
  tenants: [tenant],
};
const pool = {
  name: 'workers',
  replicas: { min: 2, max: 4 },
  kubernetesVersion: 'v1.36.3',
  labels: { 'example.com/team': 'a' },
  taints: [{ key: 'example.com/gpu', value: 'true', effect: 'NoSchedule' }],
  rollout: { maxSurge: 1, maxUnavailable: '25%' },
  deletion,
  teardown: 'allowed',
  ...remediation,
} as const;
const firstBoot = {
  manifests: [{ url: 'https://example.com/flux.yaml', sha256: 'a'.repeat(64) }],
  secret: { name: 'first', key: 'secrets.yaml' },
};
const local: LocalClusterProps = {
  ...common,
  teardown: 'allowed',
  controlPlane: { replicas: 3, retries, deletion, ...remediation },
  pools: [pool],
  backend: 'docker',
};
const image = { id: 'ami-0123456789abcdef0', architecture: 'amd64' } as const;
const aws: AwsClusterProps = {
  ...common,
  teardown: 'allowed',
  cni,
  region: 'us-west-2',
  zones: ['us-west-2a', 'us-west-2b'],
  controlPlane: {
    replicas: 3,
    instanceType: 'm7i.large',
    volumeSize: 50,
    iamInstanceProfile: 'profile',
    image,
    retries,
    deletion,
    ...remediation,
  },
  pools: [{ ...pool, instanceType: 'm7i.large', zones: ['us-west-2a'], spot: { maxPrice: '0.08' } }],
  network: { ...network, subnets: network.subnets.map((subnet) => ({ ...subnet, public: false })) },
  cniIngressRules: [rule],
  loadBalancer: { scheme: 'internal', allowedCidrs: ['203.0.113.0/24'] },
  bastion: { allowedCidrs: ['203.0.113.0/24'], instanceType: 't3.micro' },
  identity: { kind: 'AWSClusterRoleIdentity', name: 'prod' },
  sshKeyName: 'ops',
  image: { lookup: { org: '123456789012', format: 'img', baseOS: 'ubuntu-24.04' } },
};
const eks = {
  ...reference,
  network,
  labels: common.labels,
  connectedTo: common.connectedTo,
  tenants: common.tenants,
  teardown: 'allowed',
  pools: [
    { name: 'general', replicas: 3, instanceType: 'm7i.xlarge', spot: true, volumeSize: 50, role: 'nodes' },
    {
      ...pool,
      kubernetesVersion: 'v1.36',
      kind: 'self-managed',
      instanceType: 'c7g.2xlarge',
      zones: ['us-west-2a'],
      iamInstanceProfile: 'nodes',
    },
  ],
  fargate: [{ name: 'jobs', selectors: [{ namespace: 'jobs', labels: { a: 'b' } }], role: 'jobs' }],
  role: 'control-plane',
  identity: aws.identity,
  sshKeyName: 'ops',
} as const;
const clusterApi: ClusterApiProps = {
  aws: { credentials: { secretName: 'aws' }, featureGates: { EKS: true } },
  docker: {},
  core: { featureGates: { MachinePool: true } },
  apiServerCidrs: ['10.0.0.1/32'],
};
const helmApp: HelmAppProps = {
  name: 'app',
  releaseName: 'app',
  namespace: 'sample',
  chart: { repository: { url: 'https://charts.example.com', interval: '1h' }, name: 'app', version: '1.2.3' },
  values: { replicas: 1 },
  valuesFrom: [{ kind: 'Secret', name: 'values', valuesKey: 'a', targetPath: 'b', optional: true }],
  permissions: [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] }],
  crds: 'Skip',
  interval: '10m',
  timeout: '5m',
  onFailure: 'remediate',
  retries: 3,
  suspend: false,
  patches: [{ patch: 'metadata: {}', target: { kind: 'Deployment', name: 'app' } }],
  driftDetection: {
    mode: 'enabled',
    ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deployment' } }],
  },
  targetNamespace: 'sample',
  createNamespace: false,
  storageNamespace: 'sample',
  dependsOn: ['other'],
};
const remote: HelmAppProps = {
  name: 'app',
  namespace: 'sample',
  chart: {
    oci: {
      url: 'oci://registry.example.com/app',
      tag: '1.2.3',
      provider: 'generic',
      verify: { identities: [{ issuer: '^https://ci$', subject: '^app$' }] },
    },
  },
  kubeConfig: { secretName: 'other-kubeconfig' },
};
const git: FleetProps = {
  source: {
    kind: 'git',
    url: 'https://git.example.com/fleet.git',
    branch: 'main',
    secretName: 'git',
    interval: '1m',
    path: 'dist',
    charts: 'charts',
  },
  outdir: 'dist',
  flux: { url: 'oci://registry.example.com/flux', version: 'v2.7.5', digest: `sha256:${'a'.repeat(64)}` },
  decryptionSecret: 'fleet-age',
  resolvers: [],
  clusterScoped: ['example.com/Kind'],
};
const oci: FleetProps = {
  source: {
    kind: 'oci',
    url: 'oci://registry.example.com/fleet',
    tag: 'latest',
    secretName: 'registry',
    provider: 'aws',
    verify: { identities: [{ issuer: '^https://ci$', subject: '^fleet$' }] },
  },
};
const existing = { ...common, installFlux: true, management: false };

/** A fleet with whatever was written in place of good properties. */
type Build = (props: never) => Fleet;

function withFleet(add: (fleet: Fleet) => unknown): Fleet {
  const fleet = emptyFleet();
  new ExistingCluster(fleet, 'other', { kubernetesVersion: 'v1.36.3', installFlux: true });
  add(fleet);
  return fleet;
}

function whole(props: FleetProps): Fleet {
  const fleet = new Fleet(props);
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  new LocalCluster(fleet, 'other', { ...local, connectedTo: [], firstBoot });
  new ExistingCluster(fleet, 'prod', { kubernetesVersion: 'v1.36.3', installFlux: true });
  return fleet;
}

function release(props: HelmAppProps): Fleet {
  return withFleet((fleet) => {
    new AddOn(fleet, 'sample', {
      layer: 'configs',
      namespace: 'sample',
      placement: { matchLabels: { name: 'other' } },
      define: (chart) => new HelmApp(chart, 'app', props),
    });
  });
}

const SUBJECTS: readonly (readonly [string, object, Build])[] = [
  ['LocalCluster', local, (props) => withFleet((fleet) => new LocalCluster(fleet, 'prod', props))],
  [
    'LocalCluster with firstBoot',
    { ...local, firstBoot },
    (props) => withFleet((fleet) => new LocalCluster(fleet, 'prod', props)),
  ],
  ['AwsCluster', aws, (props) => withFleet((fleet) => new AwsCluster(fleet, 'prod', props))],
  ['EksCluster', eks, (props) => withFleet((fleet) => new EksCluster(fleet, 'prod', props))],
  ['ExistingCluster', existing, (props) => withFleet((fleet) => new ExistingCluster(fleet, 'prod', props))],
  ['ClusterApi', clusterApi, (props) => withFleet((fleet) => new ClusterApi(fleet, props))],
  ['HelmApp', helmApp, release],
  ['HelmApp elsewhere', remote, release],
  ['Fleet', git, whole],
  ['Fleet of a registry', oci, whole],
];

/** What people write in place of something else. */
const WRONG: readonly unknown[] = [null, 5, -1, '', 'Bad Name/..', true, [], [null], ['x'], {}, { x: 1 }];

/** Every place of a value, the value itself among them. */
function places(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, one]) => places(one).map((rest) => [key, ...rest]))];
}

function replace(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replace(copy[key], rest, by);
  return copy;
}

/** The codes of a fleet's problems; anything thrown that is no FleetError is thrown on. */
function codes(build: () => Fleet): string[] {
  try {
    build().compile();
    return [];
  } catch (error) {
    if (!(error instanceof FleetError)) throw error;
    return error.problems.map(({ code, cause }) => (cause ? `${code}: ${cause}` : code));
  }
}

describe.each(SUBJECTS)('one wrong field of a %s', (_, good, build) => {
  it('is none of these', () => expect(codes(() => build(good as never))).toEqual([]));

  it('is a problem, and nothing that a check or a constructor trips over', () => {
    const at = fc.constantFrom(...places(good));
    fc.assert(
      fc.property(at, fc.constantFrom(undefined, ...WRONG), (place, wrong) => {
        const found = codes(() => build(replace(good, place, wrong) as never));
        expect(found.filter((code) => /^(check|define)-failed|^object-not-plain/.test(code))).toEqual([]);
      }),
      { numRuns: Number(process.env.FC_RUNS ?? 60) },
    );
  });
});

describe('a field of another shape', () => {
  const added = (add: (fleet: Fleet) => unknown) => readings(withFleet(add));
  const localWith = (props: object) =>
    added((fleet) => new LocalCluster(fleet, 'prod', { ...local, ...props } as LocalClusterProps));

  it.each<[string, object, string]>([
    [
      'a string for a list',
      { networks: { ...networks, pods: '10.244.0.0/16' } },
      "networks.pods [field-malformed] is not a list of strings; write a list of strings: ['10.244.0.0/16']",
    ],
    [
      'a number in a list',
      { connectedTo: [5] },
      "connectedTo[0] [field-malformed] is not a string; write a string: '5'",
    ],
    [
      'a number for a string',
      { kubernetesVersion: 1.36 },
      "kubernetesVersion [field-malformed] is not a string; write a string: '1.36'",
    ],
    [
      'a string for a number',
      { controlPlane: { replicas: '3' } },
      'controlPlane.replicas [field-malformed] is not a number; write a number',
    ],
    ['an object for a list', { pools: {} }, 'pools [field-malformed] is not a list; write a list'],
    [
      'nothing in a list',
      { tenants: [undefined] },
      'tenants[0] [field-malformed] is no object; write its fields in braces',
    ],
    ['a list for a map', { labels: ['a'] }, 'labels [field-malformed] is not a map; write a map'],
    [
      'a word for machines',
      { pools: [{ ...pool, replicas: 'two' }] },
      'pools[0].replicas [field-malformed] is no number of machines; use a whole number, 0 or more, or a range: { min: 2, max: 10 }',
    ],
  ])('is %s', (_, props, expected) => expect(localWith(props)).toEqual([expected]));

  it("is 'false' for false", () => {
    const props = { kubernetesVersion: 'v1.36.3', installFlux: 'false', management: 'false' } as never;
    expect(added((fleet) => new ExistingCluster(fleet, 'prod', props))).toEqual([
      'management [field-malformed] is not true or false; write true or false',
      'installFlux [field-malformed] is not true or false; write true or false',
    ]);
  });

  it.each<[string, (fleet: Fleet) => unknown, string[]]>([
    [
      'LocalCluster',
      (fleet) => new LocalCluster(fleet, 'prod', undefined as never),
      ['kubernetesVersion', 'networks', 'controlPlane', 'pools'],
    ],
    [
      'AwsCluster',
      (fleet) => new AwsCluster(fleet, 'prod', null as never),
      ['kubernetesVersion', 'networks', 'region', 'zones', 'controlPlane', 'pools'],
    ],
    [
      'EksCluster',
      (fleet) => new EksCluster(fleet, 'prod', undefined as never),
      ['kubernetesVersion', 'networks', 'region', 'zones', 'endpoint', 'secretsKey', 'addOns', 'pools'],
    ],
    [
      'ExistingCluster',
      (fleet) => new ExistingCluster(fleet, 'prod', undefined as never),
      ['kubernetesVersion'],
    ],
  ])('is all of a %s that is given nothing', (_, add, missing) => {
    const texts = missing.map((field) => `${field} [field-missing] is required; add \`${field}\``);
    expect(added(add)).toEqual(texts.map((text) => expect.stringContaining(text)));
  });

  it('is one of a fleet', () => {
    const fleet = whole({ source: undefined, flux: null, clusterScoped: 5, resolvers: 5 } as never);
    expect(readings(fleet)).toEqual([
      'source [field-missing] is required; add `source`',
      'resolvers [field-malformed] is not a list; write a list',
      'clusterScoped [field-malformed] is not a list of strings; write a list of strings',
      'flux [field-malformed] is no object; write its fields in braces: url, version, digest',
    ]);
    const source = { url: 5, path: null, charts: null };
    expect(readings(whole({ source } as never))).toEqual([
      "source.url [field-malformed] is not a string; write a string: '5'",
      'source.path [field-malformed] is not a string; write a string',
      'source.charts [field-malformed] is not a string; write a string',
    ]);
    const { url } = oci.source;
    expect(readings(whole({ source: { kind: 'oci', url, verify: null } } as never))).toEqual([
      'source.verify [field-malformed] is no object; write its fields in braces: secretName, identities',
    ]);
  });
});
