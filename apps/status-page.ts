import { ApiObject } from 'cdk8s';
import { type Fleet, FleetApp } from '../constructs';
import { NGINX_IMAGE } from '../versions';

const labels = { 'app.kubernetes.io/name': 'status-page' };

/** A page on every edge site. Kinds that nobody typed, or that need no type, are plain `ApiObject`s. */
export function statusPage(fleet: Fleet): void {
  new FleetApp(fleet, 'status-page', {
    namespace: 'status-page',
    placement: { matchExpressions: [{ key: 'env', operator: 'In', values: ['edge'] }] },
    define: (chart, { cluster }) => {
      new ApiObject(chart, 'page', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'page' },
        data: { 'index.html': `<h1>${cluster.name}</h1>\n<p>Kubernetes ${cluster.kubernetesVersion}</p>\n` },
      });
      new ApiObject(chart, 'web', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'status-page' },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: pod },
        },
      });
      new ApiObject(chart, 'service', {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'status-page' },
        spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
      });
      new ApiObject(chart, 'allow-web', {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'NetworkPolicy',
        metadata: { name: 'allow-web' },
        spec: {
          podSelector: { matchLabels: labels },
          policyTypes: ['Ingress'],
          ingress: [{ ports: [{ port: 'http', protocol: 'TCP' }] }],
        },
      });
    },
  });
}

const probe = { httpGet: { path: '/', port: 'http' }, periodSeconds: 10 };

const pod = {
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: 101, seccompProfile: { type: 'RuntimeDefault' } },
  containers: [
    {
      name: 'nginx',
      image: NGINX_IMAGE,
      ports: [{ name: 'http', containerPort: 8080 }],
      readinessProbe: probe,
      livenessProbe: probe,
      resources: { requests: { cpu: '10m', memory: '16Mi' }, limits: { cpu: '100m', memory: '64Mi' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      },
      volumeMounts: [
        { name: 'page', mountPath: '/usr/share/nginx/html', readOnly: true },
        { name: 'tmp', mountPath: '/tmp' },
      ],
    },
  ],
  volumes: [
    { name: 'page', configMap: { name: 'page' } },
    { name: 'tmp', emptyDir: { sizeLimit: '16Mi' } },
  ],
};
