import * as fs from 'node:fs';
import path from 'node:path';
import { FleetProtection, LocalCluster } from '../../../constructs';
import type { ApiServer } from '../../stack/api-server';
import { build } from '../../stack/build';
import { startClusterApi } from '../../stack/cluster-api';
import { output, run, until } from '../../stack/command';
import { importedCrds, importedModules, installCrds } from '../../stack/crds';
import { listOf } from '../../stack/kubernetes-object';
import { clusterctl } from '../../stack/parts';
import { Stack } from '../../stack/stack';
import { renderCluster } from '../../support/clusters';
import { renderAlone } from '../../support/fleet';
import { ROOT } from '../../support/folder';
import { describeStack } from '../describe-stack';

/** Everything that a cluster is made of, and one of each kind that is not Cluster API's alone. */
const KINDS = [
  'clusters',
  'devclusters',
  'devmachines',
  'devmachinetemplates',
  'kubeadmconfigs',
  'kubeadmconfigtemplates',
  'kubeadmcontrolplanes',
  'machinedeployments',
  'machinehealthchecks',
  'machines',
  'machinesets',
];

const cluster = renderCluster('dev', (fleet) => {
  new LocalCluster(fleet, 'dev', {
    kubernetesVersion: 'v1.36.3',
    networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] },
    controlPlane: { replicas: 1 },
    pools: [{ name: 'workers', replicas: 1 }],
    backend: 'inMemory',
  });
});

const protection = renderAlone((chart) => {
  new FleetProtection(chart, 'protection');
}).yaml;

const secret = (name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'clusters' },
  stringData: { value: 'x' },
});

