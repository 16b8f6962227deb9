import { until } from '../stack/command';
import type { FluxObject } from '../stack/flux';
import type { LiveCluster } from './live-fleet';

const KINDS = ['gitrepositories', 'kustomizations'] as const;

/**
 * Makes Flux look at all of its sources, then at all of its syncs, and then at both again, since the syncs may
 * have changed them. What is suspended is not waited for.
 */
export async function settle(cluster: LiveCluster): Promise<void> {
  for (const kind of [...KINDS, ...KINDS]) await lookAtAll(cluster, kind);
}

async function lookAtAll({ server: { kubectl } }: LiveCluster, kind: string): Promise<void> {
  const at = `${Date.now()}`;
  // By another name than kubectl's, whose changes Flux takes back.
  const request = [`reconcile.fluxcd.io/requestedAt=${at}`, '--overwrite', '--field-manager=settle'];
  await kubectl.output(['annotate', kind, '--all', '--all-namespaces', ...request]);
  let late: readonly string[] = [];
  await until(`Flux looks at all ${kind}`, 180, async () => {
    const { items } = JSON.parse(
      await kubectl.output(['get', kind, '--all-namespaces', '--output=json']),
    ) as { items: readonly FluxObject[] };
    late = items.filter((object) => isAwaited(object, at)).map(({ metadata }) => metadata.name);
    return late.length === 0;
  }).catch((error: Error) => {
    throw new Error(`${error.message}, but not at ${late.join(', ')}`);
  });
}

function isAwaited({ metadata, spec, status }: FluxObject, at: string): boolean {
  const { suspend } = spec as { suspend?: boolean };
  // One that something else has put back is looked at for that reason.
  const asked = metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] === at;
  return asked && !suspend && status?.lastHandledReconcileAt !== at;
}
