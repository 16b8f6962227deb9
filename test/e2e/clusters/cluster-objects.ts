import type { KubernetesObject } from '../../stack/kubernetes-object';
import type { LiveCluster } from '../../stack/live/live-fleet';

const KINDS = 'clusters.cluster.x-k8s.io,devclusters,kubeadmcontrolplanes,machinedeployments,machines';

/** The cluster's objects and machines that are there and not about to go, each with its uid. */
export async function alive({ server: { kubectl } }: LiveCluster): Promise<string[]> {
  const text = await kubectl.output(['get', KINDS, '--namespace=clusters', '--output=json']);
  return (JSON.parse(text).items as KubernetesObject[])
    .map(({ kind, metadata }) => ({ kind, ...(metadata as Metadata) }))
    .filter(({ deletionTimestamp }) => deletionTimestamp === undefined)
    .map(({ kind, name, uid }) => `${kind} ${name} ${uid}`)
    .sort();
}

/** The names of all objects beside it, of every kind that can be listed. */
export async function everything({ server: { kubectl } }: LiveCluster): Promise<string[]> {
  const kinds = await kubectl.output(['api-resources', '--namespaced', '--verbs=list', '--output=name']);
  const names = kinds
    .trim()
    .split('\n')
    .filter((kind) => !kind.startsWith('events'))
    .join();
  const list = await kubectl.output([
    'get',
    names,
    '--namespace=clusters',
    '--output=name',
    '--ignore-not-found',
  ]);
  return list.trim().split('\n').sort();
}

interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly deletionTimestamp?: string;
}
