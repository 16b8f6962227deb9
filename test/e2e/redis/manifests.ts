import { type BackupManifest, backupKey, timeOf } from '../../../operator/s3/layout';

/** A manifest of prod/shop/cart, of a dump of seven keys. */
export function manifestOf(id: string): BackupManifest {
  const time = timeOf(id)?.toISOString() ?? '';
  return {
    ...{ version: 1, id, key: backupKey(id), startedAt: time, finishedAt: time, bytes: 9 },
    ...{ sha256: 'a'.repeat(64), keys: 7, digest: 'd'.repeat(40) },
    ...{ flavour: 'redis', serverVersion: '7.0.15', rdbVersion: 'REDIS0010' },
    ...{ cluster: 'prod', namespace: 'shop', name: 'cart' },
    ...{ uncovered: [], baseline: { id, keys: 7 }, suspicious: false },
  };
}
