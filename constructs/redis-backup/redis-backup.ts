import { ApiObject, Chart } from 'cdk8s';
import { Construct, type IConstruct } from 'constructs';
import { ManifestFile } from '../emit/manifest-file';
import { checkDnsLabel } from '../fleet/check/names';
import { addCheck } from '../problem';
import { ALLOW_DELETION } from '../protection/protect';
import { type BucketUse, checkBuckets } from './buckets';
import type { RedisBundle } from './bundle';
import { checkSpec } from './check';
import { checkPlatformHere } from './check-cluster';
import { bucketOf, expand, expandBucket, redisBackupResource } from './expand';
import { namesOf } from './identity';
import { endpointOf, type RedisPlatform } from './platform';
import { withSharedChart } from './shared-chart';
import type { RedisBackupSpec } from './spec';

/** Properties of a `RedisBackup`: its spec, and where it is. */
export interface RedisBackupProps extends RedisBackupSpec {
  /** What the platform decides: S3, images, chart. */
  readonly platform: RedisPlatform;
  /** A DNS label; the identity of the bundle together with cluster and namespace. @default the construct id */
  readonly name?: string;
  /** @default that of the chart */
  readonly namespace?: string;
  /**
   * Whether the operator makes the objects from a `RedisBackup` resource, or they are rendered here, for a
   * cluster without the operator. Then its Secrets have to come from elsewhere; see docs/redis-platform.md.
   * @default operator
   */
  readonly mode?: 'operator' | 'expanded';
  /** Let reclaimPolicy `Delete` remove bucket and volume when the resource goes. @default false */
  readonly allowDeletion?: boolean;
}

/**
 * Redis for an app, with a bucket, backups, and a scheduled proof that they restore.
 *
 * @see docs/redis-backup.md
 */
export class RedisBackup extends Construct {
  /** The name of the bucket. */
  readonly bucket: string;
  /** The address of the S3 server that has it. */
  readonly endpoint: string;
  /** Where the server answers, on port 6379. */
  readonly host: string;
  /** The Secret with `username` and `password` for the app. */
  readonly secretName: string;

  constructor(scope: Construct, id: string, props: RedisBackupProps) {
    super(scope, id);
    const { platform, name = id, mode = 'operator', allowDeletion, namespace, ...spec } = props;
    const file = this.node.scopes.find((one) => ManifestFile.is(one));
    const bundle: RedisBundle = {
      cluster: file && ManifestFile.is(file) ? file.cluster : '',
      namespace: namespace ?? Chart.of(this).namespace ?? '',
      name,
      spec,
    };
    const names = namesOf(bundle);
    this.host = `${names.server}.${bundle.namespace}.svc`;
    this.secretName = names.secrets.app;
    const path = this.node.path;
    const problems = [
      ...checkDnsLabel(path, 'name', name),
      ...checkDnsLabel(path, 'namespace', bundle.namespace),
      // The operator has the platform's roles from its own settings.
      ...checkPlatformHere(this, platform, mode === 'expanded'),
      ...checkSpec(path, spec),
      ...checkMode(path, mode),
      ...checkAllowDeletion(path, allowDeletion),
    ];
    addCheck(this, () => problems);
    this.bucket = problems.length > 0 ? '' : bucketOf(bundle, platform);
    this.endpoint = problems.length > 0 ? '' : endpointOf(platform);
    if (problems.length > 0) return;
    register(this, { bucket: this.bucket, endpoint: this.endpoint, path });
    const annotations = allowDeletion === true ? { [ALLOW_DELETION]: 'true' } : undefined;
    const manifests =
      mode === 'operator'
        ? [redisBackupResource(bundle, annotations)]
        : [...expand(bundle, withSharedChart(this, platform)), ...expandBucket(bundle, platform)];
    for (const manifest of manifests) {
      new ApiObject(this, `${manifest.kind}-${manifest.metadata.name}`.toLowerCase(), manifest);
    }
  }
}

/** A text is true to JavaScript, also `'false'`: it must not let data go. */
function checkAllowDeletion(path: string, value: unknown) {
  if (value === undefined || typeof value === 'boolean') return [];
  const remedy = 'use true or false';
  return [
    {
      code: 'value-invalid',
      path,
      field: 'allowDeletion',
      value,
      problem: 'is neither true nor false',
      remedy,
    },
  ];
}

function checkMode(path: string, mode: string) {
  if (mode === 'operator' || mode === 'expanded') return [];
  const remedy = 'use operator or expanded';
  return [{ code: 'value-invalid', path, field: 'mode', value: mode, problem: 'is no mode', remedy }];
}

const uses = new WeakMap<IConstruct, BucketUse[]>();

/** The whole fleet's buckets are checked together, by one check at its root. */
function register(construct: Construct, use: BucketUse): void {
  const { root } = construct.node;
  const known = uses.get(root);
  if (known) {
    known.push(use);
    return;
  }
  const all = [use];
  uses.set(root, all);
  addCheck(root, () => checkBuckets(all));
}
