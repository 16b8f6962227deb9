import fc from 'fast-check';
import { requestOf } from '../../../../operator/redis-backup/restore/begin';
import { type Event, World } from './world';

const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant('operator' as const),
      killedAfter: fc.integer({ min: 1, max: 6 }),
    }),
  },
  { weight: 8, arbitrary: fc.record({ is: fc.constant('pod' as const) }) },
  { weight: 3, arbitrary: fc.record({ is: fc.constant('kubelet' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constantFrom(
        'pod-killed' as const,
        'pod-fails' as const,
        'node-lost' as const,
        'server-killed' as const,
        's3' as const,
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('job-deleted' as const) }) },
);

const histories = fc.array(fc.tuple(happening, fc.nat(7)), { minLength: 20, maxLength: 80 });

/** Lets everything go on without trouble until nothing more happens; last of all, what runs on lost nodes. */
function settle(world: World): void {
  world.s3 = true;
  for (let i = 0; i < 300; i++) {
    world.stalled = i < 250;
    world.operate(20);
    world.now += 120_000;
    world.happen({ is: 'kubelet' }, 0);
    for (const choice of [0, 1, 2]) world.happen({ is: 'pod' }, choice);
  }
}

test('without trouble, it is done', () => {
  const world = new World();
  settle(world);
  expect(world.status).toMatchObject({ step: 'Done', backup: 'backups/old', key: 'backups/new' });
  expect(world.status?.steps?.map(({ step }) => step)).toEqual([
    ...['Checking', 'Fencing', 'BackingUp', 'Loading', 'Replicating', 'Lifting', 'Done'],
  ]);
  expect(world.server).toMatchObject({ data: 'new', master: true, marked: false });
});

test('every history ends: with all of the new or all of the old, writable, and an id runs once', () => {
  const ends: Record<string, number> = {};
  fc.assert(
    fc.property(histories, fc.nat(150), (events, stopped) => {
      const world = new World();
      for (const [i, [event, choice]] of (events as [Event, number][]).entries()) {
        world.happen(i === stopped ? { is: 'stopped' } : event, choice);
      }
      settle(world);
      const { status, server, fence, wanted } = world;
      if (!status) {
        expect(wanted).toBeUndefined();
        return;
      }
      expect(status.finishedAt).toBeDefined();
      expect(['Done', 'RolledBack']).toContain(status.step);
      expect(server).toMatchObject({
        data: status.step === 'Done' ? 'new' : 'old',
        master: true,
        marked: false,
      });
      expect(fence).toEqual({ wanted: false, real: false });
      expect(world.claims.length).toBeLessThanOrEqual(1);
      ends[status.step] = (ends[status.step] ?? 0) + 1;
    }),
    { numRuns: 1000 },
  );
  // Histories that all end alike would show nothing.
  expect(ends.Done).toBeGreaterThan(30);
  expect(ends.RolledBack).toBeGreaterThan(30);
});

test('an id that has run does not run again, also where the resource was made anew', () => {
  const world = new World();
  settle(world);
  world.status = undefined;
  settle(world);
  expect(world.status).toMatchObject({ step: 'Refused' });
  expect(world.server.data).toBe('new');
  world.wanted = { id: 'b' };
  settle(world);
  expect(world.status).toMatchObject({ id: 'b', step: 'Done' });
});

test('what is refused is judged again when something else is asked for', () => {
  expect(requestOf({ id: 'a' })).not.toBe(requestOf({ id: 'a', overwrite: true }));
});

test.each([0, 1, 2, 3, 4, 5, 6])(
  'a pod that is lost after %i steps is cut off: awake again, it changes nothing',
  (steps) => {
    const world = new World();
    while (world.status?.step !== 'Replicating') {
      world.operate(1);
      world.happen({ is: 'kubelet' }, 0);
      if (!['Loading', 'Replicating'].includes(world.status?.step ?? '')) world.happen({ is: 'pod' }, 0);
    }
    for (let i = 0; i < steps; i++) world.happen({ is: 'pod' }, 0);
    world.happen({ is: 'node-lost' }, 0);
    settle(world);
    expect(world.status).toMatchObject({ step: 'RolledBack', lostPods: 1 });
    expect(world.server).toMatchObject({ data: 'old', master: true, marked: false });
  },
);
