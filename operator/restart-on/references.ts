import type { Kind } from '../kit';

/** The annotation of a workload: what it is restarted for, such as `secret/db,configmap/settings`. */
export const RESTART_ON = 'fleetwright.dev/restart-on';

/** A Secret or ConfigMap of the workload's namespace. */
export interface Reference {
  /** As it is written: `secret/NAME` or `configmap/NAME`. */
  readonly text: string;
  readonly kind: Kind;
  readonly name: string;
}

const core = (kind: string, plural: string): Kind => ({ group: '', version: 'v1', kind, plural });
const KINDS: Readonly<Record<string, Kind>> = {
  secret: core('Secret', 'secrets'),
  configmap: core('ConfigMap', 'configmaps'),
};
const NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const MOST = 20;

/** Reads the annotation. The refusal is a sentence with the remedy. */
export function readReferences(written: string): Reference[] | { readonly refusal: string } {
  const texts = [...new Set(written.split(',').map((part) => part.trim()))];
  const remedy = 'write secret/NAME and configmap/NAME, with commas between';
  if (texts.length > MOST)
    return { refusal: `${RESTART_ON} names ${texts.length} objects; use at most ${MOST}` };
  const found: Reference[] = [];
  for (const text of texts) {
    const [word = '', name = '', ...more] = text.split('/');
    const kind = Object.hasOwn(KINDS, word) ? KINDS[word] : undefined;
    if (!kind || more.length > 0 || name.length > 253 || !NAME.test(name)) {
      return { refusal: `${RESTART_ON} has ${JSON.stringify(text.slice(0, 100))}; ${remedy}` };
    }
    found.push({ text, kind, name });
  }
  return found;
}
