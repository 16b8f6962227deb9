/** Images that the constructs use when nothing else is set, each pinned in one place. */

/**
 * The Redis server: BSD licence, reads and writes RDB version 11. The digest is the multi-platform index.
 */
// renovate: datasource=docker depName=valkey/valkey
export const VALKEY_IMAGE =
  'valkey/valkey:8.1.10-alpine@sha256:081c2f5cb575efc901aa80ff9cdbd1ec6a301682fd35e1ebb4b0990a4a4a8507';

/** The Flux that the management cluster installs on the others: its install manifests, a signed OCI artifact. */
// renovate: datasource=docker depName=ghcr.io/fluxcd/flux-manifests
export const FLUX_VERSION = 'v2.7.5';

/**
 * The operator, in the version of this package. It has no digest here: the image is built from the commit
 * that this line is part of. Whoever mirrors it pins the mirror's digest by `image`.
 */
// renovate: datasource=docker depName=ghcr.io/fleetwright/operator
export const OPERATOR_IMAGE = 'ghcr.io/fleetwright/operator:0.1.0';

/** Moves bytes between jobs and S3, in the version of this package; without a digest like the operator. */
// renovate: datasource=docker depName=ghcr.io/fleetwright/mover
export const MOVER_IMAGE = 'ghcr.io/fleetwright/mover:0.1.0';
