import type { Chart } from 'cdk8s';
import { AddOn, type Fleet, Notification } from '../constructs';

/**
 * Tells the people on call what Flux could not apply. The webhook's address is in a Secret of each namespace
 * that is listened to: `flux-system` of every cluster, and `clusters` of the management cluster, where the
 * clusters themselves and their hand-over are synced.
 */
export function alerts(fleet: Fleet): void {
  new AddOn(fleet, 'alerts', {
    layer: 'configs',
    namespace: 'flux-system',
    placement: {},
    define: (chart, { cluster }) => {
      // An Alert hears its own namespace only: Flux refuses references to others.
      for (const namespace of cluster.isManagement ? ['flux-system', 'clusters'] : ['flux-system']) {
        addOnCall(chart, namespace);
      }
    },
  });
}

/** Tells the people on call what fails in one namespace. */
export function addOnCall(chart: Chart, namespace: string): void {
  new Notification(chart, `on-call-${namespace}`, {
    name: 'on-call',
    namespace,
    type: 'slack',
    channel: 'fleet',
    secretName: 'on-call-webhook',
  });
}
