import type { S3Client } from '@aws-sdk/client-s3';

/** A bucket, and how to get at it. */
export interface BucketAccess {
  readonly client: S3Client;
  readonly bucket: string;
  /** Ends whatever is under way. */
  readonly signal: AbortSignal;
  /** The AWS account that has to own the bucket. @default not known, so not asked for */
  readonly account?: string;
}

/** The bucket as the calls of the SDK take it. */
export function at({ bucket, account }: BucketAccess): { Bucket: string; ExpectedBucketOwner?: string } {
  return { Bucket: bucket, ExpectedBucketOwner: account };
}

/** The bundle that a bucket belongs to, as its tags say. */
export interface BucketIdentity {
  readonly cluster: string;
  /** The UID of the Namespace kube-system: another cluster may have the name of one that is lost. */
  readonly clusterUid: string;
  readonly namespace: string;
  readonly name: string;
}

/** The name by which S3 calls what went wrong, or that of the error. */
export function codeOf(error: unknown): string {
  const { name, Code } = (error ?? {}) as { name?: unknown; Code?: unknown };
  return String(Code ?? name ?? 'Unknown');
}

/** The HTTP status that S3 answered, if it answered. */
export function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode;
}
