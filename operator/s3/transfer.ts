import { createReadStream } from 'node:fs';
import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { at, type BucketAccess, codeOf, statusOf } from './access';
import { readDocument } from './contents';

/** The size of the parts of an upload; four are in memory at a time. A file may have 10,000 of them. */
const PART = 8 * 2 ** 20;

/** How often a download goes on where the connection broke, without a byte in between. */
const RESUMES = 4;

/**
 * Uploads a file in parts, with a checksum each, to a key that does not exist yet.
 *
 * @returns the id of its version, if the bucket keeps versions
 */
export async function uploadFile(
  access: BucketAccess,
  key: string,
  file: string,
  bytes: number,
): Promise<string | undefined> {
  const abortController = new AbortController();
  const abort = () => abortController.abort();
  access.signal.addEventListener('abort', abort, { once: true });
  try {
    access.signal.throwIfAborted();
    const upload = new Upload({
      client: access.client,
      params: { ...at(access), Key: key, Body: createReadStream(file), IfNoneMatch: '*' },
      partSize: Math.max(PART, Math.ceil(bytes / 10_000)),
      abortController,
    });
    return (await upload.done()).VersionId;
  } catch (error) {
    // The answer to an earlier try was lost: it is there. Whoever reads it back sees whether it is the same.
    if (!isThere(error)) throw error;
    const head = await access.client.send(new HeadObjectCommand({ ...at(access), Key: key }), {
      abortSignal: access.signal,
    });
    return head.VersionId;
  } finally {
    access.signal.removeEventListener('abort', abort);
  }
}

/** Writes a document once: one that is there already is an error, unless it is the same. */
export async function putOnce(access: BucketAccess, key: string, content: object): Promise<void> {
  const Body = `${JSON.stringify(content, null, 2)}\n`;
  const props = { ...at(access), Key: key, Body, ContentType: 'application/json', IfNoneMatch: '*' };
  try {
    await access.client.send(new PutObjectCommand(props), { abortSignal: access.signal });
  } catch (error) {
    if (!isThere(error) || (await readDocument(access, key)) !== Body) throw error;
  }
}

function isThere(error: unknown): boolean {
  return codeOf(error) === 'PreconditionFailed' || statusOf(error) === 412;
}

/** Which object to read. */
export interface ObjectRef {
  readonly key: string;
  readonly versionId?: string;
  /** Its size. Not a byte more is read. */
  readonly bytes: number;
}

/**
 * Reads an object piece by piece, and goes on where a connection broke.
 *
 * @throws if it has not exactly the bytes that it should have
 */
export async function* readObject(access: BucketAccess, ref: ObjectRef): AsyncGenerator<Uint8Array> {
  const { key, bytes } = ref;
  let read = 0;
  let etag: string | undefined;
  for (let resumes = 0; ; resumes++) {
    const before = read;
    try {
      const { stream, ETag } = await open(access, ref, read, etag);
      etag ??= ETag;
      for await (const piece of stream) {
        read += piece.length;
        if (read > bytes) throw new WrongSize(`${key} has more than the ${bytes} bytes that it should have`);
        yield piece;
      }
      if (read === bytes) return;
    } catch (error) {
      if (error instanceof WrongSize || access.signal.aborted || statusOf(error) !== undefined) throw error;
      // It is all there, but not what its checksum says.
      if (read === bytes) throw error;
      if (resumes >= RESUMES && read === before) throw error;
    }
    if (read > before) resumes = 0;
    else if (resumes >= RESUMES) throw new WrongSize(`${key} ends after ${read} of ${bytes} bytes`);
  }
}

/** @throws if an object was deleted since it was uploaded, or replaced */
export async function assertThere(access: BucketAccess, { key, versionId }: ObjectRef): Promise<void> {
  const { client, signal } = access;
  const command = new HeadObjectCommand({ ...at(access), Key: key });
  const head = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
    if (statusOf(error) !== 404) throw error;
    throw new Error(`${key} was deleted after it was uploaded: no backup is made of it`);
  });
  if (versionId === undefined || (head.VersionId ?? versionId) === versionId) return;
  throw new Error(`${key} was replaced after it was uploaded: no backup is made of it`);
}

class WrongSize extends Error {}

async function open(access: BucketAccess, { key, versionId, bytes }: ObjectRef, from: number, etag?: string) {
  const command = new GetObjectCommand({
    ...at(access),
    Key: key,
    VersionId: versionId,
    Range: from > 0 ? `bytes=${from}-${bytes - 1}` : undefined,
    IfMatch: etag,
  });
  const { Body, ETag } = await access.client.send(command, { abortSignal: access.signal });
  if (!Body) throw new WrongSize(`${key} has no content`);
  const stream: AsyncIterable<Uint8Array> = addAbortSignal(access.signal, Body as Readable);
  return { stream, ETag };
}
