/** Images and charts that the constructs use when nothing else is set, each pinned in one place. */

/**
 * The Redis server: BSD licence, reads and writes RDB version 11. The digest is the multi-platform index.
 */
// renovate: datasource=docker depName=valkey/valkey
export const VALKEY_IMAGE =
  'valkey/valkey:8.1.10-alpine@sha256:081c2f5cb575efc901aa80ff9cdbd1ec6a301682fd35e1ebb4b0990a4a4a8507';

/** Runs the clean-up of templates: Debian's Node, with a user of its own (1000). The digest is the multi-platform index. */
// renovate: datasource=docker depName=node
export const NODE_IMAGE =
  'node:22.22.1-bookworm-slim@sha256:4f77a690f2f8946ab16fe1e791a3ac0667ae1c3575c3e4d0d4589e9ed5bfaf3d';

/** The Flux that the management cluster installs on the others: its install manifests, a signed OCI artifact. */
// renovate: datasource=docker depName=ghcr.io/fluxcd/flux-manifests
export const FLUX_VERSION = 'v2.7.5';

/** The network of a cluster that is made, unless another is chosen. */
// renovate: datasource=helm depName=cilium registryUrl=https://helm.cilium.io
export const CILIUM_VERSION = '1.20.2';

/**
 * Calico. From 3.32 on its definitions are a chart of their own that hardly fits into the Secret that Helm
 * keeps a release in, and is to be applied by hand.
 */
// renovate: datasource=helm depName=tigera-operator registryUrl=https://docs.tigera.io/calico/charts
export const CALICO_VERSION = 'v3.31.7';

/** What makes nodes of EC2 machines, and load balancers of Services. */
// renovate: datasource=helm depName=aws-cloud-controller-manager registryUrl=https://kubernetes.github.io/cloud-provider-aws
export const AWS_CLOUD_CONTROLLER_VERSION = '0.0.11';

/** Its image, one for each Kubernetes minor: the newest that the project promoted. */
// renovate: datasource=docker depName=registry.k8s.io/provider-aws/cloud-controller-manager
export const AWS_CLOUD_CONTROLLER_1_31 = 'v1.31.9';
// renovate: datasource=docker depName=registry.k8s.io/provider-aws/cloud-controller-manager
export const AWS_CLOUD_CONTROLLER_1_32 = 'v1.32.8';
// renovate: datasource=docker depName=registry.k8s.io/provider-aws/cloud-controller-manager
export const AWS_CLOUD_CONTROLLER_1_33 = 'v1.33.4';
// renovate: datasource=docker depName=registry.k8s.io/provider-aws/cloud-controller-manager
export const AWS_CLOUD_CONTROLLER_1_34 = 'v1.34.3';
// renovate: datasource=docker depName=registry.k8s.io/provider-aws/cloud-controller-manager
export const AWS_CLOUD_CONTROLLER_1_35 = 'v1.35.2';

/** Volumes of EC2 machines. */
// renovate: datasource=helm depName=aws-ebs-csi-driver registryUrl=https://kubernetes-sigs.github.io/aws-ebs-csi-driver
export const AWS_EBS_CSI_VERSION = '2.64.0';

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
