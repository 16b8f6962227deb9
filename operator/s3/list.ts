import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { at, type BucketAccess } from './access';
import { idOf } from './layout';

/** An object of a bucket. */
export interface Entry {
  readonly id: string;
  /** When it was written, by the clock of S3. */
  readonly modified: Date;
}

/** How many keys that are none are told. */
const TOLD = 20;

/** Every object below a prefix whose key has an id, oldest id first, and the first keys there that have none. */
export async function listEntries(
  access: BucketAccess,
  prefix: string,
): Promise<{ entries: Entry[]; foreign: string[] }> {
  const { client, signal } = access;
  const [entries, foreign]: [Entry[], string[]] = [[], []];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ ...at(access), Prefix: prefix, ContinuationToken: token }),
      { abortSignal: signal },
    );
    for (const { Key: key = '', LastModified: modified = new Date() } of page.Contents ?? []) {
      const id = idOf(key, prefix);
      if (id !== undefined) entries.push({ id, modified });
      else if (foreign.length < TOLD) foreign.push(key.slice(0, 200));
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token);
  return { entries: entries.sort((a, b) => (a.id < b.id ? -1 : 1)), foreign };
}

/** Every id below a prefix, oldest first, and the first keys there that are none. */
export async function listIds(
  access: BucketAccess,
  prefix: string,
): Promise<{ ids: string[]; foreign: string[] }> {
  const { entries, foreign } = await listEntries(access, prefix);
  return { ids: entries.map(({ id }) => id), foreign };
}
