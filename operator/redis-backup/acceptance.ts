import { isSuspicious } from '../s3/baseline';
import { type BackupManifest, idOfBackup } from '../s3/layout';
import { type RedisBackupResource, said } from './resource';

/**
 * Whether a suspicious backup is right as it is: a person said so, or it is of what a restore has brought back. The
 * keys fell then because that was asked for, and nobody has to be woken.
 */
export function isExpected(
  item: RedisBackupResource,
  newest: BackupManifest,
  fallInPercent: number,
): boolean {
  const word = said(item, 'acceptBackup');
  if (word && (idOfBackup(word) ?? word) === newest.id) return true;
  const { step, key = '', keys, finishedAt = '' } = item.status?.restore ?? {};
  if (step !== 'Done' || keys === undefined) return false;
  if (!(Date.parse(newest.startedAt) > Date.parse(finishedAt))) return false;
  return !isSuspicious(newest.keys, { id: key, keys }, fallInPercent);
}
