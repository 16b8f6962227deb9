import { timeOf } from './ids';
import type { BackupManifest, Proof } from './layout';

/** How long a document in a bucket may be, in bytes. Ours have less than one thousand. */
export const MAX_DOCUMENT = 64 * 1024;

/** Content of a bucket that is not what it has to be. */
export class LayoutError extends Error {
  constructor(
    readonly key: string,
    readonly reason: string,
  ) {
    super(`${key}: ${reason}`);
    this.name = 'LayoutError';
  }
}

/** Whether a field has the value that it has to have, and how that is called. */
type Rule = readonly [fits: (value: unknown) => boolean, meant: string];
type Rules<T> = { readonly [K in keyof Required<T>]: Rule };

const text = (pattern: RegExp, meant: string): Rule => [
  (value) => typeof value === 'string' && value.length <= 1024 && pattern.test(value),
  meant,
];
const isId = (value: unknown) => typeof value === 'string' && timeOf(value) !== undefined;
const id: Rule = [isId, 'an id such as 20260131T120000Z-1a2b'];
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const count: Rule = [isCount, 'a number of 0 or more'];
const isTime = (value: unknown) =>
  typeof value === 'string' &&
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/.test(value) &&
  !Number.isNaN(Date.parse(value));
const time: Rule = [isTime, 'a time such as 2026-01-31T12:00:00Z'];
const name = text(/^[\w.-]{1,253}$/, 'a name');
const digest = text(/^[0-9a-f]{40}$/, '40 hex digits');
const version: Rule = [(value) => value === 1, '1, the only version that there is'];
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const MANIFEST: Rules<BackupManifest> = {
  version,
  id,
  key: text(/^backups\/[^/]+\.rdb$/, 'the key of a dump'),
  versionId: [
    (value) => value === undefined || (typeof value === 'string' && value.length <= 1024),
    'the id of a version',
  ],
  startedAt: time,
  finishedAt: time,
  bytes: count,
  sha256: text(/^[0-9a-f]{64}$/, '64 hex digits'),
  keys: count,
  digest,
  flavour: [(value) => value === 'redis' || value === 'valkey', 'redis or valkey'],
  serverVersion: text(/^\d+\.\d+\.\d+[\w.-]{0,32}$/, 'a version such as 8.1.4'),
  rdbVersion: text(/^(REDIS\d{4}|VALKEY\d{3})$/, 'a version such as REDIS0011'),
  cluster: name,
  namespace: name,
  name,
  uncovered: [
    (value) =>
      Array.isArray(value) &&
      value.length <= 32 &&
      value.every((each) => typeof each === 'string' && each.length <= 256),
    'a list of texts',
  ],
  baseline: [(value) => isObject(value) && isId(value.id) && isCount(value.keys), 'an id and a count'],
  suspicious: [(value) => typeof value === 'boolean', 'true or false'],
};

const PROOF: Rules<Proof> = { version, id, backup: id, time, keys: count, digest };

/**
 * The manifest with that id.
 *
 * @param key where it was found: for errors
 * @throws LayoutError that names key and field
 */
export function parseManifest(text: string, key: string, expectedId: string): BackupManifest {
  const manifest = parse(text, key, MANIFEST);
  same(key, 'id', manifest.id, expectedId);
  same(key, 'key', manifest.key, `backups/${expectedId}.rdb`);
  const finished = Math.floor(Date.parse(manifest.finishedAt) / 1000) * 1000;
  same(key, 'finishedAt', finished, timeOf(expectedId)?.getTime());
  return manifest;
}

/**
 * The proof with that id.
 *
 * @param key where it was found: for errors
 * @throws LayoutError that names key and field
 */
export function parseProof(text: string, key: string, expectedId: string): Proof {
  const proof = parse(text, key, PROOF);
  same(key, 'id', proof.id, expectedId);
  return proof;
}

function same(key: string, field: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new LayoutError(key, `${field} does not agree with the key of the object`);
}

/** Takes the fields that there are rules for, and nothing else. */
function parse<T extends object>(text: string, key: string, rules: Rules<T>): T {
  if (Buffer.byteLength(text) > MAX_DOCUMENT)
    throw new LayoutError(key, `has more than ${MAX_DOCUMENT} bytes`);
  const found = fromJson(text, key);
  const taken: Record<string, unknown> = {};
  for (const [field, [fits, meant]] of Object.entries<Rule>(rules as Record<string, Rule>)) {
    const value = Object.hasOwn(found, field) ? found[field] : undefined;
    if (!fits(value)) throw new LayoutError(key, `${field} is not ${meant}, but ${shown(value)}`);
    if (value !== undefined) taken[field] = value;
  }
  return taken as T;
}

function fromJson(text: string, key: string): Record<string, unknown> {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    throw new LayoutError(key, `is no JSON, but begins ${shown(text.slice(0, 20))}`);
  }
  if (!isObject(found)) throw new LayoutError(key, 'is no object');
  return found;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
