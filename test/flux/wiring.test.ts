import { ApiObject, type Chart } from 'cdk8s';
import {
  AddOn,
  type AddOnProps,
  Cluster,
  type ClusterProps,
  ExistingCluster,
  Fleet,
  FleetApp,
  type FleetSource,
  type Teardown,
} from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { FLUX_VERSION } from '../../constructs/versions';
import { parseObjects, problemsOf } from '../support/fleet';
import { expectGolden } from '../support/golden';
import { expectValid } from '../support/schema';

const kubernetesVersion = 'v1.36.3';

/** A cluster that the management cluster makes, whatever it is made of. */
class MadeCluster extends Cluster {
  constructor(fleet: Fleet, name: string, props: ClusterProps & { teardown?: Teardown }) {
    super(fleet, name, props, { provider: 'made', teardown: props.teardown });
  }

  override define(chart: Chart): void {
    new ApiObject(chart, 'cluster', {
      apiVersion: 'cluster.x-k8s.io/v1beta2',
      kind: 'Cluster',
      metadata: { name: this.name },
    });
  }
}

/** A cluster on which something must be installed before anything starts. */
class BootedCluster extends MadeCluster {
  override boot(chart: Chart): void {
    new ApiObject(chart, 'network', {
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: `${this.name}-network` },
    });
  }
}

function newFleet(source: Partial<FleetSource> = {}): Fleet {
  const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git', ...source } });
  new ExistingCluster(fleet, 'management', { kubernetesVersion, management: true });
  return fleet;
}

const nothing = { namespace: 'sample', placement: {}, define: () => {} };

const addOn = (fleet: Fleet, name: string, props: Partial<AddOnProps<object>> = {}) =>
  new AddOn(fleet, name, { layer: 'configs', ...nothing, ...props });

const objectsIn = (fleet: Fleet, file: string): readonly Manifest[] =>
  parseObjects(fleet.compile().files.get(file) ?? '');

/** What the management cluster makes for the namespace `sample`. */
const sampleNamespace = (fleet: Fleet) =>
  objectsIn(fleet, 'management/namespaces.yaml').filter(
    ({ metadata }) => (metadata.namespace ?? metadata.name) === 'sample',
  );

describe('the root', () => {
  test('reads the folder of its cluster, and is never pruned', () => {
    const file = newFleet({
      secretName: 'git-credential',
      branch: 'release',
      interval: '5m',
      path: 'out',
      charts: 'charts',
    })
      .compile()
      .files.get('management/flux.yaml');
    expectGolden(__dirname, 'root.golden.yaml', file ?? '');
    expectValid(file ?? '');
  });

  test('of a workload cluster is in the handoff, not in its own folder', () => {
    const fleet = newFleet();
    new MadeCluster(fleet, 'prod', { kubernetesVersion });
    const { files } = fleet.compile();
    expect(files.has('prod/flux.yaml')).toBe(false);
    const handoff = parseObjects(files.get('management/clusters/prod/handoff/handoff.yaml') ?? '');
    expect(handoff.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
      'GitRepository flux-system/fleet',
      'Kustomization flux-system/fleet',
    ]);
    expect(handoff[0]?.spec).toMatchObject({ sparseCheckout: ['dist/prod'] });
    expect(handoff[1]?.spec).toMatchObject({ path: './dist/prod', wait: false });
  });

  test("problems of the fleet's source are reported once, not for every cluster", () => {
    const fleet = newFleet({ url: 'git@git.example.com:fleet.git', interval: '1d' });
    new MadeCluster(fleet, 'prod', { kubernetesVersion });
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'url-malformed',
        path: '',
        field: 'source.url',
        remedy: 'write ssh://git@git.example.com/fleet.git',
      },
      { code: 'duration-malformed', path: '', field: 'source.interval' },
    ]);
  });

  test('a source without an address is reported as that, and nothing else', () => {
    expect(problemsOf(newFleet({ url: undefined }))).toMatchObject([
      { code: 'field-missing', field: 'source.url' },
    ]);
  });

  test.each(['./charts', '/charts', 'charts/', '../charts', ''])('charts in %j', (charts) => {
    expect(problemsOf(newFleet({ charts }))).toEqual([
      {
        code: 'source-path',
        path: '',
        field: 'source.charts',
        value: charts,
        problem: 'is no folder of the repository',
        remedy: expect.stringContaining('without `./`'),
      },
    ]);
    expect(problemsOf(newFleet({ charts: 'deploy/redis-7.2' }))).toEqual([]);
  });
});

