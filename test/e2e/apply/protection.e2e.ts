import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EksCluster, FleetProtection, LocalCluster, type LocalClusterProps } from '../../../constructs';
import { network, reference } from '../../clusters/eks/sample';
import type { ApiServer } from '../../stack/api-server';
import { startClusterApi } from '../../stack/cluster-api';
import { until } from '../../stack/command';
import { importedCrds, importedModules, installCrds, isClusterApi } from '../../stack/crds';
import { type KubernetesObject, listOf } from '../../stack/kubernetes-object';
import { Stack } from '../../stack/stack';
import { renderCluster } from '../../support/clusters';
import { renderAlone } from '../../support/fleet';
import { ROOT } from '../../support/folder';
import { describeStack } from '../describe-stack';
import { asNew, CHANGED, MADE, merged } from './copies';

const GARBAGE_COLLECTOR = 'system:serviceaccount:kube-system:generic-garbage-collector';
const NAMESPACE_CONTROLLER = 'system:serviceaccount:kube-system:namespace-controller';
const CLUSTER_API = 'system:serviceaccount:capi-system:capi-manager';

/** The accounts of Cluster API's providers. */
const CONTROLLERS = [
  CLUSTER_API,
  'system:serviceaccount:capi-kubeadm-bootstrap-system:capi-kubeadm-bootstrap-manager',
  'system:serviceaccount:capi-kubeadm-control-plane-system:capi-kubeadm-control-plane-manager',
  'system:serviceaccount:capa-system:capa-controller-manager',
  'system:serviceaccount:capd-system:capd-manager',
];

/** Accounts with as many rights that have no business with clusters. */
const STRANGERS = [
  NAMESPACE_CONTROLLER,
  'system:serviceaccount:flux-system:helm-controller',
  'system:serviceaccount:capi-operator-system:capi-operator-manager',
  'system:serviceaccount:fleetwright-system:template-cleanup',
  'system:serviceaccount:default:capi-manager',
];
const FLUX = 'system:serviceaccount:flux-system:kustomize-controller';

const lab: LocalClusterProps = {
  kubernetesVersion: 'v1.36.3',
  networks: { pods: ['10.244.0.0/16'], services: ['10.96.0.0/16'] },
  controlPlane: { replicas: 1 },
  pools: [],
};

/** What a person reads when a deletion is refused. */
const refused = (what: string, why = 'it holds machines or data') =>
  new RegExp(
    `ValidatingAdmissionPolicy 'fleetwright-deletion' .* denied request: refusing to delete ${what}: ${why}\\..*fleetwright.dev/allow-deletion`,
  );

const namespace = (name: string, labels: object) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});
const provider = (kind: string, name: string) => ({
  apiVersion: 'operator.cluster.x-k8s.io/v1alpha2',
  kind,
  metadata: { name, namespace: 'providers' },
});
const golden = (name: string) => readFileSync(path.join(ROOT, `test/clusters/${name}.golden.yaml`), 'utf8');

