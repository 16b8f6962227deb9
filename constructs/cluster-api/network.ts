import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { NetworkPolicySpec } from '../../imports/kubernetes';
import type { Plain } from '../plain';

type Egress = NonNullable<Plain<NetworkPolicySpec>['egress']>[number];

/**
 * The way to API servers (443 is a Service's port and EKS's, 6443 that of machines) and, by the first of the two,
 * to GitHub and a cloud's API. Without a list of addresses it leads to any: an `ipBlock` of all addresses would
 * leave out nodes and pods with some CNIs.
 */
export function toServers(cidrs?: readonly string[]): Egress {
  return {
    to: cidrs?.map((cidr) => ({ ipBlock: { cidr } })),
    ports: [
      { port: 443, protocol: 'TCP' },
      { port: 6443, protocol: 'TCP' },
    ],
  };
}

/** The way to the development provider: the API servers of clusters in memory are ports of its pod. */
export const TO_DOCKER_PROVIDER: Egress = {
  to: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'capd-system' } } }],
};

/**
 * Adds the policy for the controllers of a namespace, beside the one that denies all but DNS. Their webhooks take
 * connections from anywhere: the API server is no pod, and its address is not known.
 */
export function addControllerPolicy(
  scope: Construct,
  webhookPort: number,
  egress: readonly Egress[] = [toServers()],
): void {
  const spec: Plain<NetworkPolicySpec> = {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ ports: [{ port: webhookPort, protocol: 'TCP' }] }],
    egress,
  };
  new ApiObject(scope, 'network', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'controllers' },
    spec,
  });
}
