import {
  AddOn,
  type Cluster,
  type Fleet,
  FleetOperator,
  FleetOperatorCrds,
  type Placement,
} from '../constructs';
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
    define: (chart, { cluster }) => {
      new FleetOperator(chart, 'operator', {
        platform: redisPlatform,
        monitoring: true,
        apiServerCidrs: apiServerCidrs(cluster),
      });
    },
  });
}

/** Its Service, and the machines that it runs on: which of them a NetworkPolicy sees depends on the CNI. */
function apiServerCidrs({ networks }: Cluster): string[] | undefined {
  return networks?.vpc ? [...networks.services, networks.vpc] : undefined;
}
