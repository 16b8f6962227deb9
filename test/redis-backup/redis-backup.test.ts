import type { Chart } from 'cdk8s';
import { AddOn, RedisBackup, type RedisBackupProps } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { emptyFleet, parseObjects, problemsAlone, problemsOf, renderAlone } from '../support/fleet';
import { expectGolden } from '../support/golden';
import { expectValid } from '../support/schema';
import { containersOf, expectRestricted, podOf } from './pods';
import { allPlatform, allSpec, platform } from './sample';

const allProps: Required<RedisBackupProps> = {
  ...allSpec,
  platform: allPlatform,
  name: 'shop',
  namespace: 'shop',
  mode: 'expanded',
  allowDeletion: true,
};

const add = (props: RedisBackupProps) => (chart: Chart) => void new RedisBackup(chart, 'shop', props);
const render = (props: RedisBackupProps) => renderAlone(add(props));
const kinds = (objects: readonly Manifest[]) => objects.map(({ kind }) => kind).sort();

test('renders the resource for the operator', () => {
  const { yaml } = render({ ...allProps, mode: 'operator' });
  expectGolden(__dirname, 'operator.golden.yaml', yaml);
});

test('renders every object with the least that a platform says', () => {
  const { yaml, objects } = render({ platform, mode: 'expanded' });
  expectGolden(__dirname, 'expanded.golden.yaml', yaml);
  expectValid(yaml);
  objects.forEach(expectRestricted);
});

test('renders every object with everything set', () => {
  const { yaml, objects } = render(allProps);
  expectGolden(__dirname, 'expanded-all.golden.yaml', yaml);
  expectValid(yaml);
  objects.forEach(expectRestricted);
  expect(kinds(objects)).toEqual([
    'CronJob',
    'CronJob',
    'CronJob',
    'HelmRelease',
    'NetworkPolicy',
    'NetworkPolicy',
    'NetworkPolicy',
    'NetworkPolicy',
    'ServiceAccount',
    'ServiceAccount',
  ]);
});

test('no pod has a Kubernetes token, and only the mover has credentials for S3', () => {
  for (const object of render({ platform, mode: 'expanded' }).objects) {
    const pod = podOf(object);
    if (!pod) continue;
    expect(pod.automountServiceAccountToken).toBe(false);
    const withS3 = containersOf(pod).filter(({ volumeMounts }) =>
      volumeMounts?.some(({ name }) => name === 's3'),
    );
    expect(withS3.every(({ image }) => image?.includes('/mover'))).toBe(true);
    expect(withS3.length).toBeGreaterThan(0);
  }
});

const policies = (props: RedisBackupProps) =>
  render(props).objects.filter(({ kind }) => kind === 'NetworkPolicy');
const SELECTS_ROLE = expect.objectContaining({ 'fleetwright.dev/role': expect.any(String) });

test.each([{}, allSpec.clients])(
  'clients %j keep what the network of their namespace lets them do',
  (clients) => {
    for (const { spec } of policies({ platform, mode: 'expanded', clients })) {
      expect(spec).toMatchObject({ podSelector: { matchLabels: SELECTS_ROLE } });
    }
  },
);

test.each([
  [{}, {}],
  [allSpec.clients, { matchLabels: allSpec.clients }],
])('clients %j may connect, and no pod that loads foreign data', (clients, labels) => {
  const server = policies({ platform, mode: 'expanded', clients }).find(
    ({ metadata }) => metadata.name === 'shop-redis',
  );
  const noRole = { matchExpressions: [{ key: 'fleetwright.dev/role', operator: 'DoesNotExist' }] };
  const backup = { matchLabels: expect.objectContaining({ 'fleetwright.dev/role': 'backup' }) };
  expect(server?.spec).toMatchObject({
    ingress: [{ from: [{ podSelector: { ...labels, ...noRole } }, { podSelector: backup }] }],
  });
});

