import type { Manifest } from '../emit/manifest';
import type { Plain } from '../plain';

/** A literal that is checked against the type of its kind, as one `Manifest` among others. */
export function typed<T>(object: Plain<T> & Pick<Manifest, 'metadata'>): Manifest {
  return object as unknown as Manifest;
}
