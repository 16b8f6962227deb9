import { readFileSync } from 'node:fs';
import type { RedisPlatform } from '../../constructs/redis-backup/platform';
import { PLATFORM_NAMESPACE } from '../../constructs/redis-backup/platform';
import type { Api } from '../kit';
import { NAMESPACE } from './kinds';

/** What holds for every bundle of the cluster. */
export interface Settings {
  readonly platform: RedisPlatform;
  /** The cluster's name in the fleet. */
  readonly cluster: string;
  /** The operator's own namespace. */
  readonly namespace: string;
}

/** Reads the settings from where `FleetOperator` puts them. */
export function readSettings(env: NodeJS.ProcessEnv = process.env): Settings {
  const { FLEETWRIGHT_PLATFORM: file, FLEETWRIGHT_CLUSTER: cluster } = env;
  if (!file || !cluster) throw new Error('FLEETWRIGHT_PLATFORM and FLEETWRIGHT_CLUSTER have to be set');
  return {
    platform: JSON.parse(readFileSync(file, 'utf8')) as RedisPlatform,
    cluster,
    namespace: ownNamespace(env),
  };
}

/** The operator's own namespace: outside of it, it may not list ConfigMaps. */
export function ownNamespace(env: NodeJS.ProcessEnv = process.env): string {
  return env.FLEETWRIGHT_NAMESPACE ?? PLATFORM_NAMESPACE;
}

/** What no other cluster has, whatever its name: the UID of its namespace kube-system. */
export async function clusterUid(api: Api): Promise<string> {
  const system = await api.get(NAMESPACE, { namespace: '', name: 'kube-system' });
  if (!system) throw new Error('there is no namespace kube-system, whose UID is the identity of the cluster');
  return system.metadata.uid;
}
