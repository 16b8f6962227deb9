import type { PolicyRule } from '../rbac';
import type { GitSourceProps } from '../source';
import type { SyncOptions } from '../sync';

/** How much a tenant may take, as Kubernetes quantities. */
export interface TenantQuota {
  /** What its containers may request together. @default 4 */
  readonly cpu?: string;
  /** What its containers may request, and be limited to, together. @default 8Gi */
  readonly memory?: string;
  /** What its volumes may request together. @default 100Gi */
  readonly storage?: string;
  /** How many pods. @default 50 */
  readonly pods?: number;
  /** How many Services with a load balancer. Node ports are never allowed. @default 0 */
  readonly loadBalancers?: number;
}

/** Properties of a `Tenant`. */
export interface TenantProps {
  /** The team, a DNS label; also its namespace. */
  readonly name: string;
  /** The team's own repository. The Secret, if it needs one, is in the team's namespace. */
  readonly source: Pick<GitSourceProps, 'url' | 'ref' | 'secretName' | 'interval'>;
  /** The folder in that repository that holds the manifests. @default ./ */
  readonly path?: string;
  /** How Flux applies it; always as the team's account. @default `Sync`'s defaults */
  readonly sync?: Omit<SyncOptions, 'serviceAccountName' | 'deletionPolicy'>;
  /** @default `TenantQuota`'s defaults */
  readonly quota?: TenantQuota;
  /**
   * What the team's account may do beyond workloads, their configuration and their network, such as
   * Certificates. Flux's own kinds are refused. @default nothing
   */
  readonly rules?: readonly PolicyRule[];
}
