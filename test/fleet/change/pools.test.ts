import { ALLOWED, aws, filesOf, local, made, neverRan, object, texts } from './fleets';

const machines = { instanceType: 'm7i.large' };
const zones = ['eu-central-1a', 'eu-central-1b'];
const pool = (name: string, more: object = {}) => ({ name, replicas: 2, ...machines, ...more });

describe('a change of pools', () => {
  const two = filesOf(aws({ pools: [pool('workers'), pool('batch')] }));

  it.each([
    ['taken out of the list', [pool('workers')]],
    ["removed before it was 'allowed' to go", [pool('workers'), pool('batch', { teardown: 'removed' })]],
    ['renamed', [pool('workers'), pool('jobs')]],
  ])('may not forget one that was %s', (_, pools) => {
    expect(texts(two, filesOf(aws({ pools })))).toEqual([
      `clusters/prod [pool-dropped]
  pools["batch"]: is no longer there, though it was protected: Flux forgets it, and its machines run on with nobody to look after them
  remedy: put it back with teardown: 'allowed', merge, wait until Flux has applied that, and set 'removed' then: docs/protection.md, Removing a pool${neverRan('prod')}`,
    ]);
  });

  it('may take the steps of a removal', () => {
    const steps = [
      [pool('workers'), pool('batch')],
      [pool('workers'), pool('batch', { teardown: 'allowed' })],
      [pool('workers'), pool('batch', { teardown: 'removed' })],
      [pool('workers')],
    ].map((pools) => filesOf(aws({ pools })));
    for (const [i, after] of steps.entries()) {
      if (i > 0) expect(texts(steps[i - 1] ?? new Map(), after)).toEqual([]);
    }
    const [, allowed = new Map(), , gone = new Map()] = steps;
    expect(texts(allowed, gone)).toEqual([]);
  });

  it('may not forget one whose cluster is allowed to go, but stays: Flux prunes the Cluster alone', () => {
    const going = (pools: ReturnType<typeof pool>[]) => filesOf(aws({ teardown: 'allowed', pools }));
    expect(texts(going([pool('workers'), pool('batch')]), going([pool('workers')]))).toEqual([
      `clusters/prod [pool-dropped]
  pools["batch"]: is no longer there, though it was to go with its cluster: Flux forgets it, and its machines run on with nobody to look after them
  remedy: put it back: it goes when the cluster goes. Without the cluster, take the cluster's teardown out first, and remove the pool in two steps: docs/protection.md, Removing a pool${neverRan('prod')}`,
    ]);
  });

  it('may not take a zone from one', () => {
    const after = filesOf(aws({ pools: [pool('workers', { zones: zones.slice(0, 1) }), pool('batch')] }));
    expect(texts(two, after)).toEqual([
      `clusters/prod [zone-dropped]
  pools["workers"]: loses eu-central-1b: Flux forgets its machines there, and they run on beside the others
  remedy: undo it, add a pool of another name without that zone, and remove this one in two steps: docs/protection.md, Removing a zone${neverRan('prod')}`,
    ]);
  });

  it('may not take a zone from the cluster; what its pools lose by that is not said again', () => {
    expect(
      texts(two, filesOf(aws({ zones: zones.slice(0, 1), pools: [pool('workers'), pool('batch')] }))),
    ).toEqual([
      `clusters/prod [subnet-dropped]
  zones is ["eu-central-1a"]: no longer has eu-central-1b: the AWS provider neither deletes a subnet nor stops choosing it for machines
  remedy: put it back. Pools leave a zone by their own \`zones\`: docs/protection.md, Removing a zone. A cluster that must leave one altogether is replaced by a new one of another name${neverRan('prod')}`,
    ]);
  });

  it('may take the last pool, in two steps', () => {
    const step = (teardown: 'allowed' | 'removed') =>
      filesOf(local({ pools: [{ name: 'workers', replicas: 2, teardown }] }));
    expect(texts(step('allowed'), step('removed'))).toEqual([]);
    expect(texts(filesOf(local()), filesOf(local({ pools: [] })))).toHaveLength(1);
  });
});

describe('a change of managed pools', () => {
  const cluster = object('', 'Cluster', 'us', {});
  const managed = (name: string, annotations?: object) => [
    object('', 'MachinePool', `us-${name}`, {}, annotations),
    object('infrastructure', 'AWSManagedMachinePool', `us-${name}`, {}),
  ];
  const fargate = (annotations?: object) =>
    object('infrastructure', 'AWSFargateProfile', 'us-jobs', {}, annotations);

  it.each([
    ['a pool', managed('general'), 'pools["general"]'],
    ['the half of one that its provider has', managed('general').slice(1), 'pools["general"]'],
    ['a Fargate profile', [fargate()], 'fargate["jobs"]'],
  ])('may not forget %s', (_, gone, subject) => {
    expect(
      texts(made('us', [cluster, ...managed('other'), ...gone]), made('us', [cluster, ...managed('other')])),
    ).toEqual([
      expect.stringContaining(`[pool-dropped]\n  ${subject}: is no longer there, though it was protected`),
    ]);
  });

  it('may drop one that was allowed to go', () => {
    const before = made('us', [cluster, ...managed('general', ALLOWED), fargate(ALLOWED)]);
    expect(texts(before, made('us', [cluster]))).toEqual([]);
  });
});
