import { AddOn, type Fleet, FleetApp, RedisBackup, SharedRelease } from '../constructs';
import { redisPlatform } from './redis-platform';

const placement = { matchLabels: { env: 'edge' } };

/** What the Redis releases of a cluster share where no operator runs. */
export function redisRelease(fleet: Fleet): void {
  new AddOn(fleet, 'redis-release', {
    layer: 'controllers',
    namespace: 'fleetwright-system',
    placement,
    define: (chart) => {
      new SharedRelease(chart, 'release', { expandedFor: redisPlatform });
    },
  });
}

/** A buffer for sensor readings on every edge site: the same bundle, rendered here instead of by an operator. */
export function sensors(fleet: Fleet): void {
  new FleetApp(fleet, 'sensors', {
    namespace: 'sensors',
    placement,
    dependsOn: ['redis-release'],
    define: (chart) => {
      new RedisBackup(chart, 'readings', {
        platform: redisPlatform,
        mode: 'expanded',
        redis: { memory: '64Mi', storage: { size: '1Gi' } },
        schedule: 'H */6 * * *',
        freshness: '13h',
      });
    },
  });
}
