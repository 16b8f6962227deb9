import { checkFields, type Fields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import { checkRuleFields } from '../rbac';
import { checkSyncOptions, SYNC_OPTIONS } from '../sync/fields';
import type { TenantProps, TenantQuota } from './props';

const TENANT: Fields<TenantProps> = {
  name: 'string',
  source: 'object',
  path: 'string?',
  sync: 'object?',
  quota: 'object?',
  rules: 'list?',
};

const SOURCE: Fields<TenantProps['source']> = {
  url: 'string',
  ref: 'object',
  secretName: 'string?',
  interval: 'string?',
};

const QUOTA: Fields<TenantQuota> = {
  cpu: 'string?',
  memory: 'string?',
  storage: 'string?',
  pods: 'number?',
  loadBalancers: 'number?',
};

/** Not the account, which is the tenant's, nor what ends with the sync. */
const { serviceAccountName: _, deletionPolicy: __, ...SYNC } = SYNC_OPTIONS;

/**
 * What is wrong with the shape of a tenant. One that has such a problem is not made: a field of its sync
 * that nobody expects, such as `kubeConfig`, could lead out of its namespace.
 */
export function checkTenantFields(path: string, props: TenantProps): Problem[] {
  return [
    ...checkFields(path, '', props, TENANT),
    ...checkFields(path, 'source', props?.source, SOURCE),
    ...checkFields(path, 'quota', props?.quota, QUOTA),
    ...checkSyncOptions(path, 'sync', props.sync, SYNC),
    ...checkRuleFields(path, 'rules', props.rules),
  ];
}
