import { HelmApp, type HelmAppProps, NAMESPACE_RULES } from '../../../constructs';
import { problemsAlone, renderAlone } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const chart = {
  repository: { url: 'https://charts.example.com' },
  name: 'podinfo',
  version: '6.9.1',
} as const;
const minimal: HelmAppProps = { name: 'podinfo', namespace: 'sample', chart };

/** What excludes something else is in the second example: `kubeConfig` and what belongs to it. */
const allProps: Required<Omit<HelmAppProps, 'kubeConfig' | 'createNamespace'>> = {
  name: 'podinfo',
  releaseName: 'web',
  namespace: 'sample',
  chart: {
    repository: {
      url: 'https://charts.example.com',
      secretName: 'chart-credential',
      interval: '2h',
      annotations: { 'example.com/owner': 'team-shop' },
    },
    name: 'podinfo',
    version: '6.9.1',
  },
  values: { replicas: 2, ingress: { hosts: ['shop.example.com'] } },
  valuesFrom: [
    { kind: 'Secret', name: 'podinfo', valuesKey: 'password', targetPath: 'auth.password', optional: true },
  ],
  permissions: [
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'create', 'patch', 'delete'] },
  ],
  crds: 'Skip',
  interval: '1h',
  timeout: '15m',
  onFailure: 'remediate',
  retries: 5,
  suspend: true,
  patches: [{ target: { kind: 'Deployment', name: 'podinfo' }, patch: 'spec:\n  minReadySeconds: 5\n' }],
  driftDetection: {
    mode: 'warn',
    ignore: [{ paths: ['/spec/replicas'], target: { kind: 'Deployment', name: 'podinfo' } }],
  },
  targetNamespace: 'web',
  storageNamespace: 'releases',
  dependsOn: ['cert-manager'],
};
const remote: Pick<Required<HelmAppProps>, 'kubeConfig' | 'createNamespace'> & HelmAppProps = {
  name: 'prod-cni',
  releaseName: 'cni',
  namespace: 'clusters',
  chart: {
    oci: {
      url: 'oci://registry.example.com/charts/cni',
      digest: `sha256:${'0a'.repeat(32)}`,
      provider: 'aws',
      interval: '1h',
      verify: { secretName: 'cosign-key' },
    },
  },
  targetNamespace: 'cni-system',
  createNamespace: true,
  onFailure: 'retry',
  kubeConfig: { secretName: 'prod-kubeconfig' },
};

const objectsOf = (props: Partial<HelmAppProps>) =>
  renderAlone((scope) => {
    new HelmApp(scope, 'app', { ...minimal, ...props });
  });
const problemsWith = (props: Partial<HelmAppProps>) =>
  problemsAlone((scope) => {
    new HelmApp(scope, 'app', { ...minimal, ...props });
  });
const of = (props: Partial<HelmAppProps>, kind: string) =>
  objectsOf(props).objects.find((object) => object.kind === kind);

test('a release with everything set', () => {
  const { yaml } = objectsOf(allProps);
  expectGolden(__dirname, 'helm-app.golden.yaml', yaml);
  expectValid(yaml);
});

test('a release on another cluster, from an OCI registry', () => {
  const { yaml, objects } = objectsOf(remote);
  expectGolden(__dirname, 'helm-app-remote.golden.yaml', yaml);
  expectValid(yaml);
  expect(objects.map(({ kind }) => kind)).toEqual(['HelmRelease', 'OCIRepository']);
  expect(objects[0]?.spec).not.toHaveProperty('serviceAccountName');
});

test('a failure of what everything stands on undoes nothing, and is tried again without end', () => {
  const spec = of({ onFailure: 'retry' }, 'HelmRelease')?.spec;
  const strategy = { name: 'RetryOnFailure', retryInterval: '2m' };
  expect(spec).toMatchObject({ install: { strategy }, upgrade: { strategy } });
  expect(JSON.stringify(spec)).not.toContain('remediation');
});

