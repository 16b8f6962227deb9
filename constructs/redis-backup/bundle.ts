import { type BundleIdentity, type BundleNames, bucketName, namesOf } from './identity';
import { PLATFORM_NAMESPACE, type RedisPlatform } from './platform';
import { type RedisBackupSpec, type ResolvedSpec, resolveSpec } from './spec';

/** A bundle: what it is called and what is wanted. */
export interface RedisBundle extends BundleIdentity {
  readonly spec: RedisBackupSpec;
  /** Of the cluster, where it is known: then a backup refuses the bucket of another of the same name. */
  readonly clusterUid?: string;
}

/** A bundle with everything settled that its objects need. */
export interface SettledBundle {
  readonly identity: BundleIdentity;
  readonly clusterUid?: string;
  readonly names: BundleNames;
  readonly spec: ResolvedSpec;
  readonly platform: RedisPlatform;
  readonly bucket: string;
  /** The platform's namespace. */
  readonly system: string;
}

/** The label of what the operator makes, and so may change and delete. */
export const MANAGED_BY = { key: 'app.kubernetes.io/managed-by', value: 'fleetwright' } as const;

/** The label that says what a pod of a bundle does. */
export const ROLE = 'fleetwright.dev/role';

/** What a pod of a bundle does; the value of its label `fleetwright.dev/role`. */
export type Role = 'server' | 'backup' | 'restore-test' | 'restore' | 'bucket';

/** Settles names and defaults. */
export function settle(bundle: RedisBundle, platform: RedisPlatform): SettledBundle {
  const { cluster, clusterUid, namespace, name, spec } = bundle;
  const identity = { cluster, namespace, name };
  return {
    ...{ identity, clusterUid },
    names: namesOf(identity),
    spec: resolveSpec(spec),
    platform,
    bucket: spec.bucket?.name ?? bucketName({ prefix: platform.s3.bucketPrefix, ...identity }),
    system: platform.namespace ?? PLATFORM_NAMESPACE,
  };
}

/** The labels by which NetworkPolicies, Services and people find the pods of one role. */
export function roleLabels({ identity }: SettledBundle, role: Role): Record<string, string> {
  return {
    'fleetwright.dev/redis-backup': identity.name,
    'fleetwright.dev/namespace': identity.namespace,
    [ROLE]: role,
  };
}

/** The metadata of an object of the bundle. */
export function metadataOf({ identity }: SettledBundle, name: string, namespace = identity.namespace) {
  return {
    name,
    namespace,
    labels: {
      [MANAGED_BY.key]: MANAGED_BY.value,
      'app.kubernetes.io/part-of': identity.name,
      'fleetwright.dev/redis-backup': identity.name,
      'fleetwright.dev/namespace': identity.namespace,
    },
  };
}
