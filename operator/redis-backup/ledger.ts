import { MANAGED_BY } from '../../constructs/redis-backup/bundle';
import { hashOf } from '../../constructs/redis-backup/identity';
import { endpointOf } from '../../constructs/redis-backup/platform';
import type { KubeObject } from '../kit';
import type { Bundle } from './bundle';
import { CONFIG_MAP } from './kinds';

/** The label of what is remembered of a resource that is gone; its value says why its bucket is still there. */
export const KEPT = 'fleetwright.dev/kept-bucket';

/** `retained`: the policy said so. `stuck`: S3 did not let it be deleted in time. */
export type Kept = 'retained' | 'stuck';

/** Remembers, in the operator's namespace, where the data of a resource is that goes. */
export async function remember(bundle: Bundle, kept: Kept, why: string): Promise<void> {
  const { settled, settings, run } = bundle;
  const { namespace, name } = settled.identity;
  await run.api.apply(CONFIG_MAP, {
    ...{ apiVersion: 'v1', kind: 'ConfigMap' },
    metadata: {
      ...keyOf(bundle),
      labels: { [MANAGED_BY.key]: MANAGED_BY.value, [KEPT]: kept },
    },
    data: {
      ...{ namespace, name, bucket: settled.bucket, endpoint: endpointOf(settings.platform), why },
      volumeClaim: volumeClaimOf(bundle),
    },
  } as Parameters<typeof run.api.apply>[1]);
}

/** Forgets it when a resource has that bucket again. */
export async function forget(bundle: Bundle): Promise<void> {
  const key = keyOf(bundle);
  // Most were never gone: reading is cheaper than deleting.
  const found = await bundle.run.api.get<KubeObject>(CONFIG_MAP, key);
  if (found) await bundle.run.api.remove(CONFIG_MAP, key, found.metadata.uid);
}

/** The claim of the server's volume. */
export function volumeClaimOf({ settled }: Pick<Bundle, 'settled'>): string {
  return `data-${settled.names.server}-0`;
}

/** By bucket: a resource that is made anew may have another one. */
function keyOf({ settled, settings }: Bundle): { namespace: string; name: string } {
  return { namespace: settings.namespace, name: `kept-${hashOf([settled.bucket], 16)}` };
}