test('a release with nothing but what it needs', () => {
  const { yaml, objects } = objectsOf({});
  expectValid(yaml);
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`)).toEqual([
    'ServiceAccount sample/helm-podinfo',
    'Role sample/helm-podinfo',
    'RoleBinding sample/helm-podinfo',
    'HelmRelease sample/podinfo',
    'HelmRepository sample/podinfo',
  ]);
  expect(objects[3]?.spec).toEqual({
    releaseName: 'podinfo',
    interval: '10m',
    timeout: '5m',
    chart: {
      spec: { chart: 'podinfo', version: '6.9.1', sourceRef: { kind: 'HelmRepository', name: 'podinfo' } },
    },
    serviceAccountName: 'helm-podinfo',
    install: { crds: 'Skip', remediation: { retries: 3 } },
    upgrade: { crds: 'Skip', remediation: { retries: 3 } },
    driftDetection: { mode: 'enabled' },
  });
});

test('the account has no token, has a role in the namespace, and outlives the release', () => {
  const [account, role, binding] = objectsOf({}).objects;
  expect(account).toMatchObject({ kind: 'ServiceAccount', automountServiceAccountToken: false });
  expect(role?.rules).toEqual(NAMESPACE_RULES);
  expect(binding).toMatchObject({
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'helm-podinfo' },
    subjects: [{ kind: 'ServiceAccount', name: 'helm-podinfo', namespace: 'sample' }],
  });
  for (const object of [account, role, binding]) {
    expect(object?.metadata.labels).toEqual({ 'fleetwright.dev/helm-app': 'podinfo' });
    expect(object?.metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
  }
});

test('no namespace permission leads to Flux, to more than is listed, or to all of something', () => {
  expect(
    NAMESPACE_RULES.flatMap((rule) => rule.apiGroups).filter((group) => /flux|\*/.test(group ?? '')),
  ).toEqual([]);
  expect([...new Set(NAMESPACE_RULES.flatMap(({ verbs }) => verbs))].sort()).toEqual([
    'create',
    'delete',
    'get',
    'list',
    'patch',
    'update',
    'watch',
  ]);
  expect(
    NAMESPACE_RULES.flatMap(({ resources = [] }) => resources).filter((r) => /\*|token|exec/.test(r)),
  ).toEqual([]);
});

test('permissions change without a binding that changes its role: Flux would need force for that', () => {
  const all = (['namespace', 'crds', 'cluster', []] as const).flatMap(
    (permissions) => objectsOf({ permissions }).objects,
  );
  const roles = new Map<string, unknown>();
  for (const { kind, metadata, roleRef } of all.filter((object) => object.kind.endsWith('RoleBinding'))) {
    const name = `${kind} ${metadata.name}`;
    expect(roles.get(name) ?? roleRef).toEqual(roleRef);
    roles.set(name, roleRef);
  }
  expect([...roles.keys()]).toHaveLength(4);
  expect(JSON.stringify(all)).not.toContain('/force');
});

test("permissions on CRDs are those and Helm's own Secrets, nothing in the target namespace", () => {
  const { yaml, objects } = objectsOf({ permissions: 'crds', targetNamespace: 'web' });
  expectValid(yaml);
  const [clusterRole, role] = ['ClusterRole', 'Role'].map((kind) => objects.find((o) => o.kind === kind));
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
  expect(clusterRole?.rules).toEqual([
    { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs },
  ]);
  expect(role?.rules).toEqual([{ apiGroups: [''], resources: ['secrets'], verbs }]);
  expect(role?.metadata.namespace).toBe('sample');
  const bindings = objects.filter(({ kind }) => kind.endsWith('RoleBinding'));
  expect(bindings.map(({ kind, metadata, roleRef }) => [kind, metadata.name, roleRef])).toEqual([
    [
      'ClusterRoleBinding',
      'helm:sample:podinfo:crds',
      expect.objectContaining({ kind: 'ClusterRole', name: 'helm:sample:podinfo:crds' }),
    ],
    ['RoleBinding', 'helm-podinfo-storage', expect.objectContaining({ name: 'helm-podinfo-storage' })],
  ]);
  for (const { metadata } of [...bindings, clusterRole, role].flatMap((object) => object ?? [])) {
    expect(metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
  }
  expect(of({ permissions: 'crds' }, 'HelmRelease')?.spec).toMatchObject({
    upgrade: { crds: 'CreateReplace' },
  });
  expect(problemsWith({ permissions: 'crds', crds: 'Create' })).toEqual([]);
});

test('permissions on the whole cluster bring CRDs along', () => {
  const { yaml, objects } = objectsOf({ permissions: 'cluster' });
  expectValid(yaml);
  expect(objects.find(({ kind }) => kind === 'ClusterRoleBinding')).toMatchObject({
    metadata: {
      name: 'helm:sample:podinfo',
      annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
    },
    roleRef: { kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ name: 'helm-podinfo', namespace: 'sample' }],
  });
  expect(objects.some(({ kind }) => kind === 'RoleBinding')).toBe(false);
  expect(of({ permissions: 'cluster' }, 'HelmRelease')?.spec).toMatchObject({
    install: { crds: 'CreateReplace' },
    upgrade: { crds: 'CreateReplace' },
  });
  expect(of({ permissions: 'cluster', crds: 'Create' }, 'HelmRelease')?.spec).toMatchObject({
    upgrade: { crds: 'Create' },
  });
});

test("rules of its own stand beside a role for Helm's Secrets where they are stored", () => {
  const rule = { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get'] };
  const roles = objectsOf({ permissions: [rule] }).objects.filter(({ kind }) => kind === 'Role');
  expect(roles.map(({ metadata, rules }) => [metadata.name, rules])).toEqual([
    ['helm-podinfo', [rule]],
    ['helm-podinfo-storage', [expect.objectContaining({ apiGroups: [''], resources: ['secrets'] })]],
  ]);
});

test('the account of another target namespace touches only Secrets where releases are stored', () => {
  const { objects } = objectsOf({ targetNamespace: 'web' });
  const bindings = objects.filter(({ kind }) => kind === 'RoleBinding');
  expect(bindings.map(({ metadata, roleRef }) => [metadata.namespace, roleRef])).toEqual([
    ['sample', expect.objectContaining({ kind: 'Role', name: 'helm-podinfo-storage' })],
    ['web', expect.objectContaining({ kind: 'Role', name: 'helm-podinfo' })],
  ]);
});

test.each(['OCIRepository', 'HelmChart'] as const)('a chart that a %s carries already', (kind) => {
  const { yaml, objects } = objectsOf({ chart: { chartRef: { kind, name: 'shared' } } });
  expectValid(yaml);
  expect(objects.find((object) => object.kind === 'HelmRelease')?.spec).toMatchObject({
    chartRef: { kind, name: 'shared' },
  });
  expect(objects).toHaveLength(4);
});

test('a chart of a source that is there already', () => {
  const { objects } = objectsOf({ chart: { ...chart, repository: { name: 'stable' } } });
  expect(objects.some(({ kind }) => kind === 'HelmRepository')).toBe(false);
  expect(objects.find(({ kind }) => kind === 'HelmRelease')?.spec).toMatchObject({
    chart: { spec: { sourceRef: { kind: 'HelmRepository', name: 'stable' } } },
  });
});

describe('problems', () => {
  test.each(['*', 'latest', '6.x', '6.9', '>=6.0.0', '^6.9.1', '6.9.1 - 7.0.0', '6.9.x', ''])(
    'the version %j',
    (version) => {
      expect(problemsWith({ chart: { ...chart, version } })).toEqual([
        {
          code: 'chart-unpinned',
          path: 'clusters/management/configs/sample/app',
          field: 'chart.version',
          value: version,
          problem: 'can mean another chart tomorrow',
          remedy: 'write an exact version, such as 1.2.3',
        },
      ]);
    },
  );

  test.each(['6.9.1', 'v1.18.2', '1.0.0-rc.1', '1.2.3+build.5'])('the version %s is exact', (version) => {
    expect(problemsWith({ chart: { ...chart, version } })).toEqual([]);
  });

  test('an OCI tag that moves', () => {
    const oci = { url: 'oci://registry.example.com/charts/podinfo' };
    expect(problemsWith({ chart: { oci: { ...oci, tag: '6.9.1_build' } } })).toEqual([]);
    expect(problemsWith({ chart: { oci: { ...oci, tag: 'latest' } } })).toMatchObject([
      {
        code: 'chart-unpinned',
        field: 'chart.oci.tag',
        value: 'latest',
        remedy: 'write an exact version, such as 1.2.3, or a digest',
      },
    ]);
  });

  test('the source it makes is looked at too', () => {
    const repository = { url: 'http://charts.example.com' };
    expect(problemsWith({ chart: { ...chart, repository } })).toMatchObject([
      { code: 'url-scheme', path: 'clusters/management/configs/sample/app/source' },
    ]);
  });

  test('a name that Helm would not take', () => {
    expect(problemsWith({ name: 'p'.repeat(54) })).toMatchObject([
      { code: 'name-too-long', field: 'name', remedy: 'use at most 53: names made from it must fit in 63' },
    ]);
  });

  test('durations', () => {
    expect(problemsWith({ interval: '1d', timeout: 'long' })).toMatchObject([
      { code: 'duration-malformed', field: 'interval' },
      { code: 'duration-malformed', field: 'timeout' },
    ]);
  });

  test.each([-1, 1.5])('%d retries', (retries) => {
    expect(problemsWith({ retries })).toMatchObject([
      {
        code: 'retries-invalid',
        field: 'retries',
        value: retries,
        problem: 'is no number of retries',
        remedy: 'use a whole number, 0 or more: retries without end hide a broken release',
      },
    ]);
  });

  test('a name that charts would not take', () => {
    expect(problemsWith({ releaseName: 'Web' })).toMatchObject([
      { code: 'name-invalid', field: 'releaseName' },
    ]);
  });

  test('a number of retries, and no end to them', () => {
    expect(problemsWith({ onFailure: 'retry', retries: 5 })).toMatchObject([
      {
        code: 'retries-ignored',
        field: 'retries',
        value: 5,
        problem: "counts nothing: `onFailure: 'retry'` tries again without end",
        remedy: 'remove one of the two',
      },
    ]);
  });

  test('a namespace that the fleet does not know', () => {
    expect(problemsWith({ targetNamespace: 'web', createNamespace: true })).toMatchObject([
      {
        code: 'namespace-unmanaged',
        field: 'createNamespace',
        value: true,
        problem: 'would make a namespace that the fleet does not know',
        remedy: 'remove it: the `namespace` of an app or add-on is made with its policies',
      },
    ]);
  });

  test('a release that waits for itself', () => {
    expect(problemsWith({ dependsOn: ['podinfo'] })).toMatchObject([
      { code: 'dependency-self', field: 'dependsOn[0]' },
    ]);
  });

  test('rules with a wildcard', () => {
    const permissions = [
      { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
      { apiGroups: ['*'], resources: ['*'], verbs: ['get', '*'] },
    ];
    const common = {
      code: 'rbac-wildcard',
      problem: 'allows what nobody has listed, today and after every upgrade',
      remedy: 'list what is needed',
    };
    expect(problemsWith({ permissions })).toMatchObject([
      { ...common, field: 'permissions[1].apiGroups', value: ['*'] },
      { ...common, field: 'permissions[1].resources', value: ['*'] },
      { ...common, field: 'permissions[1].verbs', value: ['get', '*'] },
    ]);
  });

  test('permissions on the wrong cluster', () => {
    expect(problemsWith({ ...remote, permissions: 'cluster' })).toMatchObject([
      {
        code: 'permissions-remote',
        field: 'permissions',
        value: 'cluster',
        problem: 'would be given on this cluster, while `kubeConfig` names another',
        remedy: 'remove it: the kubeconfig decides what the release may do there',
      },
    ]);
  });

  test('CRDs without permissions on the cluster', () => {
    expect(problemsWith({ crds: 'Create' })).toMatchObject([
      {
        code: 'crds-forbidden',
        field: 'crds',
        value: 'Create',
        problem: 'needs more than permissions in a namespace: CRDs belong to the whole cluster',
        remedy: "set `permissions` to 'crds' or 'cluster', or make the CRDs by an add-on of the layer crds",
      },
    ]);
    expect(problemsWith({ ...remote, crds: 'Create' })).toEqual([]);
  });

  test('null in values', () => {
    expect(problemsWith({ values: { a: { b: [1, null] }, c: null, d: 'x' } })).toMatchObject([
      {
        code: 'values-null',
        field: 'values.a.b[1]',
        value: null,
        problem: 'would be lost on the way to the manifest',
        remedy: 'put a null that is to remove a default into a ConfigMap, and name that in `valuesFrom`',
      },
      { code: 'values-null', field: 'values.c' },
    ]);
  });
});

describe('fields', () => {
  test.each<[string, object, string]>([
    ['field-unknown', { vaules: {} }, 'vaules'],
    ['field-missing', { chart: undefined }, 'chart'],
    ['field-missing', { chart: { repository: { name: 'stable' }, name: 'podinfo' } }, 'chart.version'],
    ['field-unknown', { chart: { ...chart, chartVersion: '1' } }, 'chart.chartVersion'],
    ['field-unknown', { chart: { ...chart, repository: { name: 'x', url: 'y' } } }, 'chart.repository.url'],
    ['field-malformed', { chart: { ...chart, repository: 'stable' } }, 'chart.repository'],
    ['field-missing', { chart: { chartRef: { kind: 'HelmChart' } } }, 'chart.chartRef.name'],
    ['value-unknown', { chart: { chartRef: { kind: 'Chart', name: 'x' } } }, 'chart.chartRef.kind'],
    ['field-unknown', { chart: { oci: {}, version: '1' } }, 'chart.version'],
    ['value-unknown', { valuesFrom: [{ kind: 'Config', name: 'x' }] }, 'valuesFrom[0].kind'],
    ['field-unknown', { valuesFrom: [{ kind: 'Secret', name: 'x', key: 'y' }] }, 'valuesFrom[0].key'],
    ['value-unknown', { permissions: 'admin' }, 'permissions'],
    ['field-unknown', { permissions: [{ verbs: ['get'], groups: [''] }] }, 'permissions[0].groups'],
    ['value-unknown', { crds: 'skip' }, 'crds'],
    ['value-unknown', { onFailure: 'rollback' }, 'onFailure'],
    ['field-missing', { patches: [{ patch: 'x' }] }, 'patches[0].target'],
    ['value-unknown', { driftDetection: { mode: 'on' } }, 'driftDetection.mode'],
    ['field-missing', { driftDetection: { ignore: [{}] } }, 'driftDetection.ignore[0].paths'],
    [
      'field-unknown',
      { driftDetection: { ignore: [{ paths: [], target: { type: 'x' } }] } },
      'driftDetection.ignore[0].target.type',
    ],
    ['field-missing', { kubeConfig: {} }, 'kubeConfig.secretName'],
  ])('%s: %j', (code, props, field) => {
    expect(problemsWith(props)).toMatchObject([
      { code, path: 'clusters/management/configs/sample/app', field },
    ]);
  });

  const object = 'use lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit';
  const label = 'use lower-case letters, digits and `-`, beginning and ending with a letter or digit';
  const target = { kind: 'Deployment' };
  test.each<[object, string, string, string]>([
    [{ targetNamespace: 'My NS' }, 'targetNamespace', 'is no DNS label', label],
    [{ storageNamespace: '' }, 'storageNamespace', 'is no DNS label', label],
    [{ kubeConfig: { secretName: '' } }, 'kubeConfig.secretName', 'is no name of a Secret', object],
    [
      { valuesFrom: [{ kind: 'ConfigMap', name: 'A B' }] },
      'valuesFrom[0].name',
      'is no name of a ConfigMap',
      object,
    ],
    [{ dependsOn: ['A B'] }, 'dependsOn[0]', 'is no name of a HelmRelease', object],
    [{ dependsOn: 'zz' }, 'dependsOn', 'is not a list of strings', "write a list of strings: ['zz']"],
    [{ values: 'a: 1' }, 'values', 'is not a map', 'write a map'],
    ...['a: [', 'replicas', '', 'a: 1\n---\nb: {'].map((patch): [object, string, string, string] => [
      { patches: [{ patch, target }] },
      'patches[0].patch',
      'is no patch',
      'write a piece of an object in YAML, or a list of operations with `op` and `path`',
    ]),
    [
      { patches: [{ patch: '[{ op: remove, path: /spec/replicas }]', target }] },
      'patches[0].patch',
      'begins like JSON, and is none: Flux would fail on it',
      'write the operations in lines that begin with `- `, or quote what JSON quotes',
    ],
    ...['spec/replicas', '/a~2b'].map((pointer): [object, string, string, string] => [
      { driftDetection: { ignore: [{ paths: [pointer] }] } },
      'driftDetection.ignore[0].paths[0]',
      'is no JSON pointer',
      'begin with a slash, such as /spec/replicas; `~1` stands for a slash in a name',
    ]),
    [
      { permissions: [{ apiGroups: [''], resources: ['pods'], verbs: [] }] },
      'permissions[0].verbs',
      'is empty: the API server takes no rule that allows nothing',
      'list what is allowed, such as get, list and watch',
    ],
  ])('%j', (props, field, problem, remedy) => {
    expect(problemsWith(props)).toMatchObject([{ field, problem, remedy }]);
  });

  test('takes operations, several patches in one, and every JSON pointer', () => {
    const patches = ['- op: remove\n  path: /spec/replicas\n', 'a: 1\n---\nb: 2\n'];
    // The empty one is the whole object.
    const ignore = [{ paths: ['/metadata/annotations/example.com~1a', '/spec', ''] }];
    const props = { patches: patches.map((patch) => ({ patch, target })), driftDetection: { ignore } };
    expect(problemsWith(props)).toEqual([]);
  });

  test('of the source that it makes', () => {
    const oci = { url: 'oci://registry.example.com/podinfo', tag: '1.2.3', insecure: true };
    expect(problemsWith({ chart: { oci } })).toMatchObject([
      { code: 'field-unknown', path: 'clusters/management/configs/sample/app/source', field: 'insecure' },
    ]);
    const repository = { ulr: 'https://charts.example.com' } as unknown as { url: string };
    expect(problemsWith({ chart: { ...chart, repository } })).toMatchObject([
      { code: 'field-unknown', field: 'ulr' },
      { code: 'field-missing', field: 'url' },
    ]);
  });
});
