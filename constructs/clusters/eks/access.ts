import { compare } from '../../emit/order';
import type { EksClusterProps } from './props';

/** EKS's policies, for the whole cluster. */
const POLICIES = { admins: 'AmazonEKSClusterAdminPolicy', viewers: 'AmazonEKSViewPolicy' } as const;

/** The access entries of the people who get in, by their roles. */
export function accessEntriesOf(props: Pick<EksClusterProps, 'admins' | 'viewers'>) {
  const entries = (['admins', 'viewers'] as const).flatMap((group) =>
    (props[group] ?? []).map((role) => entryOf(role, POLICIES[group])),
  );
  if (entries.length === 0) return undefined;
  return entries.sort((a, b) => compare(a.principalARN, b.principalARN));
}

/**
 * The name of the user is that which EKS itself would give. Without one the provider finds another in AWS at
 * every look, and makes the entry anew.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/pull/6176
 */
function entryOf(role: string, policy: string) {
  const [, partition, , , account, resource = ''] = role.split(':');
  const name = resource.slice(resource.lastIndexOf('/') + 1);
  return {
    principalARN: role,
    type: 'standard',
    username: `arn:${partition}:sts::${account}:assumed-role/${name}/{{SessionName}}`,
    accessPolicies: [
      {
        policyARN: `arn:${partition}:eks::aws:cluster-access-policy/${policy}`,
        accessScope: { type: 'cluster' },
      },
    ],
  };
}
