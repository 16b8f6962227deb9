export { type BucketUse, checkBuckets } from './buckets';
export { checkSpec } from './check';
export { bucketOf, expand, expandBucket, type RedisBundle, redisBackupResource } from './expand';
export { bucketName, namesOf } from './identity';
export type { RedisPlatform, S3Identity, S3Settings } from './platform';
export { RedisBackup, type RedisBackupProps } from './redis-backup';
export * from './spec';
