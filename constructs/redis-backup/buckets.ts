import type { Problem } from '../problem';

/** A bucket that a bundle of the fleet writes to. */
export interface BucketUse {
  readonly bucket: string;
  readonly endpoint: string;
  /** The path of the bundle's construct. */
  readonly path: string;
}

/** Finds buckets that two bundles share, on whatever cluster: each would delete the other's backups. */
export function checkBuckets(uses: readonly BucketUse[]): Problem[] {
  const owners = new Map<string, string>();
  return uses.flatMap(({ bucket, endpoint, path }) => {
    const key = `${endpoint} ${bucket}`;
    const owner = owners.get(key);
    if (owner === undefined) {
      owners.set(key, path);
      return [];
    }
    return [
      {
        code: 'bucket-duplicate',
        path,
        field: 'bucket.name',
        value: bucket,
        problem: `is the bucket of ${owner} too`,
        remedy: 'leave `bucket.name` out: each bundle then gets its own',
      },
    ];
  });
}
