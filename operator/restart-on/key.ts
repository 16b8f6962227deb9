import { createHash, randomBytes } from 'node:crypto';
import { MANAGED_BY } from '../../constructs/redis-backup/bundle';
import { type Api, type Kind, type KubeObject, textOf } from '../kit';

/** The Secret, in the operator's namespace, with the key of all hashes. */
export const KEY_SECRET = 'fleetwright-restart-on';

const SECRET: Kind = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets' };
const BYTES = 32;

/** The key of the hashes in annotations. */
export interface HashKey {
  readonly bytes: Buffer;
  /** Tells this key from another, and nothing about it: what another one has hashed cannot be compared. */
  readonly id: string;
}

/** Reads the key, or makes it. Whoever comes second, also of two that come at once, gets the first one's. */
export async function hashKey(api: Api, namespace: string): Promise<HashKey> {
  const key = { namespace, name: KEY_SECRET };
  const secret =
    (await api.get<KeySecret>(SECRET, key)) ??
    (await api.create<KeySecret>(SECRET, secretOf(namespace))) ??
    (await api.get<KeySecret>(SECRET, key));
  const bytes = Buffer.from(secret?.data?.key ?? '', 'base64');
  if (bytes.length === BYTES) return { bytes, id: idOf(bytes) };
  throw new Error(`Secret ${textOf(key)} has no key of ${BYTES} bytes: delete it, which restarts nothing`);
}

interface KeySecret extends KubeObject {
  readonly data?: { readonly key?: string };
}

function secretOf(namespace: string) {
  return {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque' },
    metadata: { namespace, name: KEY_SECRET, labels: { [MANAGED_BY.key]: MANAGED_BY.value } },
    data: { key: randomBytes(BYTES).toString('base64') },
  };
}

function idOf(bytes: Buffer): string {
  return createHash('sha256').update('id of ').update(bytes).digest('hex').slice(0, 8);
}
