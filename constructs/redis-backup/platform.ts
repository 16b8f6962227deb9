import { MOVER_IMAGE, VALKEY_IMAGE } from '../versions';

/** Who acts on S3: static keys in a Secret, or a role that the pod's ServiceAccount takes on EKS. */
export type S3Identity =
  | {
      /** A Secret whose key `credentials` is a file in AWS's format, with a profile `default`. */
      readonly secretName: string;
    }
  | {
      /** The ARN of a role that trusts the ServiceAccount. */
      readonly roleArn: string;
    };

/** The S3 server that all bundles of a cluster use. */
export interface S3Settings {
  /** An `https://` address. @default AWS's of the region */
  readonly endpoint?: string;
  readonly region: string;
  /** How all bucket names begin: lower-case letters, digits and `-`, at most 20. */
  readonly bucketPrefix: string;
  /** Put the bucket in the path, as most servers other than AWS want it. @default true with an endpoint */
  readonly pathStyle?: boolean;
  /**
   * `required` leaves out the checksums that the SDK adds by default, for servers that answer 501 to them.
   * @default supported
   */
  readonly checksums?: 'supported' | 'required';
  /** Certificates, in PEM, of the authority that signed the server's. @default the public ones */
  readonly caBundle?: string;
  /** May create, tag, expire and delete buckets; its Secret is in the platform's namespace only. */
  readonly operator: S3Identity;
  /**
   * Roles of the jobs. The one for backups may put, read and abort below `backups/` and `manifests/`; the
   * one for restore tests may read, and put below `proofs/`. They are the same for every bundle: who runs pods in a
   * namespace with one reads the backups of all.
   * @default a Secret for each bundle and job, `<name>-redis-s3-backup` and `<name>-redis-s3-restore-test`
   */
  readonly jobRoles?: { readonly backup: string; readonly restoreTest: string };
  /**
   * Secrets in the platform's namespace, with the key `credentials`, that may do what `jobRoles` may: the operator
   * copies them to each bundle as the Secrets that its jobs read. Their reach is that of `jobRoles`.
   * @default each bundle's Secrets come from elsewhere
   */
  readonly jobSecrets?: { readonly backup: string; readonly restoreTest: string };
}

/** What the platform decides for every bundle of a cluster, and no app or annotation can change. */
export interface RedisPlatform {
  /** The namespace of the operator and of its S3 credentials. @default fleetwright-system */
  readonly namespace?: string;
  readonly s3: S3Settings;
  /** The server's image, by digest. @default Valkey 8.1 */
  readonly serverImage?: string;
  /** The image that moves bytes. @default this version's */
  readonly moverImage?: string;
  /** The chart of the server, in the namespace `flux-system`. @default the fleet's own, charts/redis */
  readonly chart?: { readonly kind: 'HelmChart' | 'OCIRepository'; readonly name: string };
  /** Values for the chart of every bundle. @default none */
  readonly values?: Readonly<Record<string, unknown>>;
  /** Addresses of the S3 server, in CIDR notation. @default all, on its port */
  readonly s3Cidrs?: readonly string[];
  /** The namespace whose pods may read metrics. @default none */
  readonly monitoringNamespace?: string;
}

/** The namespace of the fleet's source, and so of its HelmChart and HelmReleases. */
export const RELEASE_NAMESPACE = 'flux-system';

/** The account, in that namespace, that Helm acts as; and the shared chart. Made by `SharedRelease`. */
export const RELEASE_ACCOUNT = 'fleetwright-redis';

/** The platform's namespace when nothing else is set. */
export const PLATFORM_NAMESPACE = 'fleetwright-system';

/** Addresses of any server, for want of better knowledge. */
export const EVERYWHERE: readonly string[] = ['0.0.0.0/0', '::/0'];

/** The address of the S3 server. */
export function endpointOf({ s3 }: RedisPlatform): string {
  return s3.endpoint ?? `https://s3.${s3.region}.amazonaws.com`;
}

/** The TCP port of the S3 server. */
export function s3PortOf(platform: RedisPlatform): number {
  return Number(/:(\d+)\/?$/.exec(endpointOf(platform))?.[1] ?? 443);
}

/** The images that jobs run. */
export function imagesOf(platform: RedisPlatform, server?: string): { server: string; mover: string } {
  return {
    server: server ?? platform.serverImage ?? VALKEY_IMAGE,
    mover: platform.moverImage ?? MOVER_IMAGE,
  };
}

/** The annotation by which EKS gives a ServiceAccount its role. */
export function roleAnnotation(identity: S3Identity): Record<string, string> | undefined {
  return 'roleArn' in identity ? { 'eks.amazonaws.com/role-arn': identity.roleArn } : undefined;
}
