import { FleetOperator, FleetOperatorCrds, type FleetOperatorProps, SharedRelease } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { CONDITIONS } from '../../constructs/redis-backup/status-schema';
import { MOVER_IMAGE, OPERATOR_IMAGE, VALKEY_IMAGE } from '../../constructs/versions';
import type { PolicyRule } from '../../imports/kubernetes';
import { version } from '../../package.json';
import { expectRestricted, podOf } from '../redis-backup/pods';
import { allPlatform, platform, SERVER_IMAGE } from '../redis-backup/sample';
import { problemsAlone, renderAlone } from '../support/fleet';
import { expectGolden } from '../support/golden';
import { expectValid } from '../support/schema';

const allProps: Required<FleetOperatorProps> = {
  platform: allPlatform,
  image: SERVER_IMAGE,
  memory: '1Gi',
  apiServerCidrs: ['10.0.0.1/32'],
  monitoring: true,
};

const render = (props: FleetOperatorProps) =>
  renderAlone((chart) => void new FleetOperator(chart, 'operator', props));
const one = (objects: readonly Manifest[], kind: string, name?: string) =>
  objects.find((object) => object.kind === kind && (!name || object.metadata.name === name)) as Manifest;

test('renders the operator with the least', () => {
  const { yaml, objects } = render({ platform });
  expectGolden(__dirname, 'operator.golden.yaml', yaml);
  expectValid(yaml);
  objects.forEach(expectRestricted);
  expect(objects.map(({ kind }) => kind)).not.toContain('PrometheusRule');
});

test('renders the operator with everything set', () => {
  const { yaml, objects } = render(allProps);
  expectGolden(__dirname, 'operator-all.golden.yaml', yaml);
  expectValid(yaml);
  objects.forEach(expectRestricted);
});

test('renders the definitions', () => {
  const { yaml } = renderAlone((chart) => void new FleetOperatorCrds(chart, 'crds'));
  expectGolden(__dirname, 'crds.golden.yaml', yaml);
  expectValid(yaml);
});

test('renders what releases share on a cluster without the operator', () => {
  const { yaml } = renderAlone(
    (chart) => void new SharedRelease(chart, 'shared', { expandedFor: allPlatform }),
  );
  expectGolden(__dirname, 'shared.golden.yaml', yaml);
  expectValid(yaml);
});

test('no role has a wildcard, deletes collections or touches roles', () => {
  for (const { kind, rules } of render(allProps).objects) {
    if (kind !== 'ClusterRole' && kind !== 'Role') continue;
    expect(JSON.stringify(rules)).not.toContain('*');
    for (const { resources, verbs } of rules as PolicyRule[]) {
      expect(verbs).not.toContain('deletecollection');
      expect(resources).not.toContain('roles');
    }
  }
  const { rules } = one(render({ platform }).objects, 'ClusterRole', 'fleetwright-operator-bundles');
  const secrets = (rules as PolicyRule[]).find(({ resources }) => resources?.includes('secrets'));
  expect(secrets?.verbs).toEqual(['get', 'list', 'watch', 'create', 'patch', 'delete']);
});

test('a policy holds the account to what it is for, whatever its namespace and the chart are called', () => {
  const guard = (props: FleetOperatorProps) =>
    JSON.stringify(one(render(props).objects, 'ValidatingAdmissionPolicy', 'fleetwright-operator').spec);
  const user = (namespace: string) => `system:serviceaccount:${namespace}:fleetwright-operator`;
  expect(guard({ platform })).toContain(user('fleetwright-system'));
  expect(guard({ platform })).toContain(
    "== 'HelmChart' && object.spec.?chartRef.?name.orValue('') == \\\"fleetwright-redis\\\"",
  );
  expect(guard(allProps)).toContain(user('platform'));
  expect(guard(allProps)).toContain(
    "== 'OCIRepository' && object.spec.?chartRef.?name.orValue('') == \\\"redis\\\"",
  );
  const bound = render({ platform }).objects.filter(
    ({ kind }) => kind === 'ValidatingAdmissionPolicyBinding',
  );
  expect(bound.map(({ spec }) => spec)).toEqual(
    ['fleetwright-operator', 'fleetwright-redis'].map((policyName) => ({
      policyName,
      validationActions: ['Deny'],
    })),
  );
});

test('one replica, never two', () => {
  const { spec } = one(render({ platform }).objects, 'Deployment');
  expect(spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
});

test('a changed setting of the platform rolls the operator', () => {
  const hash = (props: FleetOperatorProps) =>
    JSON.stringify(one(render(props).objects, 'Deployment')).match(/settings-hash":"(\w+)"/)?.[1];
  expect(hash({ platform })).toBe(hash({ platform }));
  expect(hash({ platform })).not.toBe(hash({ platform: { ...platform, s3Cidrs: ['192.0.2.0/24'] } }));
});

test('a role takes the place of the Secret', () => {
  const { objects } = render(allProps);
  expect(one(objects, 'ServiceAccount', 'fleetwright-operator').metadata.annotations).toEqual({
    'eks.amazonaws.com/role-arn': 'arn:aws:iam::111122223333:role/fleetwright-operator',
  });
  expect(podOf(one(objects, 'Deployment'))?.volumes?.map(({ name }) => name)).toEqual(['tmp', 'settings']);
});

test('every alert names a metric that exists, and every condition that can be wrong has one', () => {
  const rules = JSON.stringify(one(render(allProps).objects, 'PrometheusRule'));
  const watched = CONDITIONS.filter((type) => rules.includes(`condition=\\"${type}\\"`));
  // A bucket that is not ready makes the whole not ready.
  expect(watched).toEqual(['Ready', 'RedisReady', 'BackupFresh', 'BackupSuspicious', 'RestoreProven']);
  expect(rules).toContain('condition=\\"Requested\\"');
  expect(rules.match(/"expr":"(absent|increase|min_over_time|fleetwright)/g)).toHaveLength(14);
});

test.each([
  [{ image: 'operator:latest' }, 'image-not-pinned', 'image'],
  [{ memory: 'much' }, 'value-invalid', 'memory'],
  [{ monitor: true }, 'field-unknown', 'monitor'],
  [{ monitoring: true }, 'field-missing', 'platform.monitoringNamespace'],
  [{ platform: { ...platform, serverImage: 'redis' } }, 'image-not-pinned', 'platform.serverImage'],
])('%j is a problem', (wrong, code, field) => {
  const found = problemsAlone(
    (chart) => void new FleetOperator(chart, 'operator', { platform, ...wrong } as FleetOperatorProps),
  );
  expect(found).toEqual([expect.objectContaining({ code, field })]);
});

test('images: ours in the version of the package, the server by digest', () => {
  expect(OPERATOR_IMAGE).toBe(`ghcr.io/fleetwright/operator:${version}`);
  expect(MOVER_IMAGE).toBe(`ghcr.io/fleetwright/mover:${version}`);
  expect(VALKEY_IMAGE).toMatch(/^valkey\/valkey:8\.1\.\d+-alpine@sha256:[0-9a-f]{64}$/);
});
