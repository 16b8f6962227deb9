/** Where Flux finds the folder that a sync reads. */
export interface SourceRef {
  readonly kind: 'GitRepository' | 'OCIRepository' | 'Bucket' | 'ExternalArtifact';
  readonly name: string;
  /** @default the sync's own namespace; Flux's lockdown refuses another */
  readonly namespace?: string;
}

/** An object whose health the sync waits for. */
export interface HealthCheck {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

/** Health of a kind by CEL, for kinds without a `Ready` condition. */
export interface HealthCheckExpr {
  readonly apiVersion: string;
  readonly kind: string;
  /** CEL over the object that is true when it is healthy, such as `status.phase == 'Running'`. */
  readonly current: string;
  /** CEL that is true while it may still become healthy. @default none */
  readonly inProgress?: string;
  /** CEL that is true when it failed for good. @default none */
  readonly failed?: string;
}

/** How Flux applies a folder: what an app or add-on may choose. */
export interface SyncOptions {
  /** How often drift is put back. @default 10m */
  readonly interval?: string;
  /** How soon a failed sync is tried again. @default 2m */
  readonly retryInterval?: string;
  /** How long a run, health included, may take. @default 5m */
  readonly timeout?: string;
  /** Delete what the folder no longer holds. Protected kinds stay all the same. @default true */
  readonly prune?: boolean;
  /** Wait until everything applied is healthy. @default true, and false when there are `healthChecks` */
  readonly wait?: boolean;
  /** Wait for these objects only. @default none */
  readonly healthChecks?: readonly HealthCheck[];
  /** Health of kinds that Flux cannot judge by itself. @default none */
  readonly healthCheckExprs?: readonly HealthCheckExpr[];
  /** Variables that replace `${NAME}` after the build. @default none: `$` means itself */
  readonly postBuild?: PostBuild;
  /** The age or PGP key that opens SOPS-encrypted Secrets. @default none */
  readonly decryption?: { readonly secretName: string };
  /** The account that Flux acts as, in the sync's namespace. @default Flux's own account */
  readonly serviceAccountName?: string;
  /**
   * What happens to the applied objects when the sync itself is deleted. `Orphan` leaves them: right only
   * where everything is protected, else a removed app would keep running.
   * @default MirrorPrune: as `prune` says
   */
  readonly deletionPolicy?: 'MirrorPrune' | 'Delete' | 'WaitForTermination' | 'Orphan';
}

/** Variables for `${NAME}` in manifests. */
export interface PostBuild {
  readonly substitute?: Readonly<Record<string, string>>;
  /** ConfigMaps and Secrets whose keys are variables; later ones win. */
  readonly substituteFrom?: readonly {
    readonly kind: 'ConfigMap' | 'Secret';
    readonly name: string;
    readonly optional?: boolean;
  }[];
}

/** A change to what a folder holds, before it is applied. */
export interface Patch {
  /** A strategic merge patch in YAML, or a list of JSON patch operations. */
  readonly patch: string;
  /** What it changes: the name is a regular expression of the whole name. */
  readonly target: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
}

/** A sync that must be Ready first: its name where it is of the same namespace. */
export type SyncDependency = string | { readonly name: string; readonly namespace: string };

/** Properties of a `Sync`. */
export interface SyncProps extends SyncOptions {
  readonly name: string;
  readonly namespace: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** The folder in the source, such as `./dist/prod-eu`. */
  readonly path: string;
  readonly sourceRef: SourceRef;
  /** Syncs that must be Ready, at the same revision where they read the same source. @default none */
  readonly dependsOn?: readonly SyncDependency[];
  /** The Secret, in the sync's namespace, with the kubeconfig of the cluster to apply to. @default this cluster */
  readonly kubeConfig?: { readonly secretName: string };
  /** The namespace of every namespaced object, whatever it says. @default each object's own */
  readonly targetNamespace?: string;
  /** @default none */
  readonly patches?: readonly Patch[];
}
