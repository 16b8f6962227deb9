import { ApiObject } from 'cdk8s';
import { type Fleet, FleetApp, RedisBackup } from '../constructs';
import { PODINFO_IMAGE } from '../versions';
import { redisPlatform } from './redis-platform';

const labels = { 'app.kubernetes.io/name': 'shop' };

/** A shop on every production cluster, with a Redis whose backups the operator proves to restore. */
export function shop(fleet: Fleet): void {
  new FleetApp(fleet, 'shop', {
    namespace: 'shop',
    placement: { matchLabels: { env: 'prod' } },
    dependsOn: ['fleetwright-operator'],
    values: { replicas: 2, redisMemory: '256Mi' },
    instances: { 'prod-eu': { replicas: 4, redisMemory: '1Gi' } },
    define: (chart, { values }) => {
      const redis = new RedisBackup(chart, 'cart', {
        platform: redisPlatform,
        redis: { memory: values.redisMemory, storage: { size: '4Gi' } },
        clients: labels,
        freshness: '2h',
      });
      new ApiObject(chart, 'web', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'shop' },
        spec: {
          replicas: values.replicas,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: pod(redis) },
        },
      });
    },
  });
}

function pod(redis: RedisBackup) {
  const credential = (name: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: redis.secretName, key } },
  });
  return {
    automountServiceAccountToken: false,
    securityContext: { runAsNonRoot: true, runAsUser: 100, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'shop',
        image: PODINFO_IMAGE,
        command: [
          'sh',
          '-c',
          'exec ./podinfo --cache-server="tcp://$REDIS_USER:$REDIS_PASSWORD@$REDIS_HOST:6379"',
        ],
        env: [
          { name: 'REDIS_HOST', value: redis.host },
          credential('REDIS_USER', 'username'),
          credential('REDIS_PASSWORD', 'password'),
        ],
        ports: [{ name: 'http', containerPort: 9898 }],
        readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
        livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
        resources: { requests: { cpu: '50m', memory: '32Mi' }, limits: { cpu: '500m', memory: '128Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
  };
}