describeStack('protection on a real API server', () => {
  let stack: Stack;
  let server: ApiServer;

  const kubectl = (args: string[], input?: string) => server.kubectl.run(args, { input });
  const create = (input: object[]) =>
    server.kubectl.output(['create', '--filename=-'], { input: listOf(input) });

  /** The answer to a deletion that is only tried. */
  async function tryDelete(user: string, ...what: string[]): Promise<string> {
    const as = [`--as=${user}`, '--as-group=system:masters'];
    const { code, stdout, stderr } = await kubectl([
      'delete',
      '--dry-run=server',
      '--wait=false',
      ...as,
      ...what,
    ]);
    return code === 0 ? `deleted ${stdout}` : stderr;
  }

  beforeAll(async () => {
    stack = await Stack.start();
    server = await stack.apiServer('management');
    const modules = await importedModules();
    await installCrds(
      server,
      importedCrds(modules, (module) => !isClusterApi(module)),
    );
    await startClusterApi(stack, server, modules);
    await create([
      namespace('clusters', { 'fleetwright.dev/protected': 'true' }),
      namespace('scratch', {}),
      namespace('team', { 'fleetwright.dev/tenant': 'team' }),
      namespace('providers', {}),
      provider('CoreProvider', 'cluster-api'),
      provider('BootstrapProvider', 'kubeadm'),
      provider('ControlPlaneProvider', 'kubeadm'),
      provider('InfrastructureProvider', 'aws'),
    ]);
    const { yaml } = renderAlone((chart) => {
      new FleetProtection(chart, 'protection');
    });
    await server.kubectl.output(['apply', '--server-side', '--filename=-'], { input: yaml });
    const fargate = [{ name: 'ci', selectors: [{ namespace: 'ci' }] }];
    for (const input of [
      golden('aws/aws-cluster'),
      renderCluster('lab', (fleet) => new LocalCluster(fleet, 'lab', lab)),
      renderCluster(
        'fargate',
        (fleet) => new EksCluster(fleet, 'fargate', { ...reference, network, fargate }),
      ),
    ]) {
      await server.kubectl.output(['apply', '--server-side', '--filename=-'], { input });
    }
    // A policy takes a moment until every request is judged by it.
    await until('the policy is in force', 60, async () =>
      /refusing/.test(await tryDelete('admin', 'namespace', 'clusters')),
    );
  });
  afterAll(async () => stack?.stop());

  test.each([
    'aws/aws-cluster',
    'aws/aws-cluster-all-props',
    'eks/eks-cluster',
    'eks/eks-cluster-all-props',
    'local/local-cluster',
  ])('Cluster API takes the golden %s without a warning', async (name) => {
    const apply = ['apply', '--server-side', '--dry-run=server', '--force-conflicts', '--filename=-'];
    const { code, stderr } = await kubectl(apply, golden(name));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  test.each([
    ['a cluster', ['cluster', 'prod', '--namespace=clusters'], 'Cluster clusters/prod'],
    ['its infrastructure', ['awscluster', 'prod', '--namespace=clusters'], 'AWSCluster clusters/prod'],
    [
      'its control plane',
      ['kubeadmcontrolplane', 'prod-control-plane', '--namespace=clusters'],
      'KubeadmControlPlane clusters/prod-control-plane',
    ],
    [
      'a pool, by another version of the API',
      ['machinedeployments.v1beta1.cluster.x-k8s.io', 'prod-workers-a', '--namespace=clusters'],
      'MachineDeployment clusters/prod-workers-a',
    ],
    [
      'a pool that EKS manages',
      ['awsmanagedmachinepool', 'fargate-general', '--namespace=clusters'],
      'AWSManagedMachinePool clusters/fargate-general',
    ],
    [
      'a Fargate profile',
      ['awsfargateprofile', 'fargate-ci', '--namespace=clusters'],
      'AWSFargateProfile clusters/fargate-ci',
    ],
    ['a namespace with the label', ['namespace', 'clusters'], 'Namespace clusters'],
    [
      'a definition',
      ['crd', 'clusters.cluster.x-k8s.io'],
      'CustomResourceDefinition clusters.cluster.x-k8s.io',
    ],
    ['all clusters at once', ['cluster', '--all', '--namespace=clusters'], 'Cluster clusters/fargate'],
  ])('nobody deletes %s', async (_, what, shown) => {
    for (const user of ['admin', FLUX, NAMESPACE_CONTROLLER, GARBAGE_COLLECTOR, CLUSTER_API]) {
      expect(await tryDelete(user, ...what)).toMatch(refused(shown));
    }
  });

  test.each([
    ['CoreProvider', 'cluster-api'],
    ['BootstrapProvider', 'kubeadm'],
    ['ControlPlaneProvider', 'kubeadm'],
    ['InfrastructureProvider', 'aws'],
  ])('nobody deletes a %s, and its controllers with it, until it is annotated', async (kind, name) => {
    const provider = [kind.toLowerCase(), name, '--namespace=providers'];
    const without = refused(`${kind} providers/${name}`, 'nothing would look after its clusters');
    for (const user of ['admin', FLUX, NAMESPACE_CONTROLLER, GARBAGE_COLLECTOR, CLUSTER_API]) {
      expect(await tryDelete(user, ...provider)).toMatch(without);
    }
    await server.kubectl.output(['annotate', ...provider, 'fleetwright.dev/allow-deletion=true']);
    expect(await tryDelete('admin', ...provider)).toMatch(/^deleted/);
  });

  test('a whole collection in one request is refused', async () => {
    const all = '/apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/machinedeployments';
    const { code, stderr } = await kubectl(['delete', '--raw', all]);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/refusing to delete MachineDeployment/);
    expect(await server.kubectl.output(['get', 'machinedeployments', '-n', 'clusters'])).toMatch(
      /prod-workers-c/,
    );
  });

  test.each([
    ['a namespace without the label', ['namespace', 'scratch']],
    ["another group's definition", ['crd', 'helmreleases.helm.toolkit.fluxcd.io']],
    ['a template', ['kubeadmconfigtemplates', '--all', '--namespace=clusters']],
  ])('anyone who may deletes %s', async (_, what) => {
    expect(await tryDelete('admin', ...what)).toMatch(/^deleted/);
  });

  test.each([
    ['AWSCluster', 'prod'],
    ['KubeadmControlPlane', 'prod-control-plane'],
    ['MachineDeployment', 'prod-workers-a'],
    ['AWSManagedCluster', 'fargate'],
    ['AWSManagedControlPlane', 'fargate-control-plane'],
    ['MachinePool', 'fargate-general'],
    ['AWSManagedMachinePool', 'fargate-general'],
    ['DevCluster', 'lab'],
  ])("Cluster API and the garbage collector delete a cluster's %s, nobody else does", async (kind, name) => {
    const part = [kind.toLowerCase(), name, '--namespace=clusters'];
    const owner = { apiVersion: 'cluster.x-k8s.io/v1beta2', kind: 'Cluster', name, uid: 'owner' };
    const patch = JSON.stringify({ metadata: { ownerReferences: [owner] } });
    await server.kubectl.output(['patch', ...part, '--type=merge', `--patch=${patch}`]);
    for (const user of [GARBAGE_COLLECTOR, ...CONTROLLERS]) {
      expect(await tryDelete(user, ...part)).toMatch(/^deleted/);
    }
    for (const user of ['admin', FLUX, ...STRANGERS]) {
      expect(await tryDelete(user, ...part)).toMatch(refused(`${kind} clusters/${name}`));
    }
  });

  test.each(['fleetwright.dev/allow-deletion=true', 'clusterctl.cluster.x-k8s.io/delete-for-move='])(
    'the annotation %s lets a cluster go',
    async (annotation) => {
      const cluster = ['cluster', 'prod', '--namespace=clusters'];
      await server.kubectl.output(['annotate', ...cluster, annotation]);
      expect(await tryDelete(FLUX, ...cluster)).toMatch(/^deleted/);
      await server.kubectl.output(['annotate', ...cluster, `${annotation.split('=')[0]}-`]);
      expect(await tryDelete(FLUX, ...cluster)).toMatch(refused('Cluster clusters/prod'));
    },
  );

  test('other words than true allow nothing', async () => {
    const cluster = ['cluster', 'prod', '--namespace=clusters'];
    await server.kubectl.output(['annotate', ...cluster, 'fleetwright.dev/allow-deletion=false']);
    expect(await tryDelete('admin', ...cluster)).toMatch(refused('Cluster clusters/prod'));
    await server.kubectl.output(['annotate', ...cluster, 'fleetwright.dev/allow-deletion-']);
  });

  test('a policy cannot guard itself: the API server asks none about policies', async () => {
    const answer = await tryDelete('admin', 'validatingadmissionpolicy', 'fleetwright-deletion');
    expect(answer).toMatch(/^deleted/);
  });

  describe('copies of clusters', () => {
    const inClusters = '--namespace=clusters';

    test.each(MADE.map((copy) => [copy.what, copy] as const))(
      '%s',
      async (_, { of, with: change, answer }) => {
        const original = await server.kubectl.output(['get', of, inClusters, '--output=json']);
        const copy = merged(asNew(JSON.parse(original) as KubernetesObject), change);
        const { stdout, stderr } = await kubectl(
          ['create', '--dry-run=server', '--filename=-'],
          JSON.stringify(copy),
        );
        expect(stdout + stderr).toMatch(answer);
      },
    );

    test.each(CHANGED.map((copy) => [copy.what, copy] as const))(
      '%s is changed',
      async (_, { of, with: change, answer }) => {
        const patch = ['--type=merge', `--patch=${JSON.stringify(change)}`, '--dry-run=server'];
        const { stdout, stderr } = await kubectl(['patch', of, inClusters, ...patch]);
        expect(stdout + stderr).toMatch(answer);
      },
    );
  });

  describe('syncs of a tenant', () => {
    const source = { kind: 'GitRepository', name: 'team' };
    const kustomization = (spec: object, ns = 'team') => ({
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name: 'team', namespace: ns },
      spec: { interval: '10m', prune: true, sourceRef: source, serviceAccountName: 'team', ...spec },
    });
    const release = (spec: object) => ({
      apiVersion: 'helm.toolkit.fluxcd.io/v2',
      kind: 'HelmRelease',
      metadata: { name: 'team', namespace: 'team' },
      spec: { interval: '10m', serviceAccountName: 'team', ...spec },
    });
    const chart = (sourceRef: object) => ({ chart: { spec: { chart: 'app', sourceRef } } });
    const repository = { kind: 'HelmRepository', name: 'team' };

    async function tried(object: object): Promise<string> {
      const input = JSON.stringify(object);
      return (await kubectl(['create', '--dry-run=server', '--filename=-'], input)).stderr;
    }

    test('are taken with an account and a source of their own', async () => {
      expect(await tried(kustomization({}))).toBe('');
      expect(await tried(kustomization({ sourceRef: { ...source, namespace: 'team' } }))).toBe('');
      expect(await tried(release(chart(repository)))).toBe('');
      expect(await tried(release({ chartRef: { kind: 'HelmChart', name: 'app' } }))).toBe('');
    });

    test.each([
      ['a Kustomization', () => kustomization({ serviceAccountName: undefined })],
      ['a Kustomization with an empty one', () => kustomization({ serviceAccountName: '' })],
      ['a HelmRelease', () => release({ ...chart(repository), serviceAccountName: undefined })],
    ])('need an account: %s', async (_, object) => {
      expect(await tried(object())).toMatch(/needs spec.serviceAccountName/);
    });

    test.each([
      ['a Kustomization', () => kustomization({ sourceRef: { ...source, namespace: 'flux-system' } })],
      ['a HelmRelease', () => release(chart({ ...repository, namespace: 'flux-system' }))],
      [
        'a HelmRelease by reference',
        () => release({ chartRef: { kind: 'HelmChart', name: 'app', namespace: 'flux-system' } }),
      ],
    ])("read no other namespace's source: %s", async (_, object) => {
      expect(await tried(object())).toMatch(/reads sources of its own namespace only/);
    });

    test('are refused when they are changed, too', async () => {
      await create([kustomization({})]);
      const change = ['patch', 'kustomization', 'team', '--namespace=team', '--type=merge'];
      const { stderr } = await kubectl([...change, '--patch={"spec":{"serviceAccountName":null}}']);
      expect(stderr).toMatch(/needs spec.serviceAccountName/);
    });

    test.each([
      ['a Kustomization', 'kustomization', () => kustomization({})],
      ['a HelmRelease', 'helmrelease', () => release(chart(repository))],
    ])('may end but not change while they are being deleted: %s', async (_, kind, object) => {
      const name = `held-${kind}`;
      const sync = object();
      await create([
        {
          ...sync,
          metadata: { ...sync.metadata, name, finalizers: ['team.example/hold', 'team.example/too'] },
        },
      ]);
      const which = [kind, name, '--namespace=team'];
      await server.kubectl.output(['delete', ...which, '--wait=false']);
      const patch = (change: object) =>
        kubectl(['patch', ...which, '--type=merge', `--patch=${JSON.stringify(change)}`]);
      expect((await patch({ spec: { serviceAccountName: null } })).stderr).toMatch(
        /needs spec.serviceAccountName/,
      );
      expect((await patch({ metadata: { finalizers: ['team.example/hold'] } })).code).toBe(0);
      expect((await patch({ metadata: { finalizers: null } })).code).toBe(0);
      expect((await kubectl(['get', ...which])).stderr).toMatch(/not found/);
    });

    test('may end without an account, if they are older than the policy', async () => {
      await create([
        namespace('old', {}),
        {
          ...kustomization({ serviceAccountName: undefined }, 'old'),
          metadata: { name: 'team', namespace: 'old', finalizers: ['finalizers.fluxcd.io/test'] },
        },
      ]);
      await server.kubectl.output(['label', 'namespace', 'old', 'fleetwright.dev/tenant=team']);
      const which = ['kustomization', 'team', '--namespace=old'];
      await server.kubectl.output(['delete', ...which, '--wait=false']);
      const { code, stderr } = await kubectl([
        'patch',
        ...which,
        '--type=merge',
        '--patch={"metadata":{"finalizers":null}}',
      ]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    });

    test('are nobody else', async () => {
      expect(await tried(kustomization({ serviceAccountName: undefined }, 'scratch'))).toBe('');
    });
  });
});
