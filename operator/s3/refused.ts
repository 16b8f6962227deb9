/** Why a bucket is not touched. */
export type RefusalReason =
  /** Its tags name another bundle, or it is someone else's. */
  | 'ForeignBucket'
  /** Its tags name a cluster of the same name that is another one. */
  | 'WrongCluster'
  /** It has no tags, and is not surely ours. */
  | 'UntaggedBucket'
  /** Our identity on S3 may not do what is needed. */
  | 'AccessDenied'
  /** The server cannot do what `requireHardening` asks for. */
  | 'HardeningMissing';

/** A bucket that is left alone until a person has decided. */
export class BucketRefused extends Error {
  constructor(
    readonly reason: RefusalReason,
    problem: string,
    readonly remedy: string,
    cause?: unknown,
  ) {
    super(problem, { cause });
    this.name = 'BucketRefused';
  }
}
