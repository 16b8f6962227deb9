import type { S3Client } from '@aws-sdk/client-s3';
import { type RedisBundle, type SettledBundle, settle } from '../../constructs/redis-backup/bundle';
import type { ItemRun } from '../kit';
import type { RedisBackupResource } from './resource';
import type { Settings } from './settings';

/** One resource, with everything that a run needs to look at it. */
export interface Bundle {
  readonly item: RedisBackupResource;
  readonly declared: RedisBundle;
  readonly settled: SettledBundle;
  readonly settings: Settings;
  readonly clusterUid: string;
  readonly s3: S3Client;
  readonly run: ItemRun;
}

/** The declaration of a resource. A bucket keeps the name that was recorded, whatever prefix the platform has now. */
export function declaredBundle(
  item: RedisBackupResource,
  { cluster }: Settings,
  clusterUid: string,
): RedisBundle {
  const { name, namespace = '' } = item.metadata;
  const recorded = item.status?.bucket;
  const spec = recorded ? { ...item.spec, bucket: { ...item.spec.bucket, name: recorded } } : item.spec;
  return { cluster, clusterUid, namespace, name, spec };
}

/** The declaration with names and defaults. */
export function settledBundle(declared: RedisBundle, { platform, namespace }: Settings): SettledBundle {
  return settle(declared, { namespace, ...platform });
}
