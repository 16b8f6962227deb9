import { createHash } from 'node:crypto';

/** What a bundle is called, everywhere and for ever. */
export interface BundleIdentity {
  /** The cluster's name in the fleet. */
  readonly cluster: string;
  readonly namespace: string;
  /** The resource's name; that of the Deployment when it was annotated. */
  readonly name: string;
}

/** The first hex digits of the SHA-256 of the parts; no two lists of parts are joined alike. */
export function hashOf(parts: readonly string[], digits = 8): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digits);
}

/**
 * A bucket's name: the prefix, what a person recognises, and a hash of the whole identity. The hash is
 * always there: `a-b`/`c` and `a`/`b-c` would else be one bucket. It also ends every name in a character
 * and a suffix that S3 allows.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function bucketName(identity: BundleIdentity & { readonly prefix: string }): string {
  const { prefix, cluster, namespace, name } = identity;
  const hash = hashOf([prefix, cluster, namespace, name], 16);
  const readable = [prefix, cluster, namespace, name]
    .join('-')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  return `${trim(readable.slice(0, 63 - 1 - hash.length))}-${hash}`;
}

/** A name for an object of the bundle: cut and hashed when the whole would be longer than `max`. */
export function childName(name: string, suffix: string, max = MAX_NAME): string {
  const whole = `${name}-${suffix}`;
  if (whole.length <= max) return whole;
  const end = `-${hashOf([name])}-${suffix}`;
  return trim(name.slice(0, max - end.length)) + end;
}

/** A number from 0 to `below` - 1 that is always the same for one bundle and purpose. */
export function spread({ cluster, namespace, name }: BundleIdentity, purpose: string, below: number): number {
  return Number.parseInt(hashOf([cluster, namespace, name, purpose]), 16) % below;
}

/** Names of everything that belongs to a bundle. */
export interface BundleNames {
  /** The Helm release, its StatefulSet and its Service. */
  readonly server: string;
  /** The HelmRelease, which lives beside those of all other namespaces. */
  readonly helmRelease: string;
  /** The backup CronJob, its ServiceAccount and NetworkPolicy. */
  readonly backup: string;
  /** The restore test's CronJob, ServiceAccount and NetworkPolicy. */
  readonly restoreTest: string;
  /** The Secrets with `username` and `password` of each ACL user. */
  readonly secrets: { readonly app: string; readonly backup: string; readonly admin: string };
  /** The Secrets with the key `credentials`, for jobs without a role. */
  readonly s3: { readonly backup: string; readonly restoreTest: string };
}

/** Names of everything that belongs to a bundle. */
export function namesOf({ namespace, name }: Omit<BundleIdentity, 'cluster'>): BundleNames {
  const of = (suffix: string) => childName(name, suffix);
  return {
    server: of('redis'),
    helmRelease: childName(`${namespace}-${name}`, `redis-${hashOf([namespace, name])}`, 63),
    backup: of('redis-backup'),
    restoreTest: of('redis-restore-test'),
    secrets: { app: of('redis-app'), backup: of('redis-backup-user'), admin: of('redis-admin') },
    s3: { backup: of('redis-s3-backup'), restoreTest: of('redis-s3-restore-test') },
  };
}

/** CronJobs append 11 characters for their Jobs, StatefulSets 11 in a label; both must fit in 63. */
const MAX_NAME = 52;

function trim(text: string): string {
  return text.replace(/^-+|-+$/g, '');
}
