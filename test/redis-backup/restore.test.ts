import { ApiObject } from 'cdk8s';
import { type RedisBundle, settle } from '../../constructs/redis-backup/bundle';
import {
  type RestoreFacts,
  type RestoreStage,
  restoreJob,
  restoreJobName,
} from '../../constructs/redis-backup/restore';
import { restorePolicies } from '../../constructs/redis-backup/restore-network';
import { FENCE, INSPECT, LIFT, RESTORE } from '../../constructs/redis-backup/scripts';
import { renderAlone } from '../support/fleet';
import { expectGolden } from '../support/golden';
import { expectValid } from '../support/schema';
import { containersOf, expectRestricted, podOf } from './pods';
import { allPlatform, allSpec, platform } from './sample';

const STAGES: readonly RestoreStage[] = ['check', 'fence', 'backup', 'run', 'look', 'rollback', 'lift'];
const bundle: RedisBundle = { cluster: 'prod', namespace: 'shop', name: 'cart', spec: {} };
const plain = settle(bundle, platform);
const all = settle({ ...bundle, spec: allSpec }, allPlatform);
const facts: RestoreFacts = {
  ...{ restore: allSpec.restore, attempt: 0, key: 'backups/20260131T120000Z-1a2b.rdb', keys: 7 },
  ...{
    digest: 'd'.repeat(40),
    backup: 'backups/20260201T120000Z-3c4d.rdb',
    empty: false,
    runId: 'f'.repeat(40),
  },
};
const own: RestoreFacts = { ...facts, restore: { id: 'yesterday' } };

test.each(Object.entries({ INSPECT, FENCE, RESTORE, LIFT }))(
  '%s has nothing that Flux would replace',
  (_, script) => {
    expect(script).not.toContain('${');
  },
);

test.each([
  ['restore.golden.yaml', plain, own],
  ['restore-all.golden.yaml', all, facts],
] as const)('renders %s', (file, settled, of) => {
  const objects = [
    ...restorePolicies(settled, of, true),
    ...(['check', 'fence', 'run'] as const).map((stage) => restoreJob(settled, of, stage)),
  ];
  const { yaml } = renderAlone((chart) => {
    for (const object of objects) new ApiObject(chart, object.kind + object.metadata.name, object);
  });
  expectGolden(__dirname, file, yaml);
  expectValid(yaml);
  objects.forEach(expectRestricted);
});

test.each(STAGES)('the pod of %s has no token, and gives S3 to the mover only', (stage) => {
  const pod = podOf(restoreJob(plain, own, stage));
  expect(pod?.automountServiceAccountToken).toBe(false);
  expect(pod?.serviceAccountName).toMatch(/-redis-(backup|restore-test)$/);
  for (const { image, volumeMounts = [] } of pod ? containersOf(pod) : []) {
    const names = volumeMounts.map(({ name }) => name);
    if (names.includes('s3')) expect(image).toContain('/mover');
    if (names.includes('redis-admin')) expect(image).not.toContain('/mover');
  }
});

test('a rollback reads the own bucket, whatever the restore came from', () => {
  const args = (stage: RestoreStage) => podOf(restoreJob(all, facts, stage))?.initContainers?.[0]?.args;
  expect(args('run')).toEqual(expect.arrayContaining(['--bucket=acme-lost-shop', `--key=${facts.key}`]));
  expect(args('rollback')).toEqual(expect.arrayContaining(['--bucket=acme-shop', `--key=${facts.backup}`]));
  const nothing = podOf(restoreJob(all, { ...facts, empty: true }, 'rollback'));
  expect(nothing?.initContainers).toBeUndefined();
});

test.each([
  [{ from: { key: 'backups/a.rdb' } }, '--key=backups/a.rdb'],
  [{ from: { time: '2026-01-31T12:00:00Z' } }, '--time=2026-01-31T12:00:00Z'],
  [{}, '--work=/work'],
])('fetches what %j names', (more, last) => {
  const job = restoreJob(plain, { ...own, restore: { id: 'a', ...more } }, 'check');
  expect(podOf(job)?.initContainers?.[0]?.args?.at(-1)).toBe(last);
});

test('another attempt and another restore are other Jobs, with names that fit', () => {
  const long = settle({ ...bundle, name: 'x'.repeat(63) }, platform);
  const names = STAGES.flatMap((stage) => [
    restoreJobName(long, own, stage),
    restoreJobName(long, { ...own, attempt: 1 }, stage),
    restoreJobName(long, facts, stage),
  ]);
  expect(new Set(names).size).toBe(names.length);
  expect(names.every((name) => name.length <= 63)).toBe(true);
});

test('after a pod was lost, the server lets in the pods that come after it, and only these', () => {
  const labelsOf = (lostPods: number) => {
    const job = restoreJob(plain, { ...own, lostPods }, 'rollback') as unknown as {
      spec: { template: { metadata: { labels: Record<string, string> } } };
    };
    return job.spec.template.metadata.labels;
  };
  const [, policy] = restorePolicies(plain, { ...own, lostPods: 1 }, true) as unknown as {
    spec: { ingress: { from: { podSelector: { matchLabels: Record<string, string> } }[] }[] };
  }[];
  const wanted = policy?.spec.ingress[0]?.from[0]?.podSelector.matchLabels ?? {};
  expect(labelsOf(1)).toMatchObject(wanted);
  expect(labelsOf(0)).not.toMatchObject(wanted);
});

test('while it only checks, the server gets no way to the restore', () => {
  const specs = restorePolicies(plain, own, false).map(
    (policy) => (policy as unknown as { spec: object }).spec,
  );
  expect(specs[0]).toMatchObject({ ingress: undefined, policyTypes: ['Ingress', 'Egress'] });
  expect(specs[1]).toMatchObject({ egress: undefined, policyTypes: ['Ingress', 'Egress'] });
});

const argsOfPod = (pod: ReturnType<typeof podOf>) =>
  (pod ? containersOf(pod) : []).flatMap(({ args = [] }) => args);

test('a backup of another bundle is taken only from another bucket', () => {
  const argsOf = (each: RestoreFacts, stage: RestoreStage) => argsOfPod(podOf(restoreJob(all, each, stage)));
  expect(facts.restore.source).toBeDefined();
  for (const stage of ['check', 'run'] as const) {
    expect(argsOf(facts, stage)).toContain('--any-bundle');
    expect(argsOf(own, stage)).toContain('fetch');
    expect(argsOf(own, stage)).not.toContain('--any-bundle');
  }
  expect(argsOf(facts, 'rollback')).toContain('fetch');
  expect(argsOf(facts, 'rollback')).not.toContain('--any-bundle');
});

test('a backup knows the UID of its cluster where that is known', () => {
  const argsOf = (clusterUid?: string) =>
    argsOfPod(podOf(restoreJob({ ...plain, clusterUid }, own, 'backup')));
  expect(argsOf('uid-1')).toContain('--cluster-uid=uid-1');
  expect(argsOf().filter((arg) => arg.startsWith('--cluster-uid'))).toEqual([]);
});
