import { ApiObject } from 'cdk8s';
import { ManifestFile } from '../../emit/manifest-file';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { Sync } from '../sync';
import { CLUSTERS_NAMESPACE, HUB_HEALTH_TIMEOUT } from './names';
import { addRoot } from './root';
import { readSecretsFile } from './secrets-file';
import { sourceRefOf } from './source';

/**
 * Adds what the management cluster gives another one's Flux to begin with: the source and the root sync of
 * its own folder, and its secrets. From then on that Flux works by itself.
 *
 * @param before the sync that must be Ready first, if there is one
 */
export function wireHandoff(
  fleet: Fleet,
  cluster: Cluster,
  syncs: ManifestFile,
  folder: string,
  before: readonly string[],
): Problem[] {
  const chart = new ManifestFile(cluster, 'handoff', { cluster: cluster.name, folder });
  addRoot(chart, fleet, cluster, 'Orphan');
  const { secretsFile } = cluster;
  new Sync(syncs, 'handoff', {
    name: `${cluster.name}-handoff`,
    namespace: CLUSTERS_NAMESPACE,
    path: fleet.pathInSource(folder),
    sourceRef: sourceRefOf(fleet),
    dependsOn: before,
    kubeConfig: { secretName: cluster.kubeconfigSecret },
    timeout: HUB_HEALTH_TIMEOUT,
    decryption: secretsFile ? { secretName: fleet.decryptionSecret } : undefined,
    prune: false,
    deletionPolicy: 'Orphan',
  });
  return secretsFile ? addSecrets(fleet, cluster, syncs, secretsFile) : [];
}

function addSecrets(fleet: Fleet, cluster: Cluster, syncs: ManifestFile, file: string): Problem[] {
  const { objects, problems } = readSecretsFile(fleet, cluster, file);
  if (objects.length === 0) return problems;
  const chart = new ManifestFile(cluster, 'secrets', {
    cluster: cluster.name,
    folder: `${syncs.folder}/clusters/${cluster.name}/handoff`,
  });
  for (const [i, object] of objects.entries()) new ApiObject(chart, `secret-${i}`, object);
  return problems;
}
