import { createHmac } from 'node:crypto';
import { MANAGED_BY } from '../../constructs/redis-backup/bundle';
import type { Api, KubeObject } from '../kit';
import type { Reference } from './references';

/** A Secret or ConfigMap. */
interface Content extends KubeObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** What a rotation of a bundle's password adds and takes away again: its clients need only `password`. */
const BESIDE_PASSWORD: ReadonlySet<string> = new Set(['next-password', 'previous-password']);

/**
 * What tells the content of a Secret or ConfigMap from any other, and nothing else: without the key no one can try
 * values, and the same value elsewhere looks different. Undefined when there is no such object.
 *
 * It is read when it is needed and never watched: the engine would hold every Secret of the cluster in memory.
 */
export async function contentOf(
  api: Api,
  key: Buffer,
  namespace: string,
  { text, kind, name }: Reference,
): Promise<string | undefined> {
  const object = await api.get<Content>(kind, { namespace, name });
  if (!object) return undefined;
  const rotated = kind.kind === 'Secret' && object.metadata.labels?.[MANAGED_BY.key] === MANAGED_BY.value;
  const sorted = [object.data, object.binaryData].map((map = {}) =>
    Object.entries(map)
      .filter(([name]) => !rotated || !BESIDE_PASSWORD.has(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return createHmac('sha256', key)
    .update(JSON.stringify([namespace, text, ...sorted]))
    .digest('base64url')
    .slice(0, 27);
}
