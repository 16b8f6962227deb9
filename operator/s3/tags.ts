import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  GetBucketTaggingCommand,
  PutBucketTaggingCommand,
} from '@aws-sdk/client-s3';
import { at, type BucketAccess, type BucketIdentity, codeOf, statusOf } from './access';
import { BucketRefused } from './refused';

/** The tags that say whose a bucket is. */
const TAGS: Readonly<Record<keyof BucketIdentity, string>> = {
  cluster: 'fleetwright.dev/cluster',
  clusterUid: 'fleetwright.dev/cluster-uid',
  namespace: 'fleetwright.dev/namespace',
  name: 'fleetwright.dev/name',
};

/** All tags of a bucket, ours and others. */
export type Tags = ReadonlyMap<string, string>;

/** The tags of an identity, as S3 takes them. */
function tagsOf(identity: BucketIdentity): Map<string, string> {
  return new Map(Object.entries(TAGS).map(([field, tag]) => [tag, identity[field as keyof BucketIdentity]]));
}

/** What the tags say of the identity: the fields that are there. */
export function identityOf(tags: Tags): Partial<BucketIdentity> {
  const found = Object.entries(TAGS).map(([field, tag]) => [field, tags.get(tag)]);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** Whether the tags carry the whole of an identity. */
export function isTaggedAs(tags: Tags, identity: BucketIdentity): boolean {
  return [...tagsOf(identity)].every(([tag, value]) => tags.get(tag) === value);
}

/** The tags of a bucket, or undefined if there is no such bucket. */
export async function readTags(access: BucketAccess): Promise<Tags | undefined> {
  const { client, bucket, signal } = access;
  try {
    const { TagSet = [] } = await client.send(new GetBucketTaggingCommand(at(access)), {
      abortSignal: signal,
    });
    return new Map(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'NoSuchBucket') return undefined;
    if (code === 'NoSuchTagSet') return new Map();
    if (statusOf(error) !== 403) throw error;
    throw new BucketRefused(
      code === 'AccessDenied' ? 'ForeignBucket' : 'AccessDenied',
      `S3 refuses to tell whose bucket ${bucket} is: ${(error as Error).message || code}`,
      'it may be in another account: choose another `bucket.name`; or let the operator read its tags',
      error,
    );
  }
}

/** Puts the tags of the identity on a bucket, and leaves its others. */
export async function writeTags(access: BucketAccess, tags: Tags, identity: BucketIdentity): Promise<void> {
  const all = new Map([...tags, ...tagsOf(identity)]);
  await access.client.send(new PutBucketTaggingCommand({ ...at(access), Tagging: { TagSet: tagSet(all) } }), {
    abortSignal: access.signal,
  });
}

/** Makes a bucket together with its tags, so that at no time it is no one's. */
export async function createTagged(access: BucketAccess, identity: BucketIdentity): Promise<void> {
  const { client, bucket, signal } = access;
  const region = await client.config.region();
  const props: CreateBucketCommandInput = {
    Bucket: bucket,
    ObjectOwnership: 'BucketOwnerEnforced',
    CreateBucketConfiguration: {
      // us-east-1 is where buckets are made when nothing else is said; naming it is an error.
      LocationConstraint:
        region === 'us-east-1'
          ? undefined
          : (region as NonNullable<
              CreateBucketCommandInput['CreateBucketConfiguration']
            >['LocationConstraint']),
      Tags: tagSet(tagsOf(identity)),
    },
  };
  await client.send(new CreateBucketCommand(props), { abortSignal: signal });
}

function tagSet(tags: Tags): { Key: string; Value: string }[] {
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}
