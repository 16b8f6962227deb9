import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { BundleIdentity } from '../../constructs/redis-backup/identity';
import { at, type BucketAccess, codeOf } from './access';
import {
  type BackupManifest,
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
import { listIds } from './list';
import { ForeignBackup, ownManifest } from './owner';

/** What a bucket holds, as far as its operator has to know. All lists are oldest first. */
export interface BucketContents {
  /** Ids of the backups: of the manifests whose time is not in the future, and that were not found to be another's. */
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
  /** Keys that are none of ours, documents that cannot be read, and backups of another bundle (`foreign: ...`). */
  readonly broken: readonly Broken[];
}

/** Something in a bucket that does not belong there. */
export interface Broken {
  readonly key: string;
  readonly reason: string;
}

/** What to read. */
export interface ReadProps extends BucketAccess {
  /** Whose backups they have to be: those of others are told, and never the newest. @default anyone's */
  readonly identity?: BundleIdentity;
  /** @default the clock's */
  readonly now?: Date;
}

/** How far another machine's clock may be ahead. */
const SKEW = 5 * 60_000;

/** How many manifests or proofs that cannot be read are tried before the newest is given up. */
const TRIES = 5;

/** How many backups of other bundles are passed over before the newest is given up. */
const FOREIGN = 50;

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
  const { newest, foreign } = await newestOf(props, ids, broken, props.identity);
  const newestProof = await firstReadable(props, past(proofs), proofKey, parseProof, broken);
  return {
    ids: ids.filter((id) => !foreign.has(id)),
    newest,
    newestProof,
    accepted: new Set(accepted),
    restores: new Set(restores),
    expired,
    future: [...manifests, ...proofs].filter(isFuture),
    broken: broken.slice(0, TOLD),
  };
}

/** What to look for among the backups of a bucket. */
export interface NewestProps extends BucketAccess {
  /** @default anyone's */
  readonly identity?: BundleIdentity;
  readonly until: Date;
  /** How far another machine's clock may be ahead, in milliseconds. @default 5 minutes */
  readonly skew?: number;
}

/** What was found among the backups of a bucket. */
export interface Newest {
  readonly newest?: BackupManifest;
  /** All that have a manifest, without those that were found to be another's. */
  readonly ids: readonly string[];
  readonly broken: readonly Broken[];
  /** Whose the newest of all is that can be read, if it is another's. */
  readonly foreign?: ForeignBackup;
}

/** The newest backup whose manifest can be read and whose time is not in the future, among all that have one. */
export async function newestReadable(props: NewestProps): Promise<Newest> {
  const { identity, until, skew = SKEW } = props;
  const isFuture = isAfter(until, skew);
  const ids = (await listIds(props, PREFIXES.manifests)).ids.filter((id) => !isFuture(id));
  const broken: Broken[] = [];
  const { newest, foreign } = await newestOf(props, ids, broken, identity);
  const [first] = foreign.values();
  return { newest, ids: ids.filter((id) => !foreign.has(id)), broken, foreign: first };
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

function isAfter(now: Date, skew = SKEW): (id: string) => boolean {
  return (id) => (timeOf(id)?.getTime() ?? 0) > now.getTime() + skew;
}

/** The newest manifest that can be read and is the bundle's, and those of others that were passed over for it. */
async function newestOf(
  access: BucketAccess,
  ids: readonly string[],
  broken: Broken[],
  identity: BundleIdentity | undefined,
): Promise<{ newest?: BackupManifest; foreign: ReadonlyMap<string, ForeignBackup> }> {
  const foreign = new Map<string, ForeignBackup>();
  const parse = (text: string, key: string, id: string) => {
    try {
      return ownManifest(parseManifest(text, key, id), identity);
    } catch (error) {
      if (error instanceof ForeignBackup) foreign.set(id, error);
      throw error;
    }
  };
  return { newest: await firstReadable(access, ids, manifestKey, parse, broken), foreign };
}

async function firstReadable<T>(
  access: BucketAccess,
  ids: readonly string[],
  keyOf: (id: string) => string,
  parse: (text: string, key: string, id: string) => T,
  broken: Broken[],
): Promise<T | undefined> {
  let [tries, foreign] = [TRIES, FOREIGN];
  for (const id of [...ids].reverse()) {
    const key = keyOf(id);
    try {
      return parse(await readDocument(access, key), key, id);
    } catch (error) {
      if (error instanceof LayoutError) broken.push({ key, reason: error.reason });
      // Retention may have taken it away since it was listed.
      else if (codeOf(error) !== 'NoSuchKey') throw error;
      const isOver = error instanceof ForeignBackup ? --foreign === 0 : --tries === 0;
      if (isOver) return undefined;
    }
  }
  return undefined;
}
