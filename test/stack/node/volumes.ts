import { mkdirSync } from 'node:fs';
import type { ApiServer } from '../api-server';
import { listOf } from '../kubernetes-object';
import type { Stack } from '../stack';
import { nodeName } from './node';

/** The class that a claim gets that names none. */
export const STORAGE_CLASS = 'local';

/**
 * Gives a cluster volumes on its node, each a folder of the stack, which keep their data when their claim goes. As
 * with other volumes, the kubelet gives a folder to the group that its pod names.
 */
export async function addVolumes(
  stack: Stack,
  server: ApiServer,
  count: number,
  size = '10Gi',
): Promise<void> {
  const names = Array.from({ length: count }, (_, i) => `local-${i + 1}`);
  const volumes = names.map((name) => {
    const folder = stack.path('node', 'volumes', name);
    mkdirSync(folder, { recursive: true });
    return volume(name, folder, nodeName(server), size);
  });
  await server.kubectl.output(['apply', '--server-side', '-f', '-'], {
    input: listOf([storageClass, ...volumes]),
  });
}

const storageClass = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name: STORAGE_CLASS,
    annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
  },
  provisioner: 'kubernetes.io/no-provisioner',
  volumeBindingMode: 'WaitForFirstConsumer',
  reclaimPolicy: 'Retain',
};

/** @see https://kubernetes.io/docs/concepts/storage/volumes/#local */
function volume(name: string, path: string, node: string, storage: string): object {
  const here = { key: 'kubernetes.io/hostname', operator: 'In', values: [node] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: STORAGE_CLASS,
      local: { path },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [here] }] } },
    },
  };
}
