import { ApiObject, type Chart } from 'cdk8s';
import { AddOn, ExistingCluster, Fleet, type TenantProps } from '../../../constructs';
import { parseObjects, problemsOf } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const minimal: TenantProps = {
  name: 'team-a',
  source: { url: 'https://git.example.com/team-a.git', ref: { branch: 'main' } },
};

const allProps: Required<TenantProps> = {
  name: 'team-a',
  source: {
    url: 'ssh://git@git.example.com/team-a.git',
    ref: { tag: 'v1.2.0' },
    secretName: 'git-credential',
    interval: '2m',
  },
  path: './deploy',
  sync: { interval: '30m', wait: false, decryption: { secretName: 'sops-age' } },
  quota: { cpu: '500m', memory: '1Gi', storage: '5Gi', pods: 7, loadBalancers: 1 },
  rules: [
    { apiGroups: ['cert-manager.io'], resources: ['certificates'], verbs: ['get', 'create', 'delete'] },
  ],
};

/** A management cluster with these tenants, and an add-on on it. */
function fleetWith(tenants: readonly TenantProps[], define?: (chart: Chart) => void): Fleet {
  const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git' } });
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true, tenants });
  if (define) {
    new AddOn(fleet, 'sample', { layer: 'configs', namespace: 'sample', placement: {}, define });
  }
  return fleet;
}

const render = (props: TenantProps) =>
  fleetWith([props]).compile().files.get('management/tenants/team-a.yaml') ?? '';
const problemsWith = (props: Partial<TenantProps>) => problemsOf(fleetWith([{ ...minimal, ...props }]));

test('a tenant with everything set', () => {
  const yaml = render(allProps);
  expectGolden(__dirname, 'tenant.golden.yaml', yaml);
  expectValid(yaml);
});

