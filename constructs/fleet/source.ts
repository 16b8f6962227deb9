import type { OciVerify } from '../flux/source';

/** What both ways of reaching the output have. */
interface SourceBase {
  /** The Secret with the credential, in the namespace of each source. @default none: everyone can read it */
  readonly secretName?: string;
  /** How often to look for something new. @default 1m */
  readonly interval?: string;
  /** The folder of the repository that carries the output. @default dist */
  readonly path?: string;
}

/** The git repository that holds the output, as the clusters' Flux reaches it. */
export interface GitFleetSource extends SourceBase {
  /** @default git */
  readonly kind?: 'git';
  /** An `https://` or `ssh://` address. */
  readonly url: string;
  /** @default main */
  readonly branch?: string;
  /**
   * The folder of the repository with charts that Flux reads from it, such as `charts`. It must exist in
   * the repository: Flux fetches nothing where a folder that it is told to fetch is missing.
   * @default none
   */
  readonly charts?: string;
}

/**
 * An OCI registry to which `fleetwright push` brings the output: an artifact for each cluster, so that a commit
 * that leaves a cluster's folder alone is no revision for it. See docs/oci.md.
 */
export interface OciFleetSource extends SourceBase {
  readonly kind: 'oci';
  /** Where the artifacts are, such as `oci://registry.example.com/fleet`: a cluster's has its name behind it. */
  readonly url: string;
  /** The tag that `fleetwright push` moves. @default latest */
  readonly tag?: string;
  /** How to log in without a Secret: by the identity that a cloud gives Flux. @default generic */
  readonly provider?: 'generic' | 'aws' | 'azure' | 'gcp';
  /** Refuse artifacts that these did not sign with cosign. @default none: signatures are not looked at */
  readonly verify?: OciVerify;
}

/** Where the clusters' Flux finds the output of a fleet. */
export type FleetSource = GitFleetSource | OciFleetSource;
