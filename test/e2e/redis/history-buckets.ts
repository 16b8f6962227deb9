import {
  GetBucketTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { codeOf } from '../../../operator/s3/access';

/** What a run of the operator of a cluster might have ended, of a resource. */
export interface Ending {
  readonly bucket: string;
  /** Whether policy and person have said that bucket and data go with it. */
  readonly allowed: boolean;
}

const DATA = 'what/the/test/has/put';

/** How many buckets there were, and what became of them. */
export interface Count {
  readonly made: number;
  readonly deleted: number;
  readonly kept: number;
}

/** Judges, from what S3 itself holds, what became of buckets. */
export class Buckets {
  /** Whose they were, by name. */
  private readonly before = new Map<string, string>();
  private made = 0;
  private deleted = 0;

  /** @param client one who may read everything */
  constructor(private readonly client: S3Client) {}

  /** Of all that was seen; kept is what was there when it was last looked at. */
  get count(): Count {
    return { made: this.made, deleted: this.deleted, kept: this.before.size };
  }

  /** Looks at buckets before a run, and puts something into those that are new. */
  async look(names: readonly string[]): Promise<void> {
    for (const Bucket of names) {
      const owner = await this.ownerOf(Bucket);
      if (owner === undefined) {
        this.before.delete(Bucket);
        continue;
      }
      if (!(await this.hasData(Bucket))) {
        // In two versions: what is emptied is all of them.
        for (const Body of ['old', 'new'])
          await this.client.send(new PutObjectCommand({ Bucket, Key: DATA, Body }));
      }
      if (!this.before.has(Bucket)) this.made++;
      this.before.set(Bucket, owner);
    }
  }

  /** What a run of the operator of a cluster did to them that it must not have done. */
  async wrongs(cluster: string, endings: readonly Ending[]): Promise<string[]> {
    const wrongs: string[] = [];
    for (const [name, owner] of this.before) {
      const now = await this.ownerOf(name);
      const allowed = owner === cluster && endings.some((ending) => ending.bucket === name && ending.allowed);
      if (now !== undefined && now !== owner) wrongs.push(`bucket ${name} changed its owner`);
      if (now === undefined) {
        this.deleted++;
        this.before.delete(name);
      }
      if (allowed) continue;
      if (now === undefined) wrongs.push(`bucket ${name} was deleted, and nothing allowed it`);
      else if (!(await this.hasData(name))) wrongs.push(`the data of bucket ${name} was deleted`);
    }
    return wrongs;
  }

  /** The UID of the cluster that a bucket's tags name, or undefined if there is no such bucket. */
  private async ownerOf(Bucket: string): Promise<string | undefined> {
    try {
      const { TagSet = [] } = await this.client.send(new GetBucketTaggingCommand({ Bucket }));
      return TagSet.find(({ Key }) => Key === 'fleetwright.dev/cluster-uid')?.Value ?? '';
    } catch (error) {
      if (codeOf(error) === 'NoSuchBucket') return undefined;
      throw error;
    }
  }

  private async hasData(Bucket: string): Promise<boolean> {
    try {
      await this.client.send(new HeadObjectCommand({ Bucket, Key: DATA }));
      return true;
    } catch (error) {
      if (['NotFound', 'NoSuchKey'].includes(codeOf(error))) return false;
      throw error;
    }
  }
}
