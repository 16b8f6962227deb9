/** What the apps of this fleet run, each pinned in one place. The library's own are in constructs/versions.ts. */

// renovate: datasource=docker depName=ghcr.io/stefanprodan/podinfo
export const PODINFO_IMAGE = 'ghcr.io/stefanprodan/podinfo:6.9.2';

// renovate: datasource=docker depName=nginxinc/nginx-unprivileged
export const NGINX_IMAGE =
  'nginxinc/nginx-unprivileged:1.29.1@sha256:593a17dc61d117d1bfb208246903265abe0047c5bd4508b6e790895924b24c31';

/** The tag of the chart at oci://ghcr.io/prometheus-community/charts. */
// renovate: datasource=docker depName=ghcr.io/prometheus-community/charts/prometheus-operator-crds
export const PROMETHEUS_CRDS_CHART = '24.0.2';

/** The version of the chart `podinfo` at https://stefanprodan.github.io/podinfo. */
// renovate: datasource=helm depName=podinfo registryUrl=https://stefanprodan.github.io/podinfo
export const PODINFO_CHART = '6.9.2';
