import type { IConstruct } from 'constructs';
import { ociSourceOf } from '../flux/wiring/source';
import { RELEASE_ACCOUNT, type RedisPlatform } from './platform';

/**
 * The version of charts/redis: the tag under which `fleetwright push` brings it to a registry. No pin of anything
 * from elsewhere, so not in versions.ts.
 */
export const REDIS_CHART_VERSION = '0.1.0';

/**
 * A platform with the chart that `SharedRelease` makes in this fleet, unless it says another: an OCIRepository
 * where the fleet's source is a registry, since Flux makes no HelmChart of one.
 */
export function withSharedChart(scope: IConstruct, platform: RedisPlatform): RedisPlatform {
  if (platform.chart || !ociSourceOf(scope)) return platform;
  return { ...platform, chart: { kind: 'OCIRepository', name: RELEASE_ACCOUNT } };
}
