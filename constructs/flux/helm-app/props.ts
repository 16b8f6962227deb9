import type { PolicyRule } from '../rbac';
import type { Patch } from '../sync';
import type { HelmAppChart } from './chart';

/** What becomes of a chart's CRDs: made once, kept up to date, or left alone. */
export type CrdsPolicy = 'Create' | 'CreateReplace' | 'Skip';

/**
 * What a release may do on its cluster.
 *
 * - `namespace`: `NAMESPACE_RULES`, what most charts need, in its target namespace.
 * - A list: these rules instead, such as `[...NAMESPACE_RULES, { ... }]`, and Helm's own Secrets.
 * - `crds`: definitions of the whole cluster and nothing else, for charts that hold only those.
 * - `cluster`: everything (`cluster-admin`), for charts that bring ClusterRoles or more.
 *
 * Whoever may run pods in a namespace can run them as any account there: a release in `flux-system` can
 * become Flux, and one beside a `cluster` release can become that.
 */
export type HelmAppPermissions = 'namespace' | 'crds' | 'cluster' | readonly PolicyRule[];

/** Values from a ConfigMap or Secret of the release's namespace. */
export interface ValuesFrom {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** @default values.yaml */
  readonly valuesKey?: string;
  /** The value that the key replaces, such as `auth.password`. @default the key holds a whole values file */
  readonly targetPath?: string;
  /** @default false: the release waits for it */
  readonly optional?: boolean;
}

/** How changes made by others are put back. */
export interface DriftDetection {
  /** @default enabled */
  readonly mode?: 'enabled' | 'warn' | 'disabled';
  /** Fields that others own, as JSON pointers, such as `/spec/replicas` under an autoscaler. @default none */
  readonly ignore?: readonly {
    readonly paths: readonly string[];
    readonly target?: { readonly kind?: string; readonly name?: string };
  }[];
}

/** Properties of a `HelmApp`. */
export interface HelmAppProps {
  /** The name of the HelmRelease: a DNS label of at most 53 characters. */
  readonly name: string;
  /** The name that Helm and the chart know the release by: a DNS label of at most 53 characters. @default `name` */
  readonly releaseName?: string;
  /** The namespace of the HelmRelease, its source and its account. */
  readonly namespace: string;
  readonly chart: HelmAppChart;
  /** The chart's values. `null` is refused: it would be lost. @default the chart's own */
  readonly values?: Readonly<Record<string, unknown>>;
  /** More values, later ones win; `values` win over all. @default none */
  readonly valuesFrom?: readonly ValuesFrom[];
  /** @default namespace */
  readonly permissions?: HelmAppPermissions;
  /** @default CreateReplace for a release that may change CRDs, else Skip */
  readonly crds?: CrdsPolicy;
  /** How often drift is put back, a Go duration. @default 10m */
  readonly interval?: string;
  /** How long one Helm action may take, a Go duration. @default 5m */
  readonly timeout?: string;
  /**
   * What a failed install or upgrade leads to. `remediate`: it is undone by an uninstall or rollback, and tried
   * again as often as `retries` says. `retry`: nothing is undone, and it is tried again without end, for what
   * everything else stands on.
   * @default remediate
   */
  readonly onFailure?: 'remediate' | 'retry';
  /** How often a failed install or upgrade is tried again, after an uninstall or rollback. @default 3 */
  readonly retries?: number;
  /** Leave the release as it is, even when the HelmRelease is deleted. @default false */
  readonly suspend?: boolean;
  /** Changes to what the chart renders, where it has no value for them. @default none */
  readonly patches?: readonly Patch[];
  /** @default enabled, with nothing ignored */
  readonly driftDetection?: DriftDetection;
  /** The namespace that the release is installed into; it must exist. @default `namespace` */
  readonly targetNamespace?: string;
  /** Make the target namespace where it is missing: one that nothing else makes. @default false */
  readonly createNamespace?: boolean;
  /** The namespace of Helm's own Secrets. A change uninstalls first. @default `namespace` */
  readonly storageNamespace?: string;
  /** Names of HelmReleases of this namespace that must be Ready first. @default none */
  readonly dependsOn?: readonly string[];
  /**
   * The Secret, in the release's namespace, with the kubeconfig of the cluster to install on. That
   * kubeconfig decides what the release may do: no account is made, since it would be on the wrong cluster.
   * @default this cluster
   */
  readonly kubeConfig?: { readonly secretName: string };
}
