import type { RedisBackupResource } from '../../../operator/redis-backup/resource';
import { rotated } from '../../../operator/redis-backup/rotation';
import type { Secret } from '../../../operator/redis-backup/secrets';

const START = Date.parse('2026-11-21T12:00:00Z');
const MINUTE = 60_000;
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A Secret whose rotation goes on as the API server would have it. */
class Rotation {
  secret: Secret;
  pods: { created: number; names: boolean }[] = [];
  asked: string | undefined = 'monday';

  constructor(readonly user: 'app' | 'backup') {
    const metadata = { name: 'cart-redis-app', namespace: 'shop', uid: '1' };
    this.secret = {
      ...{ apiVersion: 'v1', kind: 'Secret', data: { password: base64('old') } },
      metadata: { ...metadata, resourceVersion: '1', creationTimestamp: '' },
    };
  }

  /** What the Secret holds after a run so many minutes after the start. */
  async at(minutes: number): Promise<string[]> {
    const item = { metadata: { annotations: { 'fleetwright.dev/rotate-passwords': this.asked } } };
    const api = {
      list: async () =>
        this.pods.map(({ created, names }) => ({
          metadata: { creationTimestamp: new Date(START + created * MINUTE).toISOString() },
          spec: { containers: [{ envFrom: [{ secretRef: { name: names ? 'cart-redis-app' : 'x' } }] }] },
        })),
    };
    const bundle = {
      ...{ item: item as unknown as RedisBackupResource, settled: { identity: { namespace: 'shop' } } },
      run: { api, now: new Date(START + minutes * MINUTE) },
    } as unknown as Parameters<typeof rotated>[0];
    const patch = await rotated(bundle, this.secret, this.user);
    if (patch) {
      const data = { ...this.secret.data, ...patch.data };
      const there = Object.entries(data).filter((entry): entry is [string, string] => entry[1] !== null);
      const annotations = { ...this.secret.metadata.annotations, ...patch.annotations };
      const metadata = { ...this.secret.metadata, annotations };
      this.secret = { ...this.secret, metadata, data: Object.fromEntries(there) };
    }
    const { password, 'previous-password': previous } = this.secret.data ?? {};
    const isValid = [password, previous].includes(base64('old'));
    return [...Object.keys(this.secret.data ?? {}).sort(), ...(isValid ? ['old is valid'] : [])];
  }
}

test('a rotation takes three steps, and the old password is valid until the last', async () => {
  const rotation = new Rotation('app');
  rotation.pods = [
    { created: -5, names: true },
    { created: -5, names: false },
  ];
  expect(await rotation.at(0)).toEqual(['next-password', 'password', 'old is valid']);
  expect(await rotation.at(2)).toEqual(['next-password', 'password', 'old is valid']);
  expect(await rotation.at(3)).toEqual(['password', 'previous-password', 'old is valid']);
  expect(await rotation.at(600)).toEqual(['password', 'previous-password', 'old is valid']);
  rotation.pods = [
    { created: 601, names: true },
    { created: -5, names: false },
  ];
  expect(await rotation.at(602)).toEqual(['password']);
  expect(await rotation.at(603)).toEqual(['password']);
});

test('the user of the jobs keeps two passwords for as long as a job may run', async () => {
  const rotation = new Rotation('backup');
  await rotation.at(0);
  await rotation.at(3);
  expect(await rotation.at(62)).toEqual(['password', 'previous-password', 'old is valid']);
  expect(await rotation.at(63)).toEqual(['password']);
});

test('a second word begins a second rotation, and none begins none', async () => {
  const rotation = new Rotation('backup');
  for (const minute of [0, 3, 63]) await rotation.at(minute);
  rotation.asked = 'tuesday';
  expect(await rotation.at(64)).toEqual(['next-password', 'password']);
  const never = new Rotation('app');
  never.asked = undefined;
  expect(await never.at(0)).toEqual(['password', 'old is valid']);
});
