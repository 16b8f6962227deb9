import {
  type Found,
  type Hook,
  type ItemRun,
  type KubeObject,
  type Related,
  runHook,
} from '../../operator/kit';
import { GORDON, type Gordon, gordonOf, isDead, POD, type Pod, podOf, registryOf } from './objects';

const itemOf: Related['itemOf'] = ({ namespace, gordon }: Found) =>
  typeof gordon === 'string' ? { namespace, name: gordon } : undefined;

/** Keeps `replicas` pods of each Gordon, makes those anew that die, and registers them in its status. */
const gordons: Hook<Gordon> = {
  name: 'gordon',
  items: { kind: GORDON },
  related: {
    pods: {
      ...{ kind: POD, labels: { 'app.kubernetes.io/managed-by': 'gordon' }, itemOf },
      fields: { gordon: `.metadata.labels["${gordonOf}"]`, phase: '.status.phase' },
    },
  },
  reconcile: async (gordon, run) => {
    const { name, namespace = '' } = gordon.metadata;
    const wanted = Array.from({ length: gordon.spec.replicas }, (_, i) => `${name}-${i}`);
    for (const pod of await podsOf(gordon, run)) {
      const surplus = !wanted.includes(pod.metadata.name);
      const key = { namespace, name: pod.metadata.name };
      if (surplus || isDead(pod)) await run.api.remove(POD, key, pod.metadata.uid);
    }
    // The names are fixed: however often this is begun again, there is never one too many.
    for (const podName of wanted) await run.api.create(POD, podOf(gordon, podName));
    const status = registryOf(gordon, await podsOf(gordon, run), run.now);
    if (JSON.stringify(status) === JSON.stringify(gordon.status)) return;
    const { apiVersion, kind } = gordon;
    const wantedStatus = { apiVersion, kind, metadata: { name, namespace }, status };
    await run.api.apply(GORDON, wantedStatus, 'status');
  },
};

/** Its pods, and not those of another one that had its name: the garbage collector takes these. */
async function podsOf({ metadata }: KubeObject, { api }: ItemRun): Promise<Pod[]> {
  const pods = await api.list<Pod>(POD, metadata.namespace, { [gordonOf]: metadata.name });
  return pods.filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
}

void runHook(gordons);
