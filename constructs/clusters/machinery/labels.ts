import { compare } from '../../emit/order';
import { isLabelValue } from '../../fleet/check/labels';
import type { Problem } from '../../problem';
import type { Argument } from './kubeadm';

type Labels = Readonly<Record<string, string>>;

/**
 * Labels that Cluster API copies from machines to nodes, and goes on to keep in step: no machine is
 * replaced for them. A kubelet may not set the first two by itself.
 *
 * @see https://cluster-api.sigs.k8s.io/reference/api/metadata-propagation#machine
 */
const SYNCED =
  /^(node-role\.kubernetes\.io\/|(.+\.)?node-restriction\.kubernetes\.io\/|(.+\.)?node\.cluster\.x-k8s\.io(\/|$))/;

/** Labels of Kubernetes' own domains that a kubelet may set. */
const KUBELET =
  /^((.+\.)?(node|kubelet)\.kubernetes\.io\/|(kubernetes\.io\/(arch|hostname|os)|node\.kubernetes\.io\/instance-type|topology\.kubernetes\.io\/(region|zone))$)/;

/** The labels of nodes that their machines carry. */
export function machineLabels(labels: Labels = {}): Labels {
  return Object.fromEntries(sorted(labels).filter(([key]) => SYNCED.test(key)));
}

/** The other labels of nodes, as the kubelet's argument; none if there are none. */
export function nodeLabelArguments(labels: Labels = {}): Argument[] {
  const own = sorted(labels).filter(([key]) => !SYNCED.test(key));
  if (own.length === 0) return [];
  return [{ name: 'node-labels', value: own.map(([key, value]) => `${key}=${value}`).join(',') }];
}

/** What the API server, or the kubelet itself, would refuse: the node would not come up. */
export function checkNodeLabels(path: string, field: string, labels: Labels = {}): Problem[] {
  return Object.entries(labels).flatMap(([key, value]) => {
    const at = { path, field: `${field}[${JSON.stringify(key)}]`, value };
    if (!isLabelKey(key) || !isLabelValue(value)) {
      return [
        {
          ...at,
          code: 'label-malformed',
          problem: 'is no label that Kubernetes takes',
          remedy:
            'use letters, digits, `-`, `_` and `.`, at most 63; a key may have a DNS name and `/` before it',
        },
      ];
    }
    const domain = key.slice(0, Math.max(0, key.indexOf('/')));
    const reserved = /(^|\.)(kubernetes|k8s)\.io$/.test(domain);
    if (!reserved || SYNCED.test(key) || KUBELET.test(key)) return [];
    return [
      {
        ...at,
        code: 'label-reserved',
        problem: 'is a label that a kubelet refuses to start with',
        remedy: 'use a domain of your own, or node-role.kubernetes.io/, node.cluster.x-k8s.io/',
      },
    ];
  });
}

/** Whether Kubernetes takes something as the key of a label or taint. */
export function isLabelKey(key: string): boolean {
  return /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(key);
}

function sorted(labels: Labels): [string, string][] {
  return Object.entries(labels).sort(([a], [b]) => compare(a, b));
}
