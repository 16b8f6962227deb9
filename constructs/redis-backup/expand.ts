import type { Manifest } from '../emit/manifest';
import { type RedisBundle, settle } from './bundle';
import { backupObjects, bucketCronJob, restoreTestObjects } from './jobs';
import { bucketPolicy, networkPolicies } from './network';
import type { RedisPlatform } from './platform';
import { helmRelease } from './release';
import type { RedisBackupSpec } from './spec';

export type { RedisBundle } from './bundle';

/**
 * The objects of a bundle, as plain data: Redis, backup and restore test with their accounts and
 * NetworkPolicies. The operator calls it at run time and the `RedisBackup` construct at synth time, so it
 * imports neither cdk8s nor bindings, and its result depends on its arguments alone.
 *
 * The bucket and the Secrets are not among them: the operator makes both, or see `expandBucket`.
 */
export function expand(bundle: RedisBundle, platform: RedisPlatform): Manifest[] {
  const settled = settle(bundle, platform);
  return [
    helmRelease(settled),
    ...networkPolicies(settled),
    ...backupObjects(settled),
    ...restoreTestObjects(settled),
  ];
}

/** What makes and hardens the bucket where no operator runs, in the platform's namespace. */
export function expandBucket(bundle: RedisBundle, platform: RedisPlatform): Manifest[] {
  const settled = settle(bundle, platform);
  const job = bucketCronJob(settled);
  return [bucketPolicy(settled, job.metadata.name), job];
}

/** The name of a bundle's bucket. */
export function bucketOf(bundle: RedisBundle, platform: RedisPlatform): string {
  return settle(bundle, platform).bucket;
}

/** The group and version of `RedisBackup`. */
export const API_VERSION = 'fleetwright.dev/v1alpha1';

/** The resource from which the operator makes the same objects. */
export function redisBackupResource(
  { namespace, name, spec }: Omit<RedisBundle, 'cluster'>,
  annotations?: Readonly<Record<string, string>>,
): Manifest & { readonly spec: RedisBackupSpec } {
  return { apiVersion: API_VERSION, kind: 'RedisBackup', metadata: { name, namespace, annotations }, spec };
}
