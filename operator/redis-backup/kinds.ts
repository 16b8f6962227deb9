import type { Kind } from '../kit';

const kind = (group: string, version: string, name: string, plural: string): Kind => ({
  ...{ group, version, plural },
  kind: name,
});

export const REDIS_BACKUP = kind('fleetwright.dev', 'v1alpha1', 'RedisBackup', 'redisbackups');
export const HELM_RELEASE = kind('helm.toolkit.fluxcd.io', 'v2', 'HelmRelease', 'helmreleases');
export const SECRET = kind('', 'v1', 'Secret', 'secrets');
export const SERVICE_ACCOUNT = kind('', 'v1', 'ServiceAccount', 'serviceaccounts');
export const CONFIG_MAP = kind('', 'v1', 'ConfigMap', 'configmaps');
export const NAMESPACE = kind('', 'v1', 'Namespace', 'namespaces');
export const POD = kind('', 'v1', 'Pod', 'pods');
export const VOLUME_CLAIM = kind('', 'v1', 'PersistentVolumeClaim', 'persistentvolumeclaims');
export const STATEFUL_SET = kind('apps', 'v1', 'StatefulSet', 'statefulsets');
export const CRON_JOB = kind('batch', 'v1', 'CronJob', 'cronjobs');
export const JOB = kind('batch', 'v1', 'Job', 'jobs');
export const NETWORK_POLICY = kind('networking.k8s.io', 'v1', 'NetworkPolicy', 'networkpolicies');

/** The kinds that a bundle's objects have, the HelmRelease aside: it goes first and alone. */
export const OWN_KINDS = [CRON_JOB, JOB, NETWORK_POLICY, SERVICE_ACCOUNT, SECRET] as const;

/** The kind of an object that `expand` gave. */
export function kindOf({ kind: name }: { readonly kind: string }): Kind {
  const found = [HELM_RELEASE, ...OWN_KINDS].find((known) => known.kind === name);
  if (!found) throw new Error(`no ${name} is known to belong to a bundle`);
  return found;
}
