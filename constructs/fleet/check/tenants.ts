import { TENANT_LABEL } from '../../flux/tenant';
import type { Problem } from '../../problem';
import type { Rendered } from './objects';

/** A namespace of a cluster. */
const keyOf = (cluster: string, namespace: string | undefined) => `${cluster} ${namespace ?? ''}`;

/**
 * Finds Flux objects in tenants' namespaces that would leave them: a sync without an account is applied
 * by Flux itself, which may do everything; a source of another namespace is not the tenant's.
 */
export class TenantSyncs {
  private readonly tenants = new Set<string>();
  private readonly suspects: { readonly key: string; readonly problem: Problem }[] = [];

  /** Takes one object of a cluster. */
  add(cluster: string, rendered: Rendered): void {
    const { kind, metadata } = rendered.manifest;
    if (kind === 'Namespace' && metadata.labels?.[TENANT_LABEL] !== undefined) {
      this.tenants.add(keyOf(cluster, metadata.name));
      return;
    }
    if (metadata.namespace === 'flux-system' || !isSync(rendered)) return;
    const key = keyOf(cluster, metadata.namespace);
    for (const problem of checkTenantSync(rendered)) this.suspects.push({ key, problem });
  }

  /** What was found; a namespace may have come after the syncs in it. */
  problems(): Problem[] {
    return this.suspects.filter(({ key }) => this.tenants.has(key)).map(({ problem }) => problem);
  }
}

function isSync({ manifest: { apiVersion, kind } }: Rendered): boolean {
  return (
    (kind === 'Kustomization' && apiVersion.startsWith('kustomize.toolkit.fluxcd.io/')) ||
    (kind === 'HelmRelease' && apiVersion.startsWith('helm.toolkit.fluxcd.io/'))
  );
}

/** The members of both kinds that are read here. */
interface SyncSpec {
  readonly serviceAccountName?: string;
  readonly sourceRef?: { readonly namespace?: string };
  readonly chart?: { readonly spec?: { readonly sourceRef?: { readonly namespace?: string } } };
  readonly chartRef?: { readonly namespace?: string };
}

function checkTenantSync({ manifest, path }: Rendered): Problem[] {
  const { kind, metadata } = manifest;
  const spec = (manifest.spec ?? {}) as SyncSpec;
  const problems: Problem[] = [];
  if (!spec.serviceAccountName) {
    problems.push({
      code: 'tenant-sync-unbound',
      path,
      field: 'spec.serviceAccountName',
      value: undefined,
      problem: `is not set: ${kind} ${metadata.name} in the tenant's namespace ${metadata.namespace} would be applied with the rights of Flux`,
      remedy: 'name an account of that namespace, such as flux-tenant',
    });
  }
  const sources = {
    'spec.sourceRef.namespace': spec.sourceRef?.namespace,
    'spec.chart.spec.sourceRef.namespace': spec.chart?.spec?.sourceRef?.namespace,
    'spec.chartRef.namespace': spec.chartRef?.namespace,
  };
  for (const [field, value] of Object.entries(sources)) {
    if (value === undefined || value === metadata.namespace) continue;
    problems.push({
      code: 'tenant-source-foreign',
      path,
      field,
      value,
      problem: `is not the namespace of ${kind} ${metadata.name}, which is the tenant's ${metadata.namespace}`,
      remedy: 'make a source in that namespace: Flux refuses those of others',
    });
  }
  return problems;
}
