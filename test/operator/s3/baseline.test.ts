import { isSuspicious, readBaseline } from '../../../operator/s3/baseline';
import { newestReadable } from '../../../operator/s3/contents';
import { acceptedKey, type BackupManifest, manifestKey } from '../../../operator/s3/layout';
import { bucketInMemory } from './memory';

const baseline = (keys: number) => ({ id: '20260131T120000Z-1a2b', keys });

test.each<[number, number, number, boolean]>([
  [100, 10, 90, false],
  [100, 9, 90, true],
  [100, 200, 90, false],
  [1, 0, 100, true],
  [100, 1, 100, false],
  [100, 98, 1, true],
  [100, 99, 1, false],
  [0, 0, 90, false],
])('from %d keys to %d, with %d%% allowed: suspicious %s', (before, after, fall, suspicious) => {
  expect(isSuspicious(after, baseline(before), fall)).toBe(suspicious);
});

test('the first backup has nothing to fall from', () => {
  expect(isSuspicious(0, undefined, 90)).toBe(false);
});

const ids = ['00', '05', '10', '20', '30'].map((minute) => `20260131T12${minute}00Z-1a2b`) as [
  string,
  ...string[],
];
const [older, trusted = '', first = '', second = '', third = ''] = ids;

/** A manifest, as the mover writes it. */
function manifest(id: string, keys: number, suspicious: boolean): BackupManifest {
  const time = `2026-01-31T12:${id.slice(11, 13)}:00.000Z`;
  return {
    ...({ version: 1, id, key: `backups/${id}.rdb`, startedAt: time, finishedAt: time, bytes: 1 } as const),
    ...({ sha256: 'a'.repeat(64), keys, digest: 'b'.repeat(40), flavour: 'valkey', suspicious } as const),
    ...{ serverVersion: '8.1.4', rdbVersion: 'REDIS0011', uncovered: [] },
    ...{ cluster: 'prod', namespace: 'shop', name: 'cart' },
    baseline: suspicious ? { id: trusted, keys: 1000 } : { id, keys },
  };
}

/** A thousand keys fell to ten: each backup since is suspicious. */
const since = [
  manifest(trusted, 1000, false),
  ...[first, second, third].map((id, i) => manifest(id, 10 + i, true)),
];

const baselineWith = async (accepted: readonly string[], manifests: readonly BackupManifest[] = since) => {
  const access = bucketInMemory('acme', {
    objects: Object.fromEntries([
      ...manifests.map((one) => [manifestKey(one.id), JSON.stringify(one)]),
      ...accepted.map((id) => [acceptedKey(id), '{}']),
    ]),
  });
  return readBaseline(access, await newestReadable({ ...access, until: new Date('2026-02-01T00:00:00Z') }));
};

test('a suspicious backup is not trusted, one that a person accepted is, whatever came after it', async () => {
  expect(await baselineWith([])).toEqual({ id: trusted, keys: 1000 });
  expect(await baselineWith([first])).toEqual({ id: first, keys: 10 });
  expect(await baselineWith([third])).toEqual({ id: third, keys: 12 });
  expect(await baselineWith([first, second])).toEqual({ id: second, keys: 11 });
});

test('a word for what is no backup any more, or came before the trusted one, does not count', async () => {
  expect(
    await baselineWith(
      [first],
      since.filter(({ id }) => id !== first),
    ),
  ).toEqual({ id: trusted, keys: 1000 });
  expect(await baselineWith([older], [manifest(older, 5, false), ...since])).toEqual({
    id: trusted,
    keys: 1000,
  });
});
