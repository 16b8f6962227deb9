import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { BucketState } from '../../../operator/redis-backup/bucket';
import { tidy } from '../../../operator/redis-backup/tidy';
import type { BackupManifest, Proof } from '../../../operator/s3/layout';
import { type BundleProps, testBundle } from './bundle';

const IDS = ['01', '02', '03', '04', '05'].map((day) => `202601${day}T120000Z-0000`);
const [FIRST = '', SECOND = '', THIRD = '', FOURTH = '', LAST = ''] = IDS;
const keyOf = (id: string) => `backups/${id}.rdb`;

/** The status of a resource whose restore `a` has ended. */
const ended = (more: object) =>
  ({ restore: { id: 'a', finishedAt: '2026-01-05T12:30:00Z', ...more } }) as BundleProps['status'];

interface Case {
  readonly status?: BundleProps['status'];
  readonly restore?: object;
  readonly reason?: BundleProps['reason'];
  readonly proven?: string;
  readonly suspicious?: boolean;
  readonly accepted?: readonly string[];
  readonly found?: boolean;
}

/** The backups whose manifests go, of five, where the newest alone is asked for. */
async function gone({ found = true, ...more }: Case): Promise<string[]> {
  const { status, restore, reason, proven, suspicious = false, accepted = [] } = more;
  const deleted: string[] = [];
  const retention = { last: 1, hourly: 0, daily: 0, weekly: 0, monthly: 0 };
  const spec = { retention, restore } as BundleProps['spec'];
  const { bundle } = testBundle({
    ...{ spec, status, reason, now: new Date('2026-01-05T13:00:00Z') },
    s3: async (command) => {
      if (command instanceof DeleteObjectCommand) deleted.push(command.input.Key ?? '');
      // Of a bucket where nothing is left to do.
      return { Contents: [] };
    },
  });
  const contents = {
    ...{ ids: IDS, newest: { id: LAST, suspicious } as BackupManifest, accepted: new Set(accepted) },
    newestProof: proven ? ({ backup: proven } as Proof) : undefined,
    ...{ restores: new Set<string>(), expired: [], future: [], broken: [] },
  };
  const verdict = { type: 'BucketReady', status: 'True', reason: 'Ready', message: '' } as const;
  const state: BucketState = found ? { verdict, missing: [], contents } : { verdict };
  await tidy(bundle, state);
  return deleted.map((key) => /^manifests\/(.*)\.json$/.exec(key)?.[1] ?? key);
}

test.each<[string, Case, string[]]>([
  ['all but the newest', {}, [FIRST, SECOND, THIRD, FOURTH]],
  ['not the newest that is proven', { proven: SECOND }, [FIRST, THIRD, FOURTH]],
  [
    'not what a restore has named',
    {
      ...{ restore: { id: 'a', from: { key: keyOf(THIRD) } }, status: ended({}) },
      proven: LAST,
    },
    [FIRST, SECOND, FOURTH],
  ],
  ['nothing before a restore has ended', { restore: { id: 'b' }, status: ended({}) }, []],
  [
    'neither what a restore has brought back nor what it goes back to',
    {
      status: ended({ key: keyOf(FIRST), backup: keyOf(FOURTH) }),
      restore: { id: 'a', from: { time: '2026-01-01T13:00:00Z' } },
    },
    [SECOND, THIRD],
  ],
  ['nothing while the newest is suspicious', { suspicious: true, proven: SECOND }, []],
  ['nothing for a word on another backup', { suspicious: true, accepted: [FOURTH] }, []],
  [
    'the same once a person has accepted it',
    { suspicious: true, accepted: [LAST], proven: FOURTH },
    [FIRST, SECOND, THIRD],
  ],
  ['nothing while S3 is away', { found: false }, []],
  ['nothing because of a change of its objects', { reason: 'related' }, []],
])('retention takes away %s', async (_, given, expected) => {
  expect(await gone(given)).toEqual(expected);
});
