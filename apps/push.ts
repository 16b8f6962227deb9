import { AddOn, type Fleet, WebhookReceiver } from '../constructs';

/** A push to the fleet's repository reconciles the management cluster at once; the others look every minute. */
export function push(fleet: Fleet): void {
  new AddOn(fleet, 'push', {
    layer: 'configs',
    namespace: 'flux-system',
    placement: { matchLabels: { env: 'management' } },
    define: (chart) => {
      new WebhookReceiver(chart, 'receiver', {
        name: 'push',
        namespace: 'flux-system',
        type: 'github',
        events: ['push'],
        secretName: 'push-token',
        resources: [{ kind: 'GitRepository', name: 'fleet' }],
      });
    },
  });
}
