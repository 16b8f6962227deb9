import { Construct } from 'constructs';
import { HelmRelease, type HelmReleaseSpec } from '../../../imports/helm.toolkit.fluxcd.io';
import { propsOf } from '../../fleet/check/fields';
import type { Plain } from '../../plain';
import { addCheck } from '../../problem';
import { addReleaseAccount } from './account';
import { addChart } from './chart';
import { checkHelmApp, ownsCrds } from './check';
import { checkHelmAppFields } from './fields';
import type { HelmAppProps } from './props';

/**
 * A Helm chart on a cluster: a Flux `HelmRelease` of a pinned version, the source it comes from, and an
 * account of its own with no more permissions than it is given.
 *
 * When it is removed, Flux uninstalls the release. The account, its roles and bindings stay, for without
 * them there is no uninstall; they carry the label `fleetwright.dev/helm-app`, and a person deletes them once
 * the release is gone.
 *
 * After `permissions` were narrowed from `cluster`, its binding stays too, and with it all that it allows:
 * `kubectl delete clusterrolebinding helm:<namespace>:<name>`.
 *
 * @see https://fluxcd.io/flux/components/helm/helmreleases/
 */
export class HelmApp extends Construct {
  constructor(scope: Construct, id: string, given: HelmAppProps) {
    super(scope, id);
    const props = propsOf(given);
    const { path } = this.node;
    const shape = checkHelmAppFields(path, props);
    addCheck(this, () => (shape.length > 0 ? shape : checkHelmApp(path, props)));
    if (shape.length > 0) return;
    const { name, namespace, kubeConfig } = props;
    const chart = addChart(this, name, namespace, props.chart);
    const account = kubeConfig
      ? undefined
      : addReleaseAccount(this, {
          name,
          namespace,
          targetNamespace: props.targetNamespace ?? namespace,
          storageNamespace: props.storageNamespace ?? namespace,
          permissions: props.permissions ?? 'namespace',
        });
    const spec = { ...specOf(props), ...chart, serviceAccountName: account };
    new HelmRelease(this, 'release', { metadata: { name, namespace }, spec: spec as HelmReleaseSpec });
  }
}

function specOf(props: HelmAppProps): Plain<HelmReleaseSpec> {
  const { name, dependsOn = [], driftDetection, kubeConfig, permissions, patches } = props;
  const crds = props.crds ?? (kubeConfig || ownsCrds(permissions) ? 'CreateReplace' : 'Skip');
  return {
    releaseName: props.releaseName ?? name,
    interval: props.interval ?? '10m',
    timeout: props.timeout ?? '5m',
    suspend: props.suspend,
    targetNamespace: props.targetNamespace,
    storageNamespace: props.storageNamespace,
    kubeConfig: kubeConfig && { secretRef: { name: kubeConfig.secretName } },
    dependsOn: dependsOn.length === 0 ? undefined : dependsOn.map((other) => ({ name: other })),
    install: { crds, createNamespace: props.createNamespace, ...onFailureOf(props) },
    upgrade: { crds, ...onFailureOf(props) },
    driftDetection: { mode: driftDetection?.mode ?? 'enabled', ignore: driftDetection?.ignore },
    values: props.values,
    valuesFrom: props.valuesFrom,
    postRenderers: patches && [{ kustomize: { patches } }],
  };
}

/** @see https://fluxcd.io/flux/components/helm/helmreleases/#install-strategy */
function onFailureOf({ onFailure, retries = 3 }: HelmAppProps) {
  if (onFailure === 'retry') {
    return { strategy: { name: 'RetryOnFailure', retryInterval: RETRY_INTERVAL } } as const;
  }
  return { remediation: { retries } };
}

/** As long as a sync waits before it tries again. */
const RETRY_INTERVAL = '2m';
