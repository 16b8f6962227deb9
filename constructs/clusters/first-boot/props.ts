/** A file of manifests that a machine downloads and applies. */
export interface FirstBootManifest {
  /** An `https://` address that machines reach, and that needs no credential. */
  readonly url: string;
  /** The SHA-256 of the file: 64 hexadecimal digits. */
  readonly sha256: string;
}

/** A Secret of the namespace `clusters` of the management cluster that holds manifests of Secrets. */
export interface FirstBootSecret {
  readonly name: string;
  /** @default secrets.yaml */
  readonly key?: string;
}

/**
 * What the first control-plane machine installs, by itself, when it has set up the cluster. Any change of it, or
 * of the fleet's source, replaces the machines of the control plane.
 */
export interface FirstBoot {
  /** Applied in this order: the CNI, what nodes need beside it, and Flux. */
  readonly manifests: readonly FirstBootManifest[];
  /**
   * Where the machine gets the Secrets that the cluster's Flux starts with: its git credential, its age key. Whoever
   * reads the machine's user data reads them.
   * @default none: everyone can read the repository, and nothing there is encrypted
   */
  readonly secret?: FirstBootSecret;
}
