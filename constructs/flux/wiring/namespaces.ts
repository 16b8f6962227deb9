import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { PodSecurity } from '../../fleet/app';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { keep } from '../../protection/protect';
import { TO_DNS, TO_SERVERS } from '../../redis-backup/network';
import { CLUSTERS_NAMESPACE, SYSTEM_NAMESPACES } from './names';

/** A namespace that the cluster makes for what is placed on it. */
interface NamespaceNeed {
  readonly podSecurity: PodSecurity;
  readonly network: 'deny' | 'open';
  /** The construct that asks for it. */
  readonly path: string;
}

/** The namespaces of one cluster, from everything placed on it; two wishes for one namespace must agree. */
export function namespacesOf(
  fleet: Fleet,
  cluster: Cluster,
): { needs: Map<string, NamespaceNeed>; problems: Problem[] } {
  const needs = new Map<string, NamespaceNeed>();
  const problems: Problem[] = [];
  if (cluster.isManagement) {
    needs.set(CLUSTERS_NAMESPACE, { podSecurity: 'restricted', network: 'deny', path: cluster.node.path });
  }
  for (const unit of fleet.unitsOn(cluster)) {
    const { namespace, podSecurity = 'restricted', network = 'deny' } = unit.props;
    if (SYSTEM_NAMESPACES.has(namespace)) continue;
    const need: NamespaceNeed = { podSecurity, network, path: unit.node.path };
    const other = needs.get(namespace);
    if (!other) needs.set(namespace, need);
    else problems.push(...disagreements(namespace, need, other));
  }
  return { needs, problems };
}

function disagreements(namespace: string, need: NamespaceNeed, other: NamespaceNeed): Problem[] {
  return (['podSecurity', 'network'] as const)
    .filter((field) => need[field] !== other[field])
    .map((field) => ({
      code: 'namespace-conflict',
      path: need.path,
      field,
      value: need[field],
      problem: `differs from ${other.path}, which shares the namespace ${namespace} and has ${other[field]}`,
      remedy: 'give both the same, or a namespace each',
    }));
}

/**
 * A Namespace with its Pod Security level, and a policy that denies all traffic but DNS and the way
 * to a Redis of the namespace. The admission policy of the fleet refuses to delete the Namespace; the policy
 * stays with it, for pods may stay too.
 *
 * An open namespace has the same policy, but it selects no pod. Flux would not delete it from a namespace
 * that is opened later, and one that allowed everything would undo the policies that charts bring.
 *
 * @param labels further labels of the Namespace
 */
export function addNamespace(
  scope: Construct,
  name: string,
  { podSecurity, network }: Omit<NamespaceNeed, 'path'>,
  labels: Readonly<Record<string, string>> = {},
): void {
  new ApiObject(scope, 'namespace', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name,
      labels: {
        'fleetwright.dev/protected': 'true',
        ...labels,
        'pod-security.kubernetes.io/enforce': podSecurity,
        'pod-security.kubernetes.io/warn': podSecurity,
      },
    },
  });
  new ApiObject(scope, 'default-deny', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'default-deny', namespace: name, annotations: keep },
    spec: {
      podSelector: network === 'open' ? NO_POD : {},
      policyTypes: ['Ingress', 'Egress'],
      egress: [
        TO_DNS,
        // Here and not with a bundle: in a namespace that is open, any policy for egress would close it.
        TO_SERVERS,
      ],
    },
  });
}

/** No pod both has a label and lacks it. */
const NO_POD = {
  matchExpressions: [
    { key: 'fleetwright.dev/network', operator: 'Exists' },
    { key: 'fleetwright.dev/network', operator: 'DoesNotExist' },
  ],
} as const;
