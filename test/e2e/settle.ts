import { until } from '../stack/command';
import type { FluxObject } from '../stack/flux';
import type { LiveCluster } from './live-fleet';

/**
 * Makes Flux look at all of its sources, then at all of its syncs, and waits until it has done what they say now. What
 * is suspended is not waited for. Sources that a sync has changed are looked at again.
 */
export async function settle(cluster: LiveCluster): Promise<void> {
  const before = await lookAtAll(cluster, 'gitrepositories');
  await lookAtAll(cluster, 'kustomizations');
  const after = await lookAtAll(cluster, 'gitrepositories');
  if (after === before) return;
  await lookAtAll(cluster, 'kustomizations');
}

/** @returns which sources there are, as they are declared */
async function lookAtAll({ server: { kubectl } }: LiveCluster, kind: string): Promise<string> {
  const at = `${Date.now()}`;
  // By another name than kubectl's, whose changes Flux takes back.
  const request = [`reconcile.fluxcd.io/requestedAt=${at}`, '--overwrite', '--field-manager=settle'];
  await kubectl.output(['annotate', kind, '--all', '--all-namespaces', ...request]);
  let found: readonly FluxObject[] = [];
  const late = () => found.filter((object) => isLate(object, at));
  await until(`Flux looks at all ${kind}`, 180, async () => {
    const list = await kubectl.output(['get', kind, '--all-namespaces', '--output=json']);
    found = (JSON.parse(list) as { readonly items: readonly FluxObject[] }).items;
    return late().length === 0;
  }).catch((error: Error) => {
    throw new Error(`${error.message}, but not at ${JSON.stringify(late())}`);
  });
  return JSON.stringify(found.map(({ metadata, spec }) => [metadata.namespace, metadata.name, spec]));
}

function isLate({ metadata, spec, status }: FluxObject, at: string): boolean {
  const { suspend } = spec as { readonly suspend?: boolean };
  const { generation } = metadata as { readonly generation?: number };
  // What came later was not asked, but then it was looked at because it came.
  const asked = metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] === at;
  const answered = status?.lastHandledReconcileAt === at || !asked;
  const conditions = status?.conditions as
    | readonly { type: string; observedGeneration?: number }[]
    | undefined;
  // The status has a generation of its own, that of the last success.
  const seen = conditions?.find(({ type }) => type === 'Ready')?.observedGeneration;
  return !suspend && !(answered && seen === generation);
}
