/*
 * What is where in a bucket: the one place that knows. docs/redis-platform.md, "The bucket".
 */

import { timeOf } from './ids';

/** The folders of a bucket. */
export const PREFIXES = {
  backups: 'backups/',
  manifests: 'manifests/',
  proofs: 'proofs/',
  restores: 'restores/',
  accepted: 'accepted/',
  expired: 'expired/',
} as const;

/** The dump. Without a manifest it is no backup. */
export const backupKey = (id: string): string => `${PREFIXES.backups}${id}.rdb`;

/** What makes a dump a backup: written last, and once. */
export const manifestKey = (id: string): string => `${PREFIXES.manifests}${id}.json`;

/** A backup that a scratch server has loaded; the id is that of the proof. */
export const proofKey = (id: string): string => `${PREFIXES.proofs}${id}.json`;

/** A restore that has run; the id is that of `spec.restore`. */
export const restoreKey = (id: string): string => `${PREFIXES.restores}${id}.json`;

/** A person's word that a suspicious backup is right. */
export const acceptedKey = (id: string): string => `${PREFIXES.accepted}${id}.json`;

/** A tombstone: when retention took the manifest away. The dump follows a day later. */
export const expiredKey = (id: string): string => `${PREFIXES.expired}${id}.json`;

/** The id in a key of one of the folders, or undefined. A restore's id is any name, all others name a time. */
export function idOf(key: string, prefix: string): string | undefined {
  const suffix = prefix === PREFIXES.backups ? '.rdb' : '.json';
  if (!key.startsWith(prefix) || !key.endsWith(suffix)) return undefined;
  const id = key.slice(prefix.length, -suffix.length);
  const fits = prefix === PREFIXES.restores ? /^[^/]{1,253}$/.test(id) : timeOf(id) !== undefined;
  return fits ? id : undefined;
}

/** The id in the key of a dump, as `spec.restore.from.key` gives it, or undefined. */
export const idOfBackup = (key: string): string | undefined => idOf(key, PREFIXES.backups);

/** What SHA-256 covers and `DEBUG DIGEST` does not. */
export const UNCOVERED: readonly string[] = [
  'the times at which keys expire',
  'consumer groups of streams, with their pending entries',
  'functions',
];

/** What a backup is. Only with it is the dump one. */
export interface BackupManifest {
  readonly version: 1;
  readonly id: string;
  /** The key of the dump. */
  readonly key: string;
  /** The version of the dump in a bucket that keeps versions. */
  readonly versionId?: string;
  /** When the dump was begun and finished: ISO 8601, UTC. Nothing written after the first is sure to be in it. */
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly bytes: number;
  /** Of the dump: 64 hex digits. */
  readonly sha256: string;
  /** How many a replica sees, expired ones included. */
  readonly keys: number;
  /** `DEBUG DIGEST` of the server that has loaded it as a replica: 40 hex digits. */
  readonly digest: string;
  readonly flavour: 'redis' | 'valkey';
  readonly serverVersion: string;
  /** The first nine bytes of the dump: `REDIS0011`, `VALKEY080`. */
  readonly rdbVersion: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  /** What the digest does not cover. */
  readonly uncovered: readonly string[];
  /** The newest backup that is trusted, to compare the next one with: this one, unless it is suspicious. */
  readonly baseline: { readonly id: string; readonly keys: number };
  /** Whether the keys fell by more than `suspiciousFall`, or to none. */
  readonly suspicious: boolean;
}

/** A backup that a scratch server has loaded, with count and digest as in its manifest. */
export interface Proof {
  readonly version: 1;
  readonly id: string;
  /** The id of the backup. */
  readonly backup: string;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly keys: number;
  readonly digest: string;
}

export { newId, timeOf } from './ids';
export { LayoutError, MAX_DOCUMENT, parseManifest, parseProof } from './parse';
