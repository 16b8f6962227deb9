import { AddOn, type Fleet, FleetOperator, FleetOperatorCrds, type Placement } from '../constructs';
import { redisPlatform } from './redis-platform';

const placement: Placement = { matchLabels: { env: 'prod' } };
const namespace = 'fleetwright-system';

/** The definition of RedisBackup, before anything of that kind. */
export function fleetwrightCrds(fleet: Fleet): void {
  new AddOn(fleet, 'fleetwright-crds', {
    layer: 'crds',
    namespace,
    placement,
    define: (chart) => {
      new FleetOperatorCrds(chart, 'crds');
    },
  });
}

/** The operator that gives annotated Deployments a Redis with backups. */
export function fleetwrightOperator(fleet: Fleet): void {
  new AddOn(fleet, 'fleetwright-operator', {
    layer: 'controllers',
    namespace,
    placement,
    dependsOn: ['fleetwright-crds', 'prometheus-crds'],
    define: (chart) => {
      new FleetOperator(chart, 'operator', { platform: redisPlatform, monitoring: true });
    },
  });
}
