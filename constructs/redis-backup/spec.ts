/**
 * What a `RedisBackup` says: a Redis server and backups of it that are proven to restore. Every field has
 * a default, so that an annotation `"true"` is enough.
 *
 * `schema.ts` says the same to the API server; a test holds the two together.
 */
export interface RedisBackupSpec {
  readonly redis?: RedisServer;
  /** Labels of the pods that may connect to the server. @default every pod of the namespace */
  readonly clients?: Readonly<Record<string, string>>;
  readonly bucket?: BackupBucket;
  /**
   * When to back up: cron of five fields, in UTC. `H` in the minute's or the hour's place is a value
   * derived from the bundle's identity, so that a fleet's backups don't all start at once.
   * @default H * * * *
   */
  readonly schedule?: string;
  readonly retention?: Retention;
  /** How old the newest backup may become, such as `90m`, `3h` or `2d`. @default 3h */
  readonly freshness?: string;
  /**
   * The fall in keys, in percent, from one backup to the next that makes it suspicious: nothing is deleted
   * any more until a person has looked. A fall to none always does.
   * @default 90
   */
  readonly suspiciousFall?: number;
  readonly restoreTest?: RestoreTest;
  /**
   * What happens to bucket and volume when the resource goes. `Delete` also needs the annotation
   * `fleetwright.dev/allow-deletion: "true"` at that moment, else it ends as `Retain`.
   * @default Retain
   */
  readonly reclaimPolicy?: 'Retain' | 'Delete';
  /**
   * How long Deployment or annotation must have been gone before the operator deletes the resource that it
   * made from them, such as `30m`.
   * @default 10m, and 24h with reclaimPolicy Delete
   */
  readonly orphanGrace?: string;
  /** Data to start from, or to go back to. @default none */
  readonly restore?: Restore;
}

/** The server. */
export interface RedisServer {
  /** The server's image by digest. Not settable by annotation. @default the platform's */
  readonly image?: string;
  /** The container's memory limit, a quantity of bytes; backup jobs get the same. @default 256Mi */
  readonly memory?: string;
  readonly storage?: RedisStorage;
  /** Serve TLS with this Secret's `tls.crt`, `tls.key` and `ca.crt`, as cert-manager makes it. @default plain */
  readonly tls?: { readonly secretName: string };
  /**
   * Values for the chart beneath those that the bundle sets. Not settable by annotation.
   * @default the platform's
   */
  readonly values?: Readonly<Record<string, unknown>>;
}

/** The server's volume. */
export interface RedisStorage {
  /** A quantity of bytes: at least twice `memory`, since a rewrite needs old and new. It can only grow. @default 1Gi */
  readonly size?: string;
  /** Cannot change once the volume is made. @default the cluster's default StorageClass */
  readonly className?: string;
}

/** The bucket. Not settable by annotation. */
export interface BackupBucket {
  /** Cannot change. @default derived from prefix, cluster, namespace and name */
  readonly name?: string;
  /**
   * Fail where the S3 server lacks any of versioning, ownership, public-access block, encryption, lifecycle and
   * TLS-only policy, instead of saying so in status.
   * @default false
   */
  readonly requireHardening?: boolean;
}

/** Which backups stay: the newest `last`, and the newest of each hour, day, week and month. */
export interface Retention {
  /** At least 1. @default 3 */
  readonly last?: number;
  /** @default 24 */
  readonly hourly?: number;
  /** @default 7 */
  readonly daily?: number;
  /** @default 4 */
  readonly weekly?: number;
  /** @default 6 */
  readonly monthly?: number;
}

/** Loading the newest backup into a scratch server, on a schedule. */
export interface RestoreTest {
  /** As `schedule`. @default H H * * * */
  readonly schedule?: string;
  /** How old the newest proof may become. @default 3d */
  readonly freshness?: string;
}

/** A restore. It runs once for each `id`. */
export interface Restore {
  /** Any name that was not used before; a new one runs a restore again. */
  readonly id: string;
  /** A backup's key, or a time: the newest snapshot finished by then. @default the newest backup */
  readonly from?: { readonly key: string } | { readonly time: string };
  /** Another bucket, such as a lost cluster's. @default the bundle's own */
  readonly source?: RestoreSource;
  /** Replace the data of a server that has some. @default false: refuse */
  readonly overwrite?: boolean;
}

/** A bucket that is not the bundle's own. */
export interface RestoreSource {
  readonly bucket: string;
  /** An `https://` address. @default the platform's */
  readonly endpoint?: string;
  /** @default the platform's */
  readonly region?: string;
  /** The Secret, in the resource's namespace, whose key `credentials` may read that bucket. */
  readonly secretName: string;
}

/** A spec with every default filled in. */
export interface ResolvedSpec extends RedisBackupSpec {
  readonly redis: RedisServer & {
    readonly memory: string;
    readonly storage: RedisStorage & { size: string };
  };
  readonly clients: Readonly<Record<string, string>>;
  readonly schedule: string;
  readonly retention: Required<Retention>;
  readonly freshness: string;
  readonly suspiciousFall: number;
  readonly restoreTest: Required<RestoreTest>;
  readonly reclaimPolicy: 'Retain' | 'Delete';
  readonly orphanGrace: string;
}

/** Fields, dots between, that an annotation may not set: they are the platform's or the operator's. */
export const NOT_BY_ANNOTATION = ['redis.image', 'redis.values', 'bucket', 'restore'] as const;

/** Fills in the defaults. */
export function resolveSpec(spec: RedisBackupSpec): ResolvedSpec {
  const { redis = {}, reclaimPolicy = 'Retain' } = spec;
  return {
    ...spec,
    redis: { ...redis, memory: redis.memory ?? '256Mi', storage: { size: '1Gi', ...redis.storage } },
    clients: spec.clients ?? {},
    schedule: spec.schedule ?? 'H * * * *',
    retention: { last: 3, hourly: 24, daily: 7, weekly: 4, monthly: 6, ...spec.retention },
    freshness: spec.freshness ?? '3h',
    suspiciousFall: spec.suspiciousFall ?? 90,
    restoreTest: { schedule: 'H H * * *', freshness: '3d', ...spec.restoreTest },
    reclaimPolicy,
    orphanGrace: spec.orphanGrace ?? (reclaimPolicy === 'Delete' ? '24h' : '10m'),
  };
}
