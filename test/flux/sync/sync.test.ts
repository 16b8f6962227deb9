import { Sync, type SyncProps } from '../../../constructs';
import { problemsAlone, renderAlone } from '../../support/fleet';
import { expectGolden } from '../../support/golden';
import { expectValid } from '../../support/schema';

const allProps: Required<SyncProps> = {
  name: 'shop',
  namespace: 'sample',
  annotations: { 'example.com/owner': 'team-shop' },
  path: './deploy/prod',
  sourceRef: { kind: 'OCIRepository', name: 'shop', namespace: 'sample' },
  interval: '1h',
  retryInterval: '30s',
  timeout: '2m30s',
  prune: true,
  wait: false,
  healthChecks: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop', namespace: 'sample' }],
  healthCheckExprs: [
    {
      apiVersion: 'example.com/v1',
      kind: 'Queue',
      current: "status.phase == 'Running'",
      inProgress: "status.phase == 'Pending'",
      failed: "status.phase == 'Failed'",
    },
  ],
  postBuild: {
    substitute: { ZONE: 'eu-west-1a' },
    substituteFrom: [{ kind: 'Secret', name: 'variables', optional: true }],
  },
  decryption: { secretName: 'sops-age' },
  serviceAccountName: 'deployer',
  deletionPolicy: 'WaitForTermination',
  dependsOn: ['database', { name: 'queue', namespace: 'platform' }],
  kubeConfig: { secretName: 'prod-kubeconfig' },
  targetNamespace: 'shop',
  patches: [
    { patch: '[{"op":"remove","path":"/spec/replicas"}]', target: { kind: 'Deployment', name: 'web-.*' } },
  ],
};

const minimal: SyncProps = {
  name: 'shop',
  namespace: 'sample',
  path: './',
  sourceRef: { kind: 'GitRepository', name: 'shop' },
};

const specWith = (props: Partial<SyncProps>) =>
  renderAlone((chart) => {
    new Sync(chart, 'sync', { ...minimal, ...props });
  }).objects[0]?.spec;

const problemsWith = (props: Partial<SyncProps>) =>
  problemsAlone((chart) => {
    new Sync(chart, 'sync', { ...minimal, ...props });
  });

test('a sync with everything set', () => {
  const { yaml } = renderAlone((chart) => {
    new Sync(chart, 'sync', allProps);
  });
  expectGolden(__dirname, 'sync.golden.yaml', yaml);
  expectValid(yaml);
});

test('a sync with nothing but what it needs prunes, waits and tries again soon', () => {
  expect(specWith({})).toEqual({
    interval: '10m',
    retryInterval: '2m',
    timeout: '5m',
    path: './',
    sourceRef: { kind: 'GitRepository', name: 'shop' },
    prune: true,
    wait: true,
  });
});

test('named health checks replace waiting for everything', () => {
  expect(specWith({ healthChecks: allProps.healthChecks })).toMatchObject({
    wait: false,
    healthChecks: [{ kind: 'Deployment', name: 'shop' }],
  });
});

test('health expressions stand beside waiting for everything', () => {
  expect(specWith({ healthCheckExprs: allProps.healthCheckExprs })).toMatchObject({ wait: true });
});

test('force is never there', () => {
  expect(specWith(allProps)).not.toHaveProperty('force');
});

describe('problems', () => {
  test.each(['interval', 'retryInterval', 'timeout'] as const)('%s is no duration', (field) => {
    expect(problemsWith({ [field]: '5 minutes' })).toEqual([
      {
        code: 'duration-malformed',
        path: 'clusters/management/configs/sample/sync',
        field,
        value: '5 minutes',
        problem: 'is no Go duration',
        remedy: 'write it like 90s, 10m or 1h30m',
      },
    ]);
  });

  test.each(['/deploy', 'deploy', '../other', './a/../../b', ''])('a path like %j', (path) => {
    expect(problemsWith({ path })).toMatchObject([
      {
        code: 'sync-path',
        field: 'path',
        value: path,
        problem: 'is no folder inside the source',
        remedy: 'begin with `./` and leave `..` out, such as ./deploy/prod',
      },
    ]);
  });

  test('a sync that waits for itself', () => {
    expect(problemsWith({ dependsOn: ['database', 'shop'] })).toMatchObject([
      {
        code: 'dependency-self',
        field: 'dependsOn[1]',
        value: 'shop',
        problem: 'is its own name: it would wait for itself for ever',
        remedy: 'remove it',
      },
    ]);
  });

  test('a dependency in its own namespace, written out, and one in another', () => {
    const dependsOn = [
      { name: 'shop', namespace: 'elsewhere' },
      { name: 'shop', namespace: minimal.namespace },
    ];
    expect(problemsWith({ dependsOn })).toMatchObject([{ code: 'dependency-self', field: 'dependsOn[1]' }]);
  });

  test('a dependency without a namespace', () => {
    expect(problemsWith({ dependsOn: [{ name: 'queue' }] as never })).toMatchObject([
      { code: 'field-missing', field: 'dependsOn[0].namespace' },
    ]);
  });

  test('health checks beside waiting for everything', () => {
    expect(problemsWith({ wait: true, healthChecks: allProps.healthChecks })).toMatchObject([
      {
        code: 'health-checks-ignored',
        field: 'healthChecks',
        value: ['Deployment shop'],
        problem: 'counts for nothing beside `wait: true`, which waits for everything',
        remedy: 'remove one of them',
      },
    ]);
  });

  test('health expressions that nothing looks at', () => {
    expect(problemsWith({ wait: false, healthCheckExprs: allProps.healthCheckExprs })).toMatchObject([
      {
        code: 'health-checks-ignored',
        field: 'healthCheckExprs',
        value: ['Queue'],
        problem: 'counts for nothing: with `wait: false` and no `healthChecks` nothing is looked at',
        remedy: 'name the objects in `healthChecks`, or leave `wait` out',
      },
    ]);
  });
});

describe('fields', () => {
  test.each<[string, object, string]>([
    ['field-unknown', { inteval: '5m' }, 'inteval'],
    ['field-missing', { path: undefined }, 'path'],
    ['field-unknown', { sourceRef: { ...minimal.sourceRef, nmae: 'x' } }, 'sourceRef.nmae'],
    ['value-unknown', { sourceRef: { kind: 'GitRepo', name: 'shop' } }, 'sourceRef.kind'],
    ['value-unknown', { deletionPolicy: 'orphan' }, 'deletionPolicy'],
    ['field-missing', { healthChecks: [{ apiVersion: 'v1', kind: 'Pod' }] }, 'healthChecks[0].name'],
    [
      'field-unknown',
      { healthCheckExprs: [{ apiVersion: 'v1', kind: 'Pod', current: 'true', fail: 'x' }] },
      'healthCheckExprs[0].fail',
    ],
    ['field-unknown', { postBuild: { substitutes: {} } }, 'postBuild.substitutes'],
    [
      'value-unknown',
      { postBuild: { substituteFrom: [{ kind: 'Config', name: 'x' }] } },
      'postBuild.substituteFrom[0].kind',
    ],
    ['field-malformed', { decryption: 'sops-age' }, 'decryption'],
    ['field-unknown', { kubeConfig: { secretName: 'x', key: 'y' } }, 'kubeConfig.key'],
  ])('%s: %j', (code, props, field) => {
    expect(problemsWith(props)).toMatchObject([
      { code, path: 'clusters/management/configs/sample/sync', field },
    ]);
  });
});