test('a namespace that denies by default lets its pods out to servers', () => {
  const fleet = emptyFleet();
  new AddOn(fleet, 'shop', {
    ...{ layer: 'configs', namespace: 'shop', placement: {} },
    define: (chart) => void new RedisBackup(chart, 'shop', { platform, mode: 'expanded' }),
  });
  const text = fleet.compile().files.get('management/namespaces.yaml') ?? '';
  const denial = parseObjects(text).find(({ metadata }) => metadata.namespace === 'shop');
  const to = [{ podSelector: { matchLabels: { 'fleetwright.dev/role': 'server' } } }];
  expect(denial?.spec).toMatchObject({
    podSelector: {},
    egress: [{}, { to, ports: [{ port: 6379, protocol: 'TCP' }] }],
  });
});

test('a bucket that cannot be made now leaves the app ready: Flux waits for Jobs, not for CronJobs', () => {
  const { objects } = render({ platform, mode: 'expanded' });
  expect(kinds(objects)).not.toContain('Job');
});

test('bundles of all namespaces make their buckets in one, by different names', () => {
  const nameOf = (namespace: string, name: string) => {
    const { objects } = render({ platform, mode: 'expanded', namespace, name });
    return objects.find(
      ({ kind, metadata }) => kind === 'CronJob' && metadata.namespace === 'fleetwright-system',
    )?.metadata.name;
  };
  expect(nameOf('a-b', 'c')).toMatch(/^a-b-c-bucket-[0-9a-f]{8}$/);
  expect(nameOf('a-b', 'c')).not.toBe(nameOf('a', 'b-c'));
});

test('EKS is told to give the role to the mover only', () => {
  const { objects } = render(allProps);
  const annotations = objects
    .filter(({ kind, metadata }) => kind === 'CronJob' && !metadata.name.includes('bucket'))
    .map(({ spec }) => JSON.stringify(spec).match(/skip-containers":"([^"]*)"/)?.[1]);
  expect(annotations).toEqual(['dump,check,load', 'check,load']);
});

test('jobs get the memory of the server, whatever the size of the file', () => {
  const { objects } = render({
    platform,
    mode: 'expanded',
    redis: { memory: '2Gi', storage: { size: '4Gi' } },
  });
  const named = objects.find(
    ({ kind, metadata }) => kind === 'CronJob' && metadata.name === 'shop-redis-backup',
  );
  const pod = podOf(named as Manifest);
  const limits = pod?.initContainers?.map(({ name, resources }) => [name, resources?.limits?.memory]);
  expect(limits).toEqual([
    ['dump', '128Mi'],
    ['check', '2Gi'],
    ['load', '2Gi'],
  ]);
});

test('says where bucket, server and password are', () => {
  let bundle: RedisBackup | undefined;
  renderAlone((chart) => {
    bundle = new RedisBackup(chart, 'shop', { platform });
  });
  expect(bundle?.bucket).toMatch(/^acme-management-sample-shop-[0-9a-f]{16}$/);
  expect(bundle?.endpoint).toBe('https://s3.example.com');
  expect(bundle?.host).toBe('shop-redis.sample.svc');
  expect(bundle?.secretName).toBe('shop-redis-app');
});

test('two bundles of the fleet with one bucket are a problem', () => {
  const fleet = emptyFleet();
  for (const name of ['shop', 'till']) {
    new AddOn(fleet, name, {
      ...{ layer: 'configs', namespace: name, placement: {} },
      define: (chart) => void new RedisBackup(chart, name, { platform, bucket: { name: 'acme-data' } }),
    });
  }
  expect(problemsOf(fleet)).toEqual([
    {
      code: 'bucket-duplicate',
      path: 'clusters/management/configs/till/till',
      field: 'bucket.name',
      value: 'acme-data',
      problem: 'is the bucket of clusters/management/configs/shop/shop too',
      remedy: 'leave `bucket.name` out: each bundle then gets its own',
    },
  ]);
});

test('a misspelt field, a wrong mode and a wrong name are problems', () => {
  const wrong = { platform, mode: 'inline', name: 'Shop', reclaimpolicy: 'Delete' };
  const found = problemsAlone(add(wrong as unknown as RedisBackupProps));
  expect(found.map(({ code, field }) => [code, field])).toEqual([
    ['name-invalid', 'name'],
    ['field-unknown', 'reclaimpolicy'],
    ['value-invalid', 'mode'],
  ]);
  expect(found[1]?.remedy).toContain('(did you mean "reclaimPolicy"?)');
  expect(found[2]).toMatchObject({ problem: 'is no mode', remedy: 'use operator or expanded' });
});
