import type { Verdict } from '../../../operator/kit';
import { announce } from '../../../operator/redis-backup/announce';
import type { RedisBackupResource } from '../../../operator/redis-backup/resource';

const bad = (type: string, reason = 'Gone', message = `${type} is bad`): Verdict => ({
  ...{ type, reason, message },
  status: type === 'BackupSuspicious' ? 'True' : 'False',
});

/** What is noted, and on what, when a resource had conditions and gets verdicts. */
async function notesOf(
  verdicts: readonly Verdict[],
  had: Record<string, string> = {},
  labels?: Record<string, string>,
): Promise<string[]> {
  const notes: string[] = [];
  const metadata = { name: 'cart', namespace: 'shop', uid: '1', labels };
  const conditions = Object.entries(had).map(([type, status]) => ({ type, status }));
  const item = { kind: 'RedisBackup', metadata, status: { conditions } } as unknown as RedisBackupResource;
  const api = {
    get: async () => ({ kind: 'Deployment', metadata: { ...metadata, uid: '2' } }),
    create: async (_: object, { regarding, reason, action }: Record<string, { kind: string } & string>) => {
      notes.push(`${regarding?.kind}: ${action} ${reason}`);
    },
  };
  const run = { api, now: new Date() } as unknown as Parameters<typeof announce>[0]['run'];
  await announce({ item, run }, item, verdicts);
  return notes;
}

test('what becomes bad is noted once, on the resource', async () => {
  expect(await notesOf([bad('BackupFresh', 'TooOld'), bad('BackupSuspicious', 'KeysFell')])).toEqual([
    'RedisBackup: BackupFresh TooOld',
    'RedisBackup: BackupSuspicious KeysFell',
  ]);
  expect(await notesOf([bad('BackupFresh')], { BackupFresh: 'False' })).toEqual([]);
});

test('it is noted on the Deployment that asked, too', async () => {
  const asked = { 'fleetwright.dev/requested-by': 'cart' };
  expect(await notesOf([bad('BackupFresh', 'TooOld')], {}, asked)).toEqual([
    'RedisBackup: BackupFresh TooOld',
    'Deployment: BackupFresh TooOld',
  ]);
});

test('nothing is said twice, and nothing of what is on its way', async () => {
  const bucket = bad('BucketReady', 'ForeignBucket', 'it is of x');
  expect(await notesOf([bucket, bad('Ready', 'ForeignBucket', 'it is of x')])).toEqual([
    'RedisBackup: BucketReady ForeignBucket',
  ]);
  expect(await notesOf([bad('Ready', 'NameTaken')])).toEqual(['RedisBackup: Ready NameTaken']);
  expect(await notesOf([bad('Ready', 'Progressing')])).toEqual([]);
});
