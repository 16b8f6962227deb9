import { AddOn, type Fleet, Notification } from '../constructs';

/** Tells the people on call what Flux could not apply. The webhook's address is in a Secret of the cluster. */
export function alerts(fleet: Fleet): void {
  new AddOn(fleet, 'alerts', {
    layer: 'configs',
    namespace: 'flux-system',
    placement: {},
    define: (chart) => {
      new Notification(chart, 'on-call', {
        name: 'on-call',
        namespace: 'flux-system',
        type: 'slack',
        channel: 'fleet',
        secretName: 'on-call-webhook',
      });
    },
  });
}
