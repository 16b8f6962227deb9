import type { Manifest } from '../../constructs/emit/manifest';
import { keyOf } from './needs';
import type { Secret } from './secrets';

/** The given Secrets that the cluster has with other values, which stay as they are. */
export function differing(given: readonly Secret[], live: readonly Manifest[]): Secret[] {
  const there = new Map(live.map(({ metadata, data }) => [keyOf(metadata), textOf(data)]));
  return given.filter(({ metadata, data }) => {
    const kept = there.get(keyOf(metadata));
    return kept !== undefined && kept !== textOf(data);
  });
}

/** Equal for equal values, however they are written in Base64. */
function textOf(data: unknown): string {
  const values = Object.entries(Object(data) as Record<string, string>);
  const plain = values.map(([key, value]) => [key, Buffer.from(value, 'base64').toString('hex')]);
  return JSON.stringify(Object.fromEntries(plain.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))));
}

/** What makes room for a Secret that was given: what is there is replaced by nobody else. */
export function replacing({ metadata: { name, namespace } }: Secret, context: string): string {
  return `kubectl --context '${context}' --namespace ${namespace} delete secret ${name}`;
}
