import { AddOn, type Fleet, FleetProtection } from '../constructs';

/** Refuses to delete clusters, their parts and protected namespaces, and tenants' syncs without an account. */
export function protection(fleet: Fleet): void {
  new AddOn(fleet, 'protection', {
    layer: 'controllers',
    namespace: 'fleetwright-system',
    placement: {},
    define: (chart) => {
      new FleetProtection(chart, 'protection');
    },
  });
}
