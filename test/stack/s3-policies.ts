/** A policy in the words of AWS's IAM. */
export type S3Policy = Readonly<Record<string, unknown>>;

/** What the operator may do: everything with buckets whose names begin so. */
export function operatorPolicy(bucketPrefix: string): S3Policy {
  return policy(allow(['*'], [`${bucketPrefix}-*`, `${bucketPrefix}-*/*`]));
}

/** What a backup job may do: read tags, put, read and abort below `backups/` and `manifests/` of one bucket, or several. */
export function backupPolicy(bucket: string): S3Policy {
  const objects = ['PutObject', 'GetObject', 'GetObjectVersion', 'AbortMultipartUpload'];
  return policy(
    allow(['ListBucket', 'GetBucketTagging'], [bucket]),
    allow(objects, [`${bucket}/backups/*`, `${bucket}/manifests/*`]),
  );
}

/** What a restore test may do: read, and put below `proofs/`. */
export function restoreTestPolicy(bucket: string): S3Policy {
  return policy(
    allow(['ListBucket'], [bucket]),
    allow(['GetObject', 'GetObjectVersion'], [`${bucket}/*`]),
    allow(['PutObject'], [`${bucket}/proofs/*`]),
  );
}

function policy(...Statement: readonly object[]): S3Policy {
  return { Version: '2012-10-17', Statement };
}

function allow(actions: readonly string[], resources: readonly string[]): object {
  return {
    Effect: 'Allow',
    Action: actions.map((action) => `s3:${action}`),
    Resource: resources.map((resource) => `arn:aws:s3:::${resource}`),
  };
}
