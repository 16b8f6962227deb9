import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { at, type BucketAccess, codeOf } from './access';
import {
  type BackupManifest,
  idOf,
  LayoutError,
  MAX_DOCUMENT,
  manifestKey,
  PREFIXES,
  type Proof,
  parseManifest,
  parseProof,
  proofKey,
  timeOf,
} from './layout';

/** What a bucket holds, as far as its operator has to know. All lists are oldest first. */
export interface BucketContents {
  /** Ids of the backups: of the manifests whose time is not in the future. */
  readonly ids: readonly string[];
  /** The newest backup whose manifest can be read. */
  readonly newest?: BackupManifest;
  /** The newest proof that can be read. */
  readonly newestProof?: Proof;
  /** Ids of backups that a person has accepted. */
  readonly accepted: ReadonlySet<string>;
  /** Ids of restores that have run. */
  readonly restores: ReadonlySet<string>;
  /** Ids of backups whose manifest retention took away, and whose data it has still to delete. */
  readonly expired: readonly string[];
  /** Ids of manifests and proofs whose time has not come: a clock is wrong, or someone lies. Not fresh. */
  readonly future: readonly string[];
  /** Keys that are none of ours, and documents that cannot be read. */
  readonly broken: readonly Broken[];
}

/** Something in a bucket that does not belong there. */
export interface Broken {
  readonly key: string;
  readonly reason: string;
}

/** What to read. */
export interface ReadProps extends BucketAccess {
  /** @default the clock's */
  readonly now?: Date;
}

/** How far another machine's clock may be ahead. */
const SKEW = 5 * 60_000;

/** How many manifests or proofs are tried before the newest is given up. */
const TRIES = 5;

/** How many things that are broken are told. */
const TOLD = 20;

/** Reads what a bucket holds: all keys but those of the data, and only the newest manifest and proof in full. */
export async function readContents(props: ReadProps): Promise<BucketContents> {
  const broken: Broken[] = [];
  const list = async (prefix: string) => {
    const { ids, foreign } = await listIds(props, prefix);
    broken.push(...foreign.map((key) => ({ key, reason: 'is no key of ours' })));
    return ids;
  };
  const [manifests, proofs, accepted, restores, expired] = [
    await list(PREFIXES.manifests),
    await list(PREFIXES.proofs),
    await list(PREFIXES.accepted),
    await list(PREFIXES.restores),
    await list(PREFIXES.expired),
  ];
  const isFuture = isAfter(props.now ?? new Date());
  const past = (ids: readonly string[]) => ids.filter((id) => !isFuture(id));
  const ids = past(manifests);
  const newest = await firstReadable(props, ids, manifestKey, parseManifest, broken);
  const newestProof = await firstReadable(props, past(proofs), proofKey, parseProof, broken);
  return {
    ids,
    newest,
    newestProof,
    accepted: new Set(accepted),
    restores: new Set(restores),
    expired,
    future: [...manifests, ...proofs].filter(isFuture),
    broken: broken.slice(0, TOLD),
  };
}

/** The newest backup whose manifest can be read and whose time is not in the future, among all that have one. */
export async function newestReadable(
  access: BucketAccess,
  now: Date,
  skew = SKEW,
): Promise<{ newest?: BackupManifest; ids: string[]; broken: Broken[] }> {
  const isFuture = isAfter(now, skew);
  const ids = (await listIds(access, PREFIXES.manifests)).ids.filter((id) => !isFuture(id));
  const broken: Broken[] = [];
  return { newest: await firstReadable(access, ids, manifestKey, parseManifest, broken), ids, broken };
}

/** The manifest of one backup. */
export async function readManifest(access: BucketAccess, id: string): Promise<BackupManifest> {
  const key = manifestKey(id);
  return parseManifest(await readDocument(access, key), key, id);
}

/**
 * The text of a document, of bounded size.
 *
 * @throws LayoutError if it is too long, and what S3 said, such as NoSuchKey
 */
export async function readDocument(access: BucketAccess, key: string): Promise<string> {
  const { client, signal } = access;
  const { Body, ContentLength } = await client.send(new GetObjectCommand({ ...at(access), Key: key }), {
    abortSignal: signal,
  });
  if (!Body) throw new LayoutError(key, 'has no content');
  const stream = addAbortSignal(signal, Body as Readable);
  const parts: Uint8Array[] = [];
  let length = 0;
  if ((ContentLength ?? 0) <= MAX_DOCUMENT) {
    for await (const part of stream) {
      length += part.length;
      parts.push(part);
      if (length > MAX_DOCUMENT) break;
    }
    if (length <= MAX_DOCUMENT) return Buffer.concat(parts).toString('utf8');
  }
  stream.destroy();
  throw new LayoutError(key, `has more than ${MAX_DOCUMENT} bytes`);
}

/** Every id below a prefix, oldest first, and the first keys there that are none. */
export async function listIds(
  access: BucketAccess,
  prefix: string,
): Promise<{ ids: string[]; foreign: string[] }> {
  const { client, signal } = access;
  const [ids, foreign]: [string[], string[]] = [[], []];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ ...at(access), Prefix: prefix, ContinuationToken: token }),
      { abortSignal: signal },
    );
    for (const { Key: key = '' } of page.Contents ?? []) {
      const id = idOf(key, prefix);
      if (id !== undefined) ids.push(id);
      else if (foreign.length < TOLD) foreign.push(key.slice(0, 200));
    }
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  } while (token);
  return { ids: ids.sort(), foreign };
}

function isAfter(now: Date, skew = SKEW): (id: string) => boolean {
  return (id) => (timeOf(id)?.getTime() ?? 0) > now.getTime() + skew;
}

async function firstReadable<T>(
  access: BucketAccess,
  ids: readonly string[],
  keyOf: (id: string) => string,
  parse: (text: string, key: string, id: string) => T,
  broken: Broken[],
): Promise<T | undefined> {
  for (const id of ids.slice(-TRIES).reverse()) {
    const key = keyOf(id);
    try {
      return parse(await readDocument(access, key), key, id);
    } catch (error) {
      // Retention may have taken it away since it was listed.
      if (codeOf(error) === 'NoSuchKey') continue;
      if (!(error instanceof LayoutError)) throw error;
      broken.push({ key, reason: error.reason });
    }
  }
  return undefined;
}