describe('a tenant with nothing but what it needs', () => {
  const yaml = render(minimal);
  const objects = parseObjects(yaml);
  const of = (kind: string) => objects.find((object) => object.kind === kind);

  test('is valid, and lives in its own namespace only', () => {
    expectValid(yaml);
    const namespaces = objects
      .filter(({ kind }) => kind !== 'Namespace')
      .map(({ metadata }) => metadata.namespace);
    expect(new Set(namespaces)).toEqual(new Set(['team-a']));
    expect(objects.some(({ kind }) => kind.startsWith('Cluster'))).toBe(false);
  });

  test('has a restricted, protected namespace that denies traffic', () => {
    expect(of('Namespace')?.metadata).toEqual({
      name: 'team-a',
      annotations: { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
      labels: {
        'fleetwright.dev/protected': 'true',
        'fleetwright.dev/tenant': 'team-a',
        'pod-security.kubernetes.io/enforce': 'restricted',
        'pod-security.kubernetes.io/warn': 'restricted',
      },
    });
    expect(of('NetworkPolicy')?.spec).toMatchObject({ podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
  });

  test('is applied as its own account, into its own namespace, from its own source', () => {
    expect(of('Kustomization')?.spec).toMatchObject({
      path: './',
      prune: true,
      serviceAccountName: 'flux-tenant',
      sourceRef: { kind: 'GitRepository', name: 'team-a' },
      targetNamespace: 'team-a',
    });
  });

  test('may not touch Flux, roles, quotas or accounts of others', () => {
    const rules = of('Role')?.rules as { apiGroups: string[]; resources: string[]; verbs: string[] }[];
    expect(rules.flatMap(({ apiGroups }) => apiGroups).filter((group) => /flux|rbac/.test(group))).toEqual(
      [],
    );
    const resources = rules.flatMap((rule) => rule.resources);
    expect(resources.filter((resource) => /quota|limit|namespace|role|\*/.test(resource))).toEqual([]);
    const verbs = new Set(rules.flatMap((rule) => rule.verbs));
    expect([...verbs].sort()).toEqual(['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']);
    expect(of('RoleBinding')).toMatchObject({
      roleRef: { kind: 'Role', name: 'flux-tenant' },
      subjects: [{ kind: 'ServiceAccount', name: 'flux-tenant', namespace: 'team-a' }],
    });
  });

  test.each([
    ['account, as which Flux prunes,', ['ServiceAccount', 'Role', 'RoleBinding']],
    ['bounds', ['NetworkPolicy', 'ResourceQuota', 'LimitRange']],
  ])('keeps its %s until the namespace goes', (_, kinds) => {
    for (const kind of kinds) {
      expect(of(kind)?.metadata.annotations).toEqual({ 'kustomize.toolkit.fluxcd.io/prune': 'disabled' });
    }
    expect(of('Kustomization')?.metadata.annotations).toBeUndefined();
  });

  test('has a quota', () => {
    expect(of('ResourceQuota')?.spec).toEqual({
      hard: {
        'limits.memory': '8Gi',
        pods: '50',
        'requests.cpu': '4',
        'requests.memory': '8Gi',
        'requests.storage': '100Gi',
        'services.loadbalancers': '0',
        'services.nodeports': '0',
      },
    });
  });
});

describe('problems', () => {
  test.each(['kube-system', 'kube-anything', 'default', 'flux-system', 'clusters', 'fleetwright-system'])(
    'the name %s',
    (name) => {
      expect(problemsWith({ name })).toContainEqual({
        code: 'tenant-reserved',
        path: `clusters/management/tenants/${name}/tenant`,
        field: 'name',
        value: name,
        problem: 'is a namespace of the platform',
        remedy: 'give the tenant another name',
      });
    },
  );

  test('a name that is no DNS label', () => {
    expect(problemsWith({ name: 'Team_A' })).toMatchObject([{ code: 'name-invalid', field: 'name' }]);
  });

  test('two tenants of one name', () => {
    expect(problemsOf(fleetWith([minimal, { ...minimal, name: 'team-b' }, minimal]))).toEqual([
      {
        code: 'tenant-duplicate',
        path: 'clusters/management',
        field: 'tenants[2].name',
        value: 'team-a',
        problem: 'is the name of tenants[0] too',
        remedy: 'give each tenant of a cluster its own name',
      },
    ]);
  });

  test('what its source and its sync look at', () => {
    const source = { ...minimal.source, url: 'http://git.example.com/team-a.git' };
    expect(problemsWith({ source, path: '../other' })).toMatchObject([
      { code: 'url-scheme', path: 'clusters/management/tenants/team-a/tenant/source' },
      { code: 'sync-path', path: 'clusters/management/tenants/team-a/tenant/sync' },
    ]);
  });

  test('rules by which it could act as somebody else', () => {
    const rules = [
      { apiGroups: ['kustomize.toolkit.fluxcd.io'], resources: ['kustomizations'], verbs: ['get', 'create'] },
      { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['escalate', 'bind'] },
      { apiGroups: [''], resources: ['serviceaccounts'], verbs: ['impersonate'] },
      { apiGroups: ['*'], resources: ['things'], verbs: ['get'] },
      { apiGroups: ['fluxcd.controlplane.io'], resources: ['resourcesets'], verbs: ['create'] },
    ];
    const common = {
      code: 'tenant-rule-escalates',
      problem: 'would let the tenant act as somebody else',
      remedy: 'remove it: add the Flux object or the binding to the fleet instead',
    };
    expect(problemsWith({ rules })).toMatchObject([
      { code: 'rbac-wildcard', field: 'rules[3].apiGroups' },
      { ...common, field: 'rules[0].apiGroups', value: 'kustomize.toolkit.fluxcd.io' },
      { ...common, field: 'rules[1].verbs', value: 'escalate' },
      { ...common, field: 'rules[1].verbs', value: 'bind' },
      { ...common, field: 'rules[2].verbs', value: 'impersonate' },
      { ...common, field: 'rules[4].apiGroups', value: 'fluxcd.controlplane.io' },
    ]);
  });

  test('a quota that is none', () => {
    expect(problemsWith({ quota: { memory: '8GB', pods: 1.5 } })).toMatchObject([
      {
        code: 'quota-malformed',
        field: 'quota.memory',
        value: '8GB',
        problem: 'is no quantity',
        remedy: 'write it like 4, 500m or 8Gi',
      },
      {
        code: 'quota-malformed',
        field: 'quota.pods',
        value: 1.5,
        problem: 'is no number of objects',
        remedy: 'use a whole number, 0 or more',
      },
    ]);
  });
});

describe('fields', () => {
  const { source } = minimal;

  test.each<[string, object, string]>([
    ['field-unknown', { namespace: 'other' }, 'namespace'],
    ['field-missing', { source: undefined }, 'source'],
    ['field-unknown', { source: { ...source, namespace: 'other' } }, 'source.namespace'],
    ['field-unknown', { source: { ...source, ref: { branch: 'main', taq: 'x' } } }, 'ref.taq'],
    ['field-unknown', { quota: { cpus: '4' } }, 'quota.cpus'],
    ['field-unknown', { rules: [{ verbs: [], kinds: [] }] }, 'rules[0].kinds'],
    ['field-missing', { rules: [{ apiGroups: ['example.com'] }] }, 'rules[0].verbs'],
    ['field-malformed', { sync: { decryption: 'sops-age' } }, 'sync.decryption'],
    ['field-unknown', { sync: { kubeConfig: { secretName: 'x' } } }, 'sync.kubeConfig'],
    ['field-unknown', { sync: { annotations: { a: 'b' } } }, 'sync.annotations'],
    ['field-unknown', { sync: { deletionPolicy: 'Orphan' } }, 'sync.deletionPolicy'],
    ['field-unknown', { sync: { serviceAccountName: 'x' } }, 'sync.serviceAccountName'],
  ])('%s: %j', (code, props, field) => {
    expect(problemsWith(props)).toMatchObject([
      { code, path: expect.stringContaining('clusters/management/tenants/team-a/tenant'), field },
    ]);
  });
});

describe("syncs that others put into a tenant's namespace", () => {
  const sync = (spec: object, namespace = 'team-a') =>
    problemsOf(
      fleetWith([minimal], (chart) => {
        new ApiObject(chart, 'sync', {
          apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
          kind: 'Kustomization',
          metadata: { name: 'extra', namespace },
          spec,
        });
      }),
    );
  const release = (spec: object) =>
    problemsOf(
      fleetWith([minimal], (chart) => {
        new ApiObject(chart, 'release', {
          apiVersion: 'helm.toolkit.fluxcd.io/v2',
          kind: 'HelmRelease',
          metadata: { name: 'extra', namespace: 'team-a' },
          spec,
        });
      }),
    );

  test('without an account', () => {
    expect(sync({})).toEqual([
      {
        code: 'tenant-sync-unbound',
        path: 'clusters/management/configs/sample/sync',
        field: 'spec.serviceAccountName',
        value: undefined,
        problem:
          "is not set: Kustomization extra in the tenant's namespace team-a would be applied with the rights of Flux",
        remedy: 'name an account of that namespace, such as flux-tenant',
      },
    ]);
    expect(release({})).toMatchObject([{ code: 'tenant-sync-unbound' }]);
  });

  test('with a source of another namespace', () => {
    const serviceAccountName = 'flux-tenant';
    const sourceRef = { namespace: 'flux-system' };
    const common = { code: 'tenant-source-foreign', value: 'flux-system' };
    expect(sync({ serviceAccountName, sourceRef })).toEqual([
      {
        ...common,
        path: 'clusters/management/configs/sample/sync',
        field: 'spec.sourceRef.namespace',
        problem: "is not the namespace of Kustomization extra, which is the tenant's team-a",
        remedy: 'make a source in that namespace: Flux refuses those of others',
      },
    ]);
    expect(release({ serviceAccountName, chart: { spec: { sourceRef } } })).toMatchObject([
      { ...common, field: 'spec.chart.spec.sourceRef.namespace' },
    ]);
    expect(release({ serviceAccountName, chartRef: sourceRef })).toMatchObject([
      { ...common, field: 'spec.chartRef.namespace' },
    ]);
  });

  test('are nobody’s business in other namespaces, and right with an account and a source of their own', () => {
    expect(sync({ sourceRef: { namespace: 'flux-system' } }, 'sample')).toEqual([]);
    expect(sync({ serviceAccountName: 'flux-tenant', sourceRef: { namespace: 'team-a' } })).toEqual([]);
  });

  test('belong to a tenant on its own cluster only', () => {
    const fleet = fleetWith([]);
    new ExistingCluster(fleet, 'other', { kubernetesVersion: 'v1.36.3', tenants: [minimal] });
    new AddOn(fleet, 'sample', {
      layer: 'configs',
      namespace: 'team-a',
      placement: { matchLabels: { name: 'management' } },
      define: (chart) => {
        new ApiObject(chart, 'sync', { apiVersion: 'kustomize.toolkit.fluxcd.io/v1', kind: 'Kustomization' });
      },
    });
    expect(problemsOf(fleet)).toEqual([]);
  });
});
