import { isExpected } from '../../../operator/redis-backup/acceptance';
import type { RedisBackupResource } from '../../../operator/redis-backup/resource';
import type { BackupManifest } from '../../../operator/s3/layout';

const ID = '20261121T120000Z-1a2b';
const newest = (keys: number, startedAt = '2026-11-21T11:59:00Z') =>
  ({ id: ID, keys, startedAt, suspicious: true }) as BackupManifest;
const item = (word?: string, restore?: object) =>
  ({
    metadata: { annotations: word ? { 'fleetwright.dev/accept-backup': word } : {} },
    status: { restore },
  }) as unknown as RedisBackupResource;
const done = { step: 'Done', keys: 100, key: 'backups/a.rdb', finishedAt: '2026-11-21T11:00:00.000Z' };

test.each([
  ['a person said so by its id', item(ID), newest(0), true],
  ['a person said so by its key', item(`backups/${ID}.rdb`), newest(0), true],
  ['a person said so of another one', item('20261121T110000Z-1a2b'), newest(0), false],
  ['nobody said anything', item(), newest(0), false],
  ['a restore brought so many keys back', item(undefined, done), newest(100), true],
  ['a restore brought some more back', item(undefined, done), newest(60), true],
  ['far fewer than a restore brought back', item(undefined, done), newest(9), false],
  ['none, after a restore of some', item(undefined, done), newest(0), false],
  ['from before the restore', item(undefined, done), newest(100, '2026-11-21T10:59:00Z'), false],
  ['of a restore that was rolled back', item(undefined, { ...done, step: 'RolledBack' }), newest(100), false],
])('a suspicious backup, %s', (_, resource, manifest, expected) => {
  expect(isExpected(resource, manifest, 90)).toBe(expected);
});
