import type { Manifest } from '../emit/manifest';
import type { FileProtection } from '../emit/manifest-file';

/** Set to `true` on an object that may be deleted: the first of the two steps of a removal. */
export const ALLOW_DELETION = 'fleetwright.dev/allow-deletion';

/** Keeps Flux from deleting an object that its source no longer holds. */
export const keep = { 'kustomize.toolkit.fluxcd.io/prune': 'disabled' } as const;

/** Groups whose every kind is machinery of clusters: losing one loses machines, or all that looks after them. */
const CLUSTER_API =
  /^(?:cluster|infrastructure\.cluster|controlplane\.cluster|bootstrap\.cluster|operator\.cluster)\.x-k8s\.io\//;

/** The kinds of these groups that nothing else takes along: EKS keeps a cluster that has a Fargate profile. */
const ROOTS = new Set(['Cluster', 'AWSFargateProfile']);

const KINDS = new Set([
  'v1/Namespace',
  'v1/PersistentVolumeClaim',
  'apiextensions.k8s.io/v1/CustomResourceDefinition',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io/v1/ValidatingAdmissionPolicyBinding',
]);

/** Whether losing an object of this kind loses data or machines. */
function isProtected({ apiVersion, kind }: Manifest): boolean {
  return CLUSTER_API.test(apiVersion) || KINDS.has(`${apiVersion}/${kind}`);
}

/**
 * Adds the annotation by which Flux never prunes an object, or the one that lets it be deleted.
 *
 * An object that carries `fleetwright.dev/allow-deletion: "true"` already is left as it is. Of a cluster
 * that may go, Flux deletes the `Cluster`, and what Cluster API does not delete with it: the rest goes in
 * Cluster API's own order. Deleting all of it at once can leave machines and networks behind.
 *
 * @see https://cluster-api.sigs.k8s.io/user/quick-start#clean-up
 */
export function protect(manifest: Manifest, protection: FileProtection): Manifest {
  const annotations = manifest.metadata.annotations ?? {};
  if (protection === 'lifted') {
    const part = CLUSTER_API.test(manifest.apiVersion) && !ROOTS.has(manifest.kind);
    return annotate(manifest, { [ALLOW_DELETION]: 'true', ...(part ? keep : {}) });
  }
  if (annotations[ALLOW_DELETION] === 'true') return manifest;
  return protection === 'always' || isProtected(manifest) ? annotate(manifest, keep) : manifest;
}

function annotate(manifest: Manifest, added: Readonly<Record<string, string>>): Manifest {
  const annotations = { ...manifest.metadata.annotations, ...added };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}
