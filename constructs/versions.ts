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

/** The chart of the bundles' server, charts/redis: the tag under which `fleetwright push` brings it to a registry. */
export const REDIS_CHART_VERSION = '0.1.0';

/**
 * The operator, in the version of this package. It has no digest here: the image is built from the commit
 * that this line is part of. Whoever mirrors it pins the mirror's digest by `image`.
 */
// renovate: datasource=docker depName=ghcr.io/fleetwright/operator
export const OPERATOR_IMAGE = 'ghcr.io/fleetwright/operator:0.1.0';

/** Moves bytes between jobs and S3, in the version of this package; without a digest like the operator. */
// renovate: datasource=docker depName=ghcr.io/fleetwright/mover
export const MOVER_IMAGE = 'ghcr.io/fleetwright/mover:0.1.0';

/** cert-manager's chart, by its tag at oci://quay.io/jetstack/charts: Cluster API gets its webhooks' certificates from it. */
// renovate: datasource=docker depName=quay.io/jetstack/charts/cert-manager
export const CERT_MANAGER_CHART = 'v1.21.2';

/** The chart of the Cluster API Operator; `imports/` has the kinds of the same version. */
// renovate: datasource=helm depName=cluster-api-operator registryUrl=https://kubernetes-sigs.github.io/cluster-api-operator
export const CLUSTER_API_OPERATOR_CHART = '0.29.0';

/** Cluster API itself, its kubeadm providers and its development provider: one release. */
// renovate: datasource=github-releases depName=kubernetes-sigs/cluster-api
export const CLUSTER_API_VERSION = 'v1.14.0';

/** The AWS provider of Cluster API. */
// renovate: datasource=github-releases depName=kubernetes-sigs/cluster-api-provider-aws
export const CLUSTER_API_AWS_VERSION = 'v2.13.0';
