import { AddOn, type Fleet, HelmApp } from '../constructs';

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
        // renovate: datasource=docker depName=ghcr.io/prometheus-community/charts/prometheus-operator-crds
        chart: {
          oci: { url: 'oci://ghcr.io/prometheus-community/charts/prometheus-operator-crds', tag: '24.0.2' },
        },
      });
    },
  });
}
