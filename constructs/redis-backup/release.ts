import type { HelmReleaseSpec } from '../../imports/helm.toolkit.fluxcd.io';
import type { Manifest } from '../emit/manifest';
import type { Plain } from '../plain';
import { metadataOf, roleLabels, type SettledBundle } from './bundle';
import { imagesOf, RELEASE_ACCOUNT, RELEASE_NAMESPACE } from './platform';

/**
 * The HelmRelease of the server. It lives beside its chart's source, since Flux's lockdown refuses a chart
 * from another namespace; what it makes, its history included, lives in the app's.
 *
 * What the bundle sets wins over the values of app and platform: names, labels and passwords have to fit the
 * jobs and NetworkPolicies. charts/redis documents them.
 */
export function helmRelease(bundle: SettledBundle): Manifest {
  const { identity, names, platform, spec } = bundle;
  const release: Plain<HelmReleaseSpec> = {
    interval: '10m',
    timeout: '10m',
    chartRef: platform.chart ?? { kind: 'HelmChart', name: RELEASE_ACCOUNT },
    releaseName: names.server,
    targetNamespace: identity.namespace,
    storageNamespace: identity.namespace,
    serviceAccountName: RELEASE_ACCOUNT,
    maxHistory: 3,
    install: { remediation: { retries: 3 } },
    upgrade: { remediation: { retries: 3 } },
    driftDetection: { mode: 'enabled' },
    values: { ...platform.values, ...spec.redis.values, ...ownValues(bundle) },
  };
  return {
    apiVersion: 'helm.toolkit.fluxcd.io/v2',
    kind: 'HelmRelease',
    metadata: metadataOf(bundle, names.helmRelease, RELEASE_NAMESPACE),
    spec: release,
  };
}

function ownValues(bundle: SettledBundle): Record<string, unknown> {
  const { names, platform, spec } = bundle;
  return {
    fullnameOverride: names.server,
    image: imagesOf(platform, spec.redis.image).server,
    memory: spec.redis.memory,
    storage: spec.redis.storage,
    users: {
      app: { secretName: names.secrets.app },
      backup: { secretName: names.secrets.backup },
      admin: { secretName: names.secrets.admin },
    },
    tls: spec.redis.tls,
    podLabels: roleLabels(bundle, 'server'),
  };
}
