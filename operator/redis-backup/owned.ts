import { MANAGED_BY } from '../../constructs/redis-backup/bundle';
import type { Key, Kind, KubeObject, Wanted } from '../kit';
import type { Bundle } from './bundle';
import { Refused } from './refused';

const BUNDLE = 'fleetwright.dev/redis-backup';
const NAMESPACE = 'fleetwright.dev/namespace';

/** The labels of everything that belongs to a bundle. */
export function labelsOf({ name, namespace }: Key): Record<string, string> {
  return { [MANAGED_BY.key]: MANAGED_BY.value, [BUNDLE]: name, [NAMESPACE]: namespace };
}

/** The bundle that an object belongs to by its labels. */
export function bundleOf(labels: Readonly<Record<string, string>> | undefined): Key | undefined {
  const { [BUNDLE]: name, [NAMESPACE]: namespace, [MANAGED_BY.key]: manager } = labels ?? {};
  return name && namespace && manager === MANAGED_BY.value ? { name, namespace } : undefined;
}

/**
 * The bundle's object of that name, if there is one.
 *
 * @throws Refused when there is one that is not the bundle's
 */
export async function ownedObject<T extends KubeObject>(
  { settled, run }: Pick<Bundle, 'settled' | 'run'>,
  kind: Kind,
  name: string,
  namespace = settled.identity.namespace,
): Promise<T | undefined> {
  const found = await run.api.get<T>(kind, { namespace, name });
  if (!found) return undefined;
  const owner = bundleOf(found.metadata.labels);
  const { identity } = settled;
  if (owner?.name === identity.name && owner.namespace === identity.namespace) return found;
  throw new Refused(
    'NameTaken',
    `${kind.kind} ${namespace}/${name} is there and is not this bundle's: it stays as it is. ` +
      'Delete or rename it, or give this resource another name',
  );
}

/** Makes one of the bundle's objects as wanted, unless another's has its name. */
export async function applyOwned(
  bundle: Pick<Bundle, 'settled' | 'run'>,
  kind: Kind,
  object: Wanted,
): Promise<void> {
  await ownedObject(bundle, kind, object.metadata.name, object.metadata.namespace);
  await bundle.run.api.apply(kind, object);
}
