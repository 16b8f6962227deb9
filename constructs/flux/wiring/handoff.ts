import { existsSync, readFileSync } from 'node:fs';
import { ApiObject, type ApiObjectProps } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { ManifestFile } from '../../emit/manifest-file';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { Problem } from '../../problem';
import { Sync } from '../sync';
import { CLUSTERS_NAMESPACE, FLUX_NAMESPACE, HUB_HEALTH_TIMEOUT } from './names';
import { addRoot } from './root';
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
  addRoot(chart, fleet, cluster);
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
  if (!existsSync(file)) return [missing(cluster, file)];
  const chart = new ManifestFile(cluster, 'secrets', {
    cluster: cluster.name,
    folder: `${syncs.folder}/clusters/${cluster.name}/handoff`,
  });
  for (const [i, document] of parseAllDocuments(readFileSync(file, 'utf8')).entries()) {
    const object: unknown = document.errors[0] ?? document.toJS();
    if (object === null) continue;
    if (!isObject(object)) return [malformed(cluster, file, i)];
    new ApiObject(chart, `secret-${i}`, object);
  }
  const wanted = fleet.source.secretName;
  const names = chart.apiObjects.map(({ name }) => name);
  const strangers = chart.apiObjects.filter(
    ({ kind, metadata }) => kind !== 'Secret' || metadata.namespace !== FLUX_NAMESPACE,
  );
  return [
    ...strangers.map((object) => stranger(cluster, object)),
    ...(wanted === undefined || names.includes(wanted) ? [] : [credentialMissing(cluster, file, wanted)]),
  ];
}

function isObject(value: unknown): value is ApiObjectProps {
  const { apiVersion, kind, metadata } = Object(value) as Partial<ApiObjectProps>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata === 'object';
}

function malformed(cluster: Cluster, file: string, i: number): Problem {
  return {
    code: 'secrets-file-malformed',
    path: cluster.node.path,
    field: 'secretsFile',
    value: file,
    problem: `has something else than a Kubernetes object as document ${i + 1}`,
    remedy: 'write Secrets in YAML, and encrypt them with `sops`',
  };
}

function missing(cluster: Cluster, file: string): Problem {
  return {
    code: 'secrets-file-missing',
    path: cluster.node.path,
    field: 'secretsFile',
    value: file,
    problem: 'is no file',
    remedy: 'encrypt one with `sops`, and write its path from where synth runs: see docs/clusters.md',
  };
}

function stranger(cluster: Cluster, object: { kind: string; name: string }): Problem {
  return {
    code: 'secrets-file-foreign',
    path: cluster.node.path,
    field: 'secretsFile',
    value: `${object.kind} ${object.name}`,
    problem: `is no Secret of the namespace ${FLUX_NAMESPACE}`,
    remedy: "put there only what the cluster's Flux starts with; the rest belongs to an app",
  };
}

function credentialMissing(cluster: Cluster, file: string, secret: string): Problem {
  return {
    code: 'secrets-file-incomplete',
    path: cluster.node.path,
    field: 'secretsFile',
    value: file,
    problem: `has no Secret ${secret}, by which the cluster's Flux reads the repository (source.secretName)`,
    remedy: 'add it to the file',
  };
}