describe('namespaces', () => {
  test('are restricted and deny all traffic but DNS and the way to a Redis', () => {
    const fleet = newFleet();
    addOn(fleet, 'sample');
    const file = fleet.compile().files.get('management/namespaces.yaml') ?? '';
    expectGolden(__dirname, 'namespace.golden.yaml', file);
    expectValid(file);
  });

  test('are as open as asked for', () => {
    const fleet = newFleet();
    addOn(fleet, 'sample', { podSecurity: 'privileged', network: 'open' });
    const [namespace, policy] = sampleNamespace(fleet);
    expect(namespace?.metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'privileged',
      'pod-security.kubernetes.io/warn': 'privileged',
    });
    const key = 'fleetwright.dev/network';
    expect(policy?.spec).toMatchObject({
      podSelector: {
        matchExpressions: [
          { key, operator: 'Exists' },
          { key, operator: 'DoesNotExist' },
        ],
      },
    });
    expectValid(fleet.compile().files.get('management/namespaces.yaml') ?? '');
  });

  test.each(['deny', 'open'] as const)('keep their policy when they are left: %s', (network) => {
    const fleet = newFleet();
    addOn(fleet, 'sample', { network });
    const objects = sampleNamespace(fleet);
    expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Namespace sample',
      'NetworkPolicy default-deny',
    ]);
    for (const { metadata } of objects) {
      expect(metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
    }
  });

  test('are made once for everything that shares them', () => {
    const fleet = newFleet();
    addOn(fleet, 'one');
    addOn(fleet, 'two');
    expect(sampleNamespace(fleet)).toHaveLength(2);
  });

  test('cannot be two things', () => {
    const fleet = newFleet();
    addOn(fleet, 'one');
    addOn(fleet, 'two', { podSecurity: 'baseline', network: 'open' });
    expect(problemsOf(fleet)).toEqual([
      {
        code: 'namespace-conflict',
        path: 'add-ons/two',
        field: 'podSecurity',
        value: 'baseline',
        problem: 'differs from add-ons/one, which shares the namespace sample and has restricted',
        remedy: 'give both the same, or a namespace each',
      },
      {
        code: 'namespace-conflict',
        path: 'add-ons/two',
        field: 'network',
        value: 'open',
        problem: 'differs from add-ons/one, which shares the namespace sample and has deny',
        remedy: 'give both the same, or a namespace each',
      },
    ]);
  });

  test('of Cluster objects is on the management cluster only', () => {
    const fleet = newFleet();
    new MadeCluster(fleet, 'prod', { kubernetesVersion });
    const { files } = fleet.compile();
    expect(files.get('management/namespaces.yaml')).toContain('name: clusters');
    expect(files.has('prod/namespaces.yaml')).toBe(false);
  });
});

describe('the sync of an instance', () => {
  test('reads its folder, waits for what it names, and takes the options', () => {
    const fleet = newFleet();
    addOn(fleet, 'database', { layer: 'controllers' });
    new FleetApp(fleet, 'shop', {
      ...nothing,
      dependsOn: ['database'],
      sync: { interval: '1h', decryption: { secretName: 'sops-age' } },
    });
    const [database, shop] = objectsIn(fleet, 'management/syncs.yaml');
    expect(database?.spec).not.toHaveProperty('dependsOn');
    expect(shop).toMatchObject({
      kind: 'Kustomization',
      metadata: { name: 'shop', namespace: 'flux-system' },
      spec: {
        path: './dist/management/apps/shop',
        sourceRef: { kind: 'GitRepository', name: 'fleet' },
        dependsOn: [{ name: 'database' }],
        interval: '1h',
        decryption: { provider: 'sops', secretRef: { name: 'sops-age' } },
        prune: true,
        wait: true,
      },
    });
  });

  test('takes no field that is none of its options', () => {
    const fleet = newFleet();
    addOn(fleet, 'sample', { sync: { inteval: '1h', kubeConfig: { secretName: 'x' } } as object });
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'field-unknown', path: 'add-ons/sample', field: 'sync.inteval' },
      { code: 'field-unknown', path: 'add-ons/sample', field: 'sync.kubeConfig' },
    ]);
  });

  test('is on the clusters that the placement selects', () => {
    const fleet = newFleet();
    new MadeCluster(fleet, 'prod', { kubernetesVersion });
    addOn(fleet, 'sample', { placement: { matchLabels: { name: 'prod' } } });
    const syncs = [...fleet.compile().files.keys()].filter((file) => file.endsWith('syncs.yaml'));
    expect(syncs).toEqual(['prod/syncs.yaml']);
  });
});

