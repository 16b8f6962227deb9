import { until } from '../command';
import type { FluxObject } from '../flux';
import type { LiveCluster } from './live-fleet';

/**
 * Makes Flux look at all of its sources, then at all of its syncs, and waits until it has done what they say now. What
 * is suspended is not waited for. Sources that a sync has changed are looked at again, and so are syncs that end: they
 * are gone then, or Flux has tried to delete what they made, and could not.
 */
export async function settle(cluster: LiveCluster): Promise<void> {
  const before = await lookAtAll(cluster, 'gitrepositories');
  await lookAtAll(cluster, 'kustomizations');
  if (declared(await listOf(cluster, 'gitrepositories')) !== before) {
    await lookAtAll(cluster, 'gitrepositories');
    await lookAtAll(cluster, 'kustomizations');
  }
  if ((await listOf(cluster, 'kustomizations')).some(isEnding)) await lookAtAll(cluster, 'kustomizations');
}

/** The objects of one kind, of all namespaces. */
async function listOf({ server }: LiveCluster, kind: string): Promise<readonly FluxObject[]> {
  return JSON.parse(await server.kubectl.output(['get', kind, '--all-namespaces', '--output=json'])).items;
}

/** What objects are there, without their status. */
function declared(objects: readonly FluxObject[]): string {
  return JSON.stringify(objects.map(({ metadata, spec }) => [metadata.namespace, metadata.name, spec]));
}

/** @returns which sources there are, as they are declared */
async function lookAtAll(cluster: LiveCluster, kind: string): Promise<string> {
  const at = `${Date.now()}`;
  // By another name than kubectl's, whose changes Flux takes back.
  const request = [`reconcile.fluxcd.io/requestedAt=${at}`, '--overwrite', '--field-manager=settle'];
  const { stderr } = await cluster.server.kubectl.run([
    'annotate',
    kind,
    '--all',
    '--all-namespaces',
    ...request,
  ]);
  // What was about to go may be gone by now; the others were asked.
  const refused = stderr.split('\n').filter((line) => line !== '' && !line.includes('(NotFound)'));
  if (refused.length > 0) throw new Error(refused.join('\n'));
  let found: readonly FluxObject[] = [];
  const late = () => found.filter((object) => isLate(object, at));
  await until(`Flux looks at all ${kind}`, 180, async () => {
    found = await listOf(cluster, kind);
    return late().length === 0;
  }).catch((error: Error) => {
    throw new Error(`${error.message}, but not at ${JSON.stringify(late())}`);
  });
  return declared(found);
}

function isLate(object: FluxObject, at: string): boolean {
  const { metadata, spec, status } = object;
  const { suspend } = spec as { readonly suspend?: boolean };
  const { generation } = metadata as Metadata;
  // What came later was not asked, but then it was looked at because it came.
  const asked = metadata.annotations?.['reconcile.fluxcd.io/requestedAt'] === at;
  const answered = status?.lastHandledReconcileAt === at || !asked;
  const conditions = status?.conditions as
    | readonly { type: string; observedGeneration?: number }[]
    | undefined;
  // Its conditions stay as they were; it answers when it has tried, suspended or not.
  if (isEnding(object)) return !answered;
  // The status has a generation of its own, that of the last success.
  const seen = conditions?.find(({ type }) => type === 'Ready')?.observedGeneration;
  return !suspend && !(answered && seen === generation);
}

function isEnding({ metadata }: FluxObject): boolean {
  return (metadata as Metadata).deletionTimestamp !== undefined;
}

interface Metadata {
  readonly generation?: number;
  readonly deletionTimestamp?: string;
}
