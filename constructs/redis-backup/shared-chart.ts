import type { IConstruct } from 'constructs';
import { ociSourceOf } from '../flux/wiring/source';
import { RELEASE_ACCOUNT, type RedisPlatform } from './platform';

/**
 * A platform with the chart that `SharedRelease` makes in this fleet, unless it says another: an OCIRepository
 * where the fleet's source is a registry, since Flux makes no HelmChart of one.
 */
export function withSharedChart(scope: IConstruct, platform: RedisPlatform): RedisPlatform {
  if (platform.chart || !ociSourceOf(scope)) return platform;
  return { ...platform, chart: { kind: 'OCIRepository', name: RELEASE_ACCOUNT } };
}
