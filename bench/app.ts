import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';

/** How many objects one app instance has. */
export const OBJECTS = 7;

/** How many apps one cluster runs. */
export const APPS = 10;

/**
 * The objects of one app on one cluster, the same for every contender: plain `ApiObject`s. Names are unique in
 * the whole fleet: plain cdk8s names files by them, and would overwrite one cluster's with another's.
 */
export function addApp(scope: Construct, cluster: string, namespace: string): void {
  const app = `${namespace}-${cluster}`;
  const labels = { 'app.kubernetes.io/name': app, 'app.kubernetes.io/part-of': 'bench' };
  const metadata = (name: string) => ({
    name,
    namespace,
    labels,
    annotations: { 'example.com/cluster': cluster },
  });
  new ApiObject(scope, 'account', {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: metadata(app),
    automountServiceAccountToken: false,
  });
  new ApiObject(scope, 'config', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(`${app}-config`),
    data: { CLUSTER: cluster, LOG_LEVEL: 'info', 'app.conf': `listen 8080\nname ${app}\nworkers 4\n` },
  });
  new ApiObject(scope, 'service', {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(app),
    spec: { selector: labels, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  });
  new ApiObject(scope, 'deployment', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(app),
    spec: {
      replicas: 3,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(app) },
    },
  });
  new ApiObject(scope, 'budget', {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: metadata(app),
    spec: { minAvailable: 2, selector: { matchLabels: labels } },
  });
  new ApiObject(scope, 'autoscaler', {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: metadata(app),
    spec: {
      minReplicas: 3,
      maxReplicas: 12,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: app },
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
    },
  });
  new ApiObject(scope, 'network', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(app),
    spec: {
      podSelector: { matchLabels: labels },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { ingress: 'true' } } }],
          ports: [{ port: 8080, protocol: 'TCP' }],
        },
      ],
    },
  });
}

function podSpec(app: string) {
  return {
    serviceAccountName: app,
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image: `registry.example.com/${app}:1.2.3`,
        args: ['--config=/etc/app/app.conf', '--port', '8080'],
        envFrom: [{ configMapRef: { name: `${app}-config` } }],
        ports: [{ name: 'http', containerPort: 8080 }],
        readinessProbe: { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 10 },
        resources: { requests: { cpu: '100m', memory: '64Mi' }, limits: { memory: '128Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
        volumeMounts: [{ name: 'config', mountPath: '/etc/app', readOnly: true }],
      },
    ],
    volumes: [{ name: 'config', configMap: { name: `${app}-config` } }],
  };
}
