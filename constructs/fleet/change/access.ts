import type { Manifest } from '../../emit/manifest';
import type { Problem } from '../../problem';
import { at, type ClusterChange, find } from './read';
import { orForget } from './remedy';

/**
 * The last roles that got into a cluster of EKS: the AWS provider passes over an empty list, and they stay what they
 * were.
 *
 * @see https://github.com/kubernetes-sigs/cluster-api-provider-aws/blob/v2.13.0/pkg/cloud/services/eks/accessentry.go
 */
export function checkAccessKept(change: ClusterChange): Problem[] {
  const [before, after] = [change.before, change.after].map(rolesOf);
  if (!before?.length || after?.length) return [];
  return [
    {
      code: 'access-kept',
      path: `clusters/${change.name}`,
      field: 'admins',
      value: undefined,
      problem: `names nobody any more, nor does \`viewers\`: the AWS provider leaves ${before.join(', ')} in`,
      remedy: orForget(
        change,
        `leave one role in \`viewers\`; if nobody shall get in, run \`aws eks delete-access-entry --cluster-name ${change.name} --principal-arn ...\` for each`,
      ),
    },
  ];
}

function rolesOf(objects: readonly Manifest[]): string[] {
  const entries = at(find(objects, 'AWSManagedControlPlane'), 'spec.accessEntries');
  return Array.isArray(entries) ? entries.map((entry) => String(at(entry, 'principalARN'))) : [];
}
