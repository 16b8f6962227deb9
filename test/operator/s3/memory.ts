import { Readable } from 'node:stream';
import {
  GetBucketTaggingCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { BucketAccess } from '../../../operator/s3/access';

/** What a bucket in memory holds. */
interface Held {
  readonly tags?: Readonly<Record<string, string>>;
  /** Text by key. */
  readonly objects?: Readonly<Record<string, string>>;
}

/** A bucket that can be read, and nothing else: the end-to-end tests have real servers. */
export function bucketInMemory(bucket: string, { tags = {}, objects = {} }: Held): BucketAccess {
  const send = async (command: object) => {
    if (command instanceof GetBucketTaggingCommand) {
      return { TagSet: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    }
    if (command instanceof ListObjectsV2Command) {
      const { Prefix = '' } = command.input;
      const keys = Object.keys(objects).filter((key) => key.startsWith(Prefix));
      return { Contents: keys.map((Key) => ({ Key })) };
    }
    if (!(command instanceof GetObjectCommand)) throw new Error(`${command.constructor.name} changes it`);
    const text = objects[command.input.Key ?? ''];
    if (text === undefined) throw Object.assign(new Error('no such key'), { name: 'NoSuchKey' });
    return { Body: Readable.from([Buffer.from(text)]) };
  };
  return { client: { send } as unknown as S3Client, bucket, signal: new AbortController().signal };
}
