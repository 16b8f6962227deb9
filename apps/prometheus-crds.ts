import { AddOn, type Fleet, HelmApp } from '../constructs';
import { PROMETHEUS_CRDS_CHART } from '../versions';

/** The definitions of PrometheusRule and ServiceMonitor: the operator's alerts are objects of these kinds. */
export function prometheusCrds(fleet: Fleet): void {
  const namespace = 'monitoring';
  new AddOn(fleet, 'prometheus-crds', {
    layer: 'crds',
    namespace,
    placement: {},
    network: 'open',
    define: (chart) => {
      new HelmApp(chart, 'release', {
        name: 'prometheus-operator-crds',
        namespace,
        permissions: 'crds',
        chart: {
          oci: {
            url: 'oci://ghcr.io/prometheus-community/charts/prometheus-operator-crds',
            tag: PROMETHEUS_CRDS_CHART,
          },
        },
      });
    },
  });
}