test('every sync finds its source in its own namespace', () => {
  const fleet = newFleet();
  new MadeCluster(fleet, 'prod', { kubernetesVersion });
  addOn(fleet, 'sample');
  const sources = new Set<string>();
  const syncs: string[] = [];
  for (const [file, text] of fleet.compile().files) {
    // What the handoff applies is on the workload cluster, though it lies in the management cluster's folder.
    const cluster = file.includes('/handoff/') ? 'prod' : file.slice(0, file.indexOf('/'));
    for (const { kind, apiVersion, metadata, spec } of parseObjects(text)) {
      const at = `${cluster} ${metadata?.namespace}`;
      if (kind === 'GitRepository' || kind === 'OCIRepository') sources.add(`${at} ${metadata.name}`);
      if (!apiVersion.startsWith('kustomize.toolkit')) continue;
      const { sourceRef } = spec as { sourceRef: { name: string; namespace?: string } };
      expect(sourceRef.namespace).toBeUndefined();
      syncs.push(`${at} ${sourceRef.name}`);
    }
  }
  expect(syncs).toHaveLength(7);
  expect(syncs.filter((sync) => !sources.has(sync))).toEqual([]);
});

describe('the hub', () => {
  const file = 'management/clusters/prod.yaml';
  /** The hub's syncs for the cluster prod, by name. */
  const syncs = (fleet: Fleet) =>
    Object.fromEntries(
      objectsIn(fleet, file).map(({ metadata, spec }) => [metadata.name, { metadata, spec }]),
    );

  test('judges a cluster by its condition Available, and never lets go of it', () => {
    const fleet = newFleet();
    new MadeCluster(fleet, 'prod', { kubernetesVersion });
    const text = fleet.compile().files.get(file) ?? '';
    expectGolden(__dirname, 'hub.golden.yaml', text);
    expectValid(text);
  });

  test('installs Flux and hands over by the kubeconfig, in this order, and prunes nothing there', () => {
    const fleet = newFleet();
    new MadeCluster(fleet, 'prod', { kubernetesVersion });
    const there = {
      kubeConfig: { secretRef: { name: 'prod-kubeconfig' } },
      prune: false,
      deletionPolicy: 'Orphan',
    };
    expect(syncs(fleet)['prod-flux']).toMatchObject({
      metadata: { namespace: 'clusters' },
      spec: { ...there, path: './', sourceRef: { kind: 'OCIRepository', name: `flux-${FLUX_VERSION}` } },
    });
    expect(syncs(fleet)['prod-flux']?.spec).not.toHaveProperty('dependsOn');
    expect(syncs(fleet)['prod-handoff']).toMatchObject({
      metadata: { namespace: 'clusters' },
      spec: { ...there, path: './dist/management/clusters/prod/handoff', dependsOn: [{ name: 'prod-flux' }] },
    });
  });

  test('installs what nothing starts without, before Flux', () => {
    const fleet = newFleet();
    new BootedCluster(fleet, 'prod', { kubernetesVersion });
    expect(syncs(fleet)['prod-boot']?.spec).toMatchObject({
      path: './dist/management/clusters/prod/boot',
      wait: true,
      deletionPolicy: 'Orphan',
    });
    expect(syncs(fleet)['prod-flux']?.spec).toMatchObject({ dependsOn: [{ name: 'prod-boot' }] });
    expect(objectsIn(fleet, 'management/clusters/prod/boot/boot.yaml')[0]?.metadata).toMatchObject({
      namespace: 'clusters',
      annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
    });
  });

  test('makes no HelmRelease before the cluster answers: helm-controller would pause for ever longer', () => {
    const fleet = newFleet();
    new BootedCluster(fleet, 'prod', { kubernetesVersion });
    expect(Object.keys(syncs(fleet))).toEqual([
      'prod',
      'prod-boot',
      'prod-flux',
      'prod-handoff',
      'prod-reach',
    ]);
    const reach = syncs(fleet)['prod-reach'];
    expect(reach).toMatchObject({
      metadata: { namespace: 'clusters' },
      spec: {
        path: './dist/management/clusters/prod/reach',
        kubeConfig: { secretRef: { name: 'prod-kubeconfig' } },
        retryInterval: '2m',
        timeout: '1m',
        prune: false,
        deletionPolicy: 'Orphan',
      },
    });
    expect(reach?.spec).not.toHaveProperty('dependsOn');
    expect(syncs(fleet)['prod-boot']?.spec).toMatchObject({ dependsOn: [{ name: 'prod-reach' }] });
    expect(objectsIn(fleet, 'management/clusters/prod/reach/reach.yaml')).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'fleetwright', namespace: 'kube-system' },
        data: { cluster: 'prod' },
      },
    ]);
  });

  test('suspends the releases of a cluster that may go, though it does not answer', () => {
    const fleet = newFleet();
    new BootedCluster(fleet, 'prod', { kubernetesVersion, teardown: 'allowed' });
    expect(syncs(fleet)['prod-boot']?.spec).not.toHaveProperty('dependsOn');
  });

  test('lets go of what it installed with the cluster', () => {
    const allowed = newFleet();
    new BootedCluster(allowed, 'prod', { kubernetesVersion, teardown: 'allowed' });
    expect(syncs(allowed)['prod-boot']?.spec).toMatchObject({ deletionPolicy: 'MirrorPrune', prune: true });
    const removed = newFleet();
    new BootedCluster(removed, 'prod', { kubernetesVersion, teardown: 'removed' });
    expect(Object.keys(syncs(removed))).toEqual(['prod']);
    const { files } = removed.compile();
    expect([...files.keys()].filter((name) => /\/(boot|reach)\//.test(name))).toEqual([]);
  });

  test('hands secrets over that only the cluster can read', () => {
    const fleet = newFleet();
    new MadeCluster(fleet, 'prod', { kubernetesVersion, secretsFile: 'test/support/flux.sops.yaml' });
    expect(syncs(fleet)['prod-handoff']?.spec).toMatchObject({
      decryption: { provider: 'sops', secretRef: { name: 'fleet-age' } },
    });
    const secrets = objectsIn(fleet, 'management/clusters/prod/handoff/secrets.yaml');
    expect(secrets.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'Secret fleet-age',
      'Secret fleet-git',
    ]);
    expect(secrets.every((secret) => 'sops' in secret)).toBe(true);
  });

  test('hands over to a cluster that nobody makes, without waiting for it', () => {
    const fleet = newFleet();
    new ExistingCluster(fleet, 'prod', { kubernetesVersion });
    expect(Object.keys(syncs(fleet))).toEqual(['prod-handoff']);
    expect(syncs(fleet)['prod-handoff']?.spec).not.toHaveProperty('dependsOn');
  });

  test('holds no worker of Flux for long: the wait is between the tries', () => {
    const fleet = newFleet();
    new MadeCluster(fleet, 'prod', { kubernetesVersion });
    const waits = { timeout: '1m', retryInterval: '2m' };
    expect(syncs(fleet).prod?.spec).toMatchObject(waits);
    expect(syncs(fleet)['prod-handoff']?.spec).toMatchObject(waits);
    expect(syncs(fleet)['prod-flux']?.spec).toMatchObject({ ...waits, timeout: '2m' });
  });

  test('keeps the objects of a cluster from being pruned', () => {
    const fleet = newFleet();
    new MadeCluster(fleet, 'prod', { kubernetesVersion });
    expect(objectsIn(fleet, 'management/clusters/prod/prod.yaml')[0]?.metadata).toMatchObject({
      namespace: 'clusters',
      annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
    });
  });

  test('lets a cluster go in two steps', () => {
    const allowed = newFleet();
    new MadeCluster(allowed, 'prod', { kubernetesVersion, teardown: 'allowed' });
    expect(objectsIn(allowed, 'management/clusters/prod/prod.yaml')[0]?.metadata.annotations).toEqual({
      'fleetwright.dev/allow-deletion': 'true',
    });
    expect(syncs(allowed).prod?.spec).toMatchObject({ deletionPolicy: 'WaitForTermination', prune: true });
    expect(Object.keys(syncs(allowed))).toEqual(['prod', 'prod-flux', 'prod-handoff']);

    const removed = newFleet();
    new MadeCluster(removed, 'prod', { kubernetesVersion, teardown: 'removed' });
    expect(objectsIn(removed, 'management/clusters/prod/prod.yaml').map(({ kind }) => kind)).toEqual([
      'ConfigMap',
    ]);
    expect(Object.keys(syncs(removed))).toEqual(['prod']);
    expect(syncs(removed).prod?.spec).not.toHaveProperty('healthChecks');
  });
});

describe('a SOPS-encrypted Secret', () => {
  const define = (chart: Chart) => {
    new ApiObject(chart, 'secret', {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'token' },
      stringData: { token: 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]' },
      sops: { mac: 'ENC[AES256_GCM,data:eQ==,iv:eQ==,tag:eQ==,type:str]' },
    });
  };

  test('whose sync has no key', () => {
    const fleet = newFleet();
    addOn(fleet, 'sample', { define });
    addOn(fleet, 'other', { sync: { decryption: { secretName: 'sops-age' } } });
    expect(problemsOf(fleet)).toEqual([
      {
        code: 'secret-undecryptable',
        path: 'clusters/management/configs/sample/secret',
        field: 'sops',
        value: undefined,
        problem:
          'encrypts Secret token, and the sync that reads management/configs/sample/sample.yaml has no key',
        remedy:
          'set `sync: { decryption: { secretName } }` on the app or add-on: the Secret with the age key',
      },
    ]);
  });

  test.each(['dist', 'deploy/out'])('whose sync has the key, below %s', (path) => {
    const fleet = newFleet({ path });
    addOn(fleet, 'sample', { define, sync: { decryption: { secretName: 'sops-age' } } });
    expect(problemsOf(fleet)).toEqual([]);
  });
});