describeStack('clusterctl move, under the protection of both management clusters', () => {
  let stack: Stack | undefined;
  let from: ApiServer;
  let to: ApiServer;

  const get = async (server: ApiServer, kinds: string, format = '--output=name') =>
    (await server.kubectl.output(['get', kinds, '--namespace=clusters', format])).trim();

  /** As Flux does it, but for its force: what somebody else owns would be a conflict. */
  const apply = (server: ApiServer, input: string) =>
    server.kubectl.output(
      ['apply', '--server-side', '--field-manager=kustomize-controller', '--filename=-'],
      {
        input,
      },
    );

  beforeAll(async () => {
    stack = await Stack.start();
    const modules = await importedModules();
    [from, to] = [await stack.apiServer('from'), await stack.apiServer('to')];
    await startClusterApi(stack, from, modules, { reconcile: true });
    // No controllers: what there is of the cluster is what clusterctl brought.
    await installCrds(
      to,
      importedCrds(modules, () => true),
    );
    for (const { kubectl } of [from, to]) {
      // As the operator of Cluster API labels what it installs: clusterctl looks for nothing else.
      await kubectl.output(['label', 'crds', '--all', 'clusterctl.cluster.x-k8s.io=']);
      await kubectl.output(['create', 'namespace', 'clusters']);
      await kubectl.output(['label', 'namespace', 'clusters', 'fleetwright.dev/protected=true']);
    }
    for (const server of [from, to]) await apply(server, protection);
    const secrets = ['fleet-age', 'site-kubeconfig'].map(secret);
    await from.kubectl.output(['create', '--filename=-'], { input: listOf(secrets) });
    await apply(from, cluster);
    await until('the cluster is available', 300, async () => {
      const wait = [
        'wait',
        'cluster/dev',
        '--namespace=clusters',
        '--for=condition=Available',
        '--timeout=10s',
      ];
      return (await from.kubectl.run(wait)).code === 0;
    });
    const ready = ['--for=condition=Ready', '--timeout=240s'];
    await from.kubectl.output(['wait', 'machines', '--all', '--namespace=clusters', ...ready]);
  });
  afterAll(async () => stack?.stop());

  test('a Flux that is started suspended stays so when it applies what git has', async () => {
    const file = path.join(ROOT, 'dist', 'management', 'flux.yaml');
    // Flux leaves alone what another manager than kubectl suspended, which `bootstrap --suspended` relies on.
    const input = await output(['awk', '{ print } /^spec:$/ { print "  suspend: true" }', file]);
    await to.kubectl.output(['create', 'namespace', 'flux-system']);
    await to.kubectl.output(
      ['apply', '--server-side', '--field-manager=fleetwright-suspended', '--filename=-'],
      {
        input,
      },
    );
    await apply(to, fs.readFileSync(file, 'utf8'));
    const kinds = ['gitrepositories', 'ocirepositories', 'kustomizations'].join();
    const suspended =
      '--output=jsonpath={range .items[*]}{.kind} {.metadata.namespace}: {.spec.suspend}{"\\n"}{end}';
    const shown = await to.kubectl.output(['get', kinds, '--all-namespaces', suspended]);
    expect(shown.trim().split('\n').sort()).toEqual([
      'GitRepository clusters: true',
      'GitRepository flux-system: true',
      'Kustomization flux-system: true',
      'OCIRepository clusters: true',
    ]);
  });

  test('moves all of a cluster, its Secrets by owner, and leaves what is not of it', async () => {
    const before = await Promise.all(KINDS.map((kind) => get(from, kind)));
    expect(before.filter((names) => names === '')).toEqual([]);
    await until('the policy is in force', 60, async () => {
      const remove = ['delete', 'cluster', 'dev', '--namespace=clusters', '--dry-run=server'];
      return /refusing/.test((await from.kubectl.run(remove)).stderr);
    });
    const binary = path.join(await build(clusterctl), 'clusterctl');
    const move = [binary, 'move', '--namespace=clusters', `--kubeconfig=${from.kubeconfig}`];
    const { code, stderr } = await run(
      stack?.network.inside([...move, `--to-kubeconfig=${to.kubeconfig}`]) ?? [],
      {
        env: {
          ...process.env,
          CLUSTERCTL_DISABLE_VERSIONCHECK: 'true',
          XDG_CONFIG_HOME: stack?.path('config'),
        },
      },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Deleting objects') });
    expect(await get(from, KINDS.join())).toBe('');
    expect(await Promise.all(KINDS.map((kind) => get(to, kind)))).toEqual(before);
    expect(await get(from, 'secrets')).toBe('secret/fleet-age\nsecret/site-kubeconfig');
    const secrets = (await get(to, 'secrets')).split('\n');
    expect(secrets).toEqual(
      expect.arrayContaining(['ca', 'etcd', 'kubeconfig', 'proxy', 'sa'].map((part) => `secret/dev-${part}`)),
    );
    expect(secrets).not.toContain('secret/fleet-age');
    expect(secrets).not.toContain('secret/site-kubeconfig');
  });

  test('leaves the cluster at work, and protected as it was', async () => {
    expect(await get(to, 'cluster/dev', '--output=jsonpath={.spec.paused}')).toBe('');
    const remove = ['delete', 'cluster', 'dev', '--namespace=clusters', '--dry-run=server'];
    expect((await to.kubectl.run(remove)).stderr).toMatch(/refusing to delete Cluster clusters\/dev/);
    const kept = '--output=jsonpath={.metadata.annotations}';
    expect(await get(to, 'cluster/dev', kept)).toBe('{"kustomize.toolkit.fluxcd.io/prune":"disabled"}');
  });

  test('Flux on the new management cluster takes over, without a conflict and without a change', async () => {
    const specs =
      '--output=jsonpath={range .items[*]}{.kind} {.metadata.uid} {.metadata.generation}{"\\n"}{end}';
    const all = 'clusters,devclusters,kubeadmcontrolplanes,machinedeployments,machinehealthchecks';
    const before = await get(to, all, specs);
    expect(before.split('\n')).toHaveLength(6);
    await apply(to, cluster);
    expect(await get(to, all, specs)).toBe(before);
  });
});
