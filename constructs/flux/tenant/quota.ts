import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Problem } from '../../problem';
import { keep } from '../../protection/protect';
import type { TenantQuota } from './props';

/**
 * Adds a namespace's ResourceQuota, and a LimitRange for containers that say nothing themselves. Both stay as
 * long as the Namespace: whatever is left of a tenant stays inside its bounds.
 */
export function addQuota(scope: Construct, namespace: string, quota: TenantQuota): void {
  const { cpu = '4', memory = '8Gi', storage = '100Gi', pods = 50, loadBalancers = 0 } = quota;
  new ApiObject(scope, 'quota', {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'tenant', namespace, annotations: keep },
    spec: {
      hard: {
        'limits.memory': memory,
        pods: String(pods),
        'requests.cpu': cpu,
        'requests.memory': memory,
        'requests.storage': storage,
        'services.loadbalancers': String(loadBalancers),
        'services.nodeports': '0',
      },
    },
  });
  new ApiObject(scope, 'limits', {
    apiVersion: 'v1',
    kind: 'LimitRange',
    metadata: { name: 'tenant', namespace, annotations: keep },
    spec: {
      limits: [
        {
          type: 'Container',
          default: { memory: '256Mi' },
          defaultRequest: { cpu: '100m', memory: '128Mi' },
        },
      ],
    },
  });
}

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
const QUANTITY = /^[0-9]+(\.[0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/;

/** Quantities that the API server would not take. */
export function checkQuota(path: string, quota: TenantQuota): Problem[] {
  return (['cpu', 'memory', 'storage', 'pods', 'loadBalancers'] as const).flatMap((member) => {
    const value = quota[member];
    const valid =
      typeof value === 'number' ? Number.isInteger(value) && value >= 0 : QUANTITY.test(value ?? '0');
    if (valid) return [];
    return [
      {
        code: 'quota-malformed',
        path,
        field: `quota.${member}`,
        value,
        problem: typeof value === 'number' ? 'is no number of objects' : 'is no quantity',
        remedy: typeof value === 'number' ? 'use a whole number, 0 or more' : 'write it like 4, 500m or 8Gi',
      },
    ];
  });
}
