import type { NetworkPolicy, Service } from '../../imports/kubernetes';
import type { Manifest } from '../emit/manifest';
import { TO_DNS, toS3 } from '../redis-backup/network';
import { EVERYWHERE, type RedisPlatform } from '../redis-backup/platform';
import { typed } from '../redis-backup/typed';
import { HTTP_PORT, OPERATOR, POD_LABELS } from './deployment';

/**
 * The operator talks to DNS, the API server and S3; only monitoring talks to it. That also guards the
 * profiler that shell-operator serves on the same port.
 */
export function operatorPolicy(
  namespace: string,
  platform: RedisPlatform,
  apiServerCidrs: readonly string[] = EVERYWHERE,
): Manifest {
  const monitoring = platform.monitoringNamespace;
  const from = [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': monitoring ?? '' } } }];
  return typed<NetworkPolicy>({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: OPERATOR, namespace },
    spec: {
      podSelector: { matchLabels: POD_LABELS },
      policyTypes: ['Ingress', 'Egress'],
      ingress: monitoring ? [{ from, ports: [{ port: HTTP_PORT, protocol: 'TCP' }] }] : undefined,
      egress: [
        TO_DNS,
        {
          to: apiServerCidrs.map((cidr) => ({ ipBlock: { cidr } })),
          // The Service's port, and the one behind it: which of them a policy sees depends on the CNI.
          ports: [
            { port: 443, protocol: 'TCP' },
            { port: 6443, protocol: 'TCP' },
          ],
        },
        toS3({ platform }),
      ],
    },
  });
}

/** Where monitoring finds the metrics. */
export function metricsService(namespace: string): Manifest {
  return typed<Service>({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: OPERATOR, namespace, labels: POD_LABELS },
    spec: {
      selector: POD_LABELS,
      ports: [{ name: 'http', port: HTTP_PORT, targetPort: 'http', protocol: 'TCP' }],
    },
  });
}
