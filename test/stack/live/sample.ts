import { ApiObject } from 'cdk8s';
import { AddOn, type Fleet } from '../../../constructs';

/** Adds to every cluster of a fleet a ConfigMap whose value tells one commit from another. */
export function addSample(fleet: Fleet, color: string): void {
  new AddOn(fleet, 'sample', {
    layer: 'configs',
    namespace: 'sample',
    placement: {},
    define: (chart) => {
      new ApiObject(chart, 'color', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'color' },
        data: { color },
      });
    },
  });
}
