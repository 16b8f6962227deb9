import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { KustomizationSpec } from '../../../imports/kustomize.toolkit.fluxcd.io';
import type { Plain } from '../../plain';
import { addCheck } from '../../problem';
import { checkSync } from './check';
import type { SyncDependency, SyncProps } from './props';

/**
 * One Flux `Kustomization`: a folder of a source, applied in order and watched for health.
 *
 * `force` is not offered: it replaces objects that cannot be changed in place, and their data with them.
 *
 * @see https://fluxcd.io/flux/components/kustomize/kustomizations/
 */
export class Sync extends ApiObject {
  constructor(scope: Construct, id: string, props: SyncProps) {
    const { name, namespace, annotations } = props;
    super(scope, id, {
      apiVersion: 'kustomize.toolkit.fluxcd.io/v1',
      kind: 'Kustomization',
      metadata: { name, namespace, annotations: annotations && { ...annotations } },
      spec: specOf(props),
    });
    addCheck(this, () => checkSync(this.node.path, props));
  }
}

function specOf(props: SyncProps): Plain<KustomizationSpec> {
  const { dependsOn = [], decryption, healthChecks, kubeConfig } = props;
  return {
    interval: props.interval ?? '10m',
    retryInterval: props.retryInterval ?? '2m',
    timeout: props.timeout ?? '5m',
    path: props.path,
    sourceRef: props.sourceRef,
    prune: props.prune ?? true,
    wait: props.wait ?? healthChecks === undefined,
    healthChecks,
    healthCheckExprs: props.healthCheckExprs,
    dependsOn: dependsOn.length === 0 ? undefined : dependsOn.map(referenceOf),
    postBuild: props.postBuild,
    decryption: decryption && { provider: 'sops', secretRef: { name: decryption.secretName } },
    kubeConfig: kubeConfig && { secretRef: { name: kubeConfig.secretName } },
    serviceAccountName: props.serviceAccountName,
    targetNamespace: props.targetNamespace,
    patches: props.patches,
    deletionPolicy: props.deletionPolicy,
  };
}

function referenceOf(dependency: SyncDependency) {
  return typeof dependency === 'string' ? { name: dependency } : dependency;
}
