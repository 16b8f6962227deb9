import { ApiObject } from 'cdk8s';
import { ExistingCluster, type Fleet, FleetApp } from '../../../constructs';

/**
 * So many apps, each in a sync of its own, with the objects that an app has in the Flux project's benchmark: a
 * Deployment without pods, a ServiceAccount, a Service, an Ingress. There each has a source of its own, too.
 *
 * @see https://github.com/fluxcd/flux-benchmark/blob/main/RESULTS.md
 * @param changed the color of the first one
 */
export const benchmarkFleet = (apps: number, changed: string) => (fleet: Fleet) => {
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  for (let i = 0; i < apps; i++) {
    const name = `app-${i}`;
    const labels = { 'app.kubernetes.io/name': name };
    new FleetApp(fleet, name, {
      namespace: 'benchmark',
      placement: {},
      define: (chart) => {
        const metadata = { name, labels };
        const image = `registry.example.com/podinfo@sha256:${'0'.repeat(64)}`;
        const env = [{ name: 'COLOR', value: i === 0 ? changed : 'red' }];
        const spec = {
          serviceAccountName: name,
          containers: [{ name: 'podinfo', image, env, ports: [{ containerPort: 9898 }] }],
        };
        new ApiObject(chart, 'account', { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
        new ApiObject(chart, 'deployment', {
          ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
          spec: {
            replicas: 0,
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec },
          },
        });
        new ApiObject(chart, 'service', {
          ...{ apiVersion: 'v1', kind: 'Service', metadata },
          spec: { selector: labels, ports: [{ port: 9898 }] },
        });
        const backend = { service: { name, port: { number: 9898 } } };
        const paths = [{ path: '/', pathType: 'Prefix', backend }];
        new ApiObject(chart, 'ingress', {
          ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata },
          spec: { rules: [{ host: `${name}.example.com`, http: { paths } }] },
        });
      },
    });
  }
};
