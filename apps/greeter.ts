import { type Fleet, FleetApp, HelmApp } from '../constructs';
import { PODINFO_CHART } from '../versions';

/** An app on every edge site that comes as a chart of a Helm repository. */
export function greeter(fleet: Fleet): void {
  const namespace = 'greeter';
  new FleetApp(fleet, 'greeter', {
    namespace,
    placement: { matchLabels: { env: 'edge' } },
    values: { message: 'hello from the edge' },
    define: (chart, { values }) => {
      new HelmApp(chart, 'release', {
        name: 'greeter',
        namespace,
        chart: {
          repository: { url: 'https://stefanprodan.github.io/podinfo' },
          name: 'podinfo',
          version: PODINFO_CHART,
        },
        values: { ui: { message: values.message } },
      });
    },
  });
}
