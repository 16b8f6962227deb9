import type { RedisBackupResource, RedisBackupStatus } from '../../../operator/redis-backup/resource';
import type { ApiServer } from '../../stack/api-server';
import { until } from '../../stack/command';

/** Where a resource is. */
export interface ResourceKey {
  readonly namespace: string;
  readonly name: string;
}

/** A `RedisBackup`, or one without a status if there is none. */
export async function redisBackup(
  { kubectl }: ApiServer,
  { namespace, name }: ResourceKey,
): Promise<Partial<RedisBackupResource>> {
  const get = ['get', 'redisbackup', name, `--namespace=${namespace}`, '--ignore-not-found', '--output=json'];
  const text = await kubectl.output(get);
  return text ? JSON.parse(text) : {};
}

/** The status of each condition. */
export function conditionsOf(status: RedisBackupStatus | undefined): Record<string, string> {
  return Object.fromEntries((status?.conditions ?? []).map(({ type, status: is }) => [type, is]));
}

/** Waits until conditions are true. */
export async function untilConditions(
  server: ApiServer,
  key: ResourceKey,
  types: readonly string[],
  seconds: number,
): Promise<void> {
  let status: RedisBackupStatus | undefined;
  await until(`${key.namespace}/${key.name} is ${types.join(', ')}`, seconds, async () => {
    ({ status } = await redisBackup(server, key));
    const is = conditionsOf(status);
    return types.every((type) => is[type] === 'True');
  }).catch((error: Error) => {
    throw new Error(`${error.message}; it says ${JSON.stringify(status?.conditions, undefined, 1)}`);
  });
}
