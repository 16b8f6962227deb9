import type { Found } from '../../../operator/kit';
import { redisBackups } from '../../../operator/redis-backup/hook';

const { due, metrics } = redisBackups();

const found = (more: object = {}): Found => ({
  ...{ namespace: 'shop', name: 'cart', uid: '1', generation: 3, deleting: false },
  ...{ observed: 3, conditions: { Ready: 'True' }, restore: { step: null } },
  ...more,
});

describe('metrics', () => {
  const of = { namespace: 'shop', name: 'cart' };

  test('count the resources, also when there is none', () => {
    const name = 'fleetwright_redisbackup_resources';
    expect(metrics?.([], {})).toEqual([{ name, value: 0 }]);
    expect(metrics?.([found(), found({ name: 'other' })], {})[0]).toEqual({ name, value: 2 });
  });

  test('are 1 for a condition that is true, 0 for one that is not, and none for one that is not known', () => {
    const conditions = {
      ...{ Ready: 'True', BackupFresh: 'False', BackupSuspicious: 'False', RestoreProven: 'Unknown' },
    };
    const name = 'fleetwright_redisbackup_condition';
    const told = metrics?.([found({ conditions })], {}).filter((metric) => metric.name === name);
    const condition = (type: string, value: number) => ({
      ...{ name, value, labels: { ...of, condition: type } },
    });
    expect(told).toHaveLength(3);
    expect(told).toEqual(
      expect.arrayContaining([
        condition('Ready', 1),
        condition('BackupFresh', 0),
        condition('BackupSuspicious', 0),
      ]),
    );
  });

  test('have times in seconds, and none of what is not there', () => {
    const times = { lastBackup: '2026-01-31T12:00:00Z', lastProof: '2026-01-31T13:00:00.000Z' };
    const named = (kind: string, value: number) => ({
      ...{ name: `fleetwright_redisbackup_last_${kind}_timestamp_seconds`, value, labels: of },
    });
    const told = (more: object) =>
      metrics?.([found(more)], {}).filter(({ name }) => name.endsWith('_seconds'));
    expect(told(times)).toEqual([named('backup', 1769860800), named('proof', 1769864400)]);
    expect(told({ lastBackup: null, lastProof: null })).toEqual([]);
  });

  test.each([
    ['without a restore', null, 0],
    ['whose restore looks around', 'Checking', 0],
    ['whose restore keeps writers away', 'Fencing', 1],
    ['whose restore is done', 'Done', 0],
  ])('say of one %s whether writers are kept away', (_, step, value) => {
    const name = 'fleetwright_redisbackup_restoring';
    expect(metrics?.([found({ restore: { step } })], {})).toContainEqual({ name, value, labels: of });
  });

  test('name each bucket that could not be deleted, and none that was to stay', () => {
    const kept = [
      found({ kept: 'stuck', of: { ...of, bucket: 'fleet-a', why: 'x' } }),
      found({ kept: 'retained', of: { ...of, bucket: 'fleet-b', why: 'x' } }),
    ];
    expect(metrics?.([], { kept })?.slice(1)).toEqual([
      {
        ...{ name: 'fleetwright_redisbackup_deletion_stuck', value: 1 },
        labels: { ...of, bucket: 'fleet-a' },
      },
    ]);
  });
});

describe('a tick looks at', () => {
  /** In how many of an hour's minutes, and of which ten each. */
  const minutes = (one: Found) =>
    Array.from({ length: 60 }, (_, i) => i).filter((i) =>
      due?.(one, new Date(Date.UTC(2026, 0, 31, 12, i, 7))),
    );

  test('what is fine once in ten minutes, each in a turn of its own', () => {
    const turns = new Set<number>();
    for (let i = 0; i < 100; i++) {
      const [first = NaN, ...others] = minutes(found({ name: `app-${i}` }));
      expect(others).toEqual([10, 20, 30, 40, 50].map((later) => first + later));
      turns.add(first);
    }
    expect([...turns].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test.each([
    ['is not Ready', { conditions: { Ready: 'False' } }],
    ['does not know yet whether it is Ready', { conditions: { Ready: 'Unknown' } }],
    ['has no conditions', { conditions: {} }],
    ['has no status', { conditions: undefined, observed: null }],
    ['has changed since it was looked at', { generation: 4 }],
  ])('what %s in each minute', (_, more) => {
    expect(minutes(found(more))).toHaveLength(60);
  });
});
