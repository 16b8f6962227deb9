import { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import { HelmChart, type HelmChartSpec, OciRepository } from '../../imports/source.toolkit.fluxcd.io';
import { checkFields } from '../fleet/check/fields';
import { CHART_LAYER } from '../flux/helm-app/chart';
import { ociSpec } from '../flux/source/oci-source';
import { FLEET } from '../flux/wiring/names';
import { artifactOf, ociSourceOf } from '../flux/wiring/source';
import type { Plain } from '../plain';
import { addCheck } from '../problem';
import { BUCKET_ACCOUNT } from '../redis-backup/jobs';
import {
  PLATFORM_NAMESPACE,
  RELEASE_ACCOUNT,
  RELEASE_NAMESPACE,
  type RedisPlatform,
  roleAnnotation,
} from '../redis-backup/platform';
import { REDIS_CHART_VERSION } from '../redis-backup/shared-chart';
import { addReleaseGuard } from './guard';
import { clusterRole, clusterRoleBinding, type Rule, serviceAccount } from './rbac';

/** What Helm may do: the kinds that charts/redis makes, and the Secrets that it keeps its history in. */
const RULES: readonly Rule[] = [
  {
    apiGroups: [''],
    resources: ['configmaps', 'secrets', 'services'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  },
  {
    apiGroups: ['apps'],
    resources: ['statefulsets'],
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  },
  { apiGroups: ['apps'], resources: ['replicasets', 'controllerrevisions'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] },
  // A volume grows by its claim. Helm never deletes one.
  {
    apiGroups: [''],
    resources: ['persistentvolumeclaims'],
    verbs: ['get', 'list', 'watch', 'create', 'patch'],
  },
];

/** Properties of a `SharedRelease`. */
export interface SharedReleaseProps {
  /**
   * The platform of bundles that are rendered in the mode `expanded`: also makes the account of their bucket
   * Jobs, in the platform's namespace.
   * @default none: the operator makes buckets
   */
  readonly expandedFor?: RedisPlatform;
}

/**
 * What the HelmReleases of all bundles share: the chart, and the account that Helm acts as. The fleet's source has
 * to have charts/redis, or the HelmChart (in a registry, the OCIRepository) does not get Ready.
 *
 * The account's rights hold in every namespace, not only where bundles are, on purpose: a binding inside an
 * app's namespace goes with the app or the namespace, and Helm could not uninstall any more. A policy keeps them
 * out of the namespaces of the cluster's own machinery, and their pods without tokens.
 *
 * `FleetOperator` contains it; a cluster without the operator adds it by itself, once.
 */
export class SharedRelease extends Construct {
  constructor(scope: Construct, id: string, props: SharedReleaseProps = {}) {
    super(scope, id);
    addCheck(this, () => checkFields(this.node.path, '', props, { expandedFor: 'object?' }));
    this.addChart();
    new ApiObject(this, 'account', serviceAccount(RELEASE_ACCOUNT, RELEASE_NAMESPACE));
    new ApiObject(this, 'role', clusterRole(RELEASE_ACCOUNT, RULES));
    new ApiObject(this, 'binding', clusterRoleBinding(RELEASE_ACCOUNT, RELEASE_NAMESPACE));
    addReleaseGuard(this);
    if (props.expandedFor) this.addBucketAccount(props.expandedFor);
  }

  /** By version, not by revision: a commit that leaves the chart alone restarts no Redis. */
  private addChart(): void {
    const metadata = { name: RELEASE_ACCOUNT, namespace: RELEASE_NAMESPACE };
    const registry = ociSourceOf(this);
    if (registry) {
      const artifact = artifactOf(registry, 'charts/redis', REDIS_CHART_VERSION);
      const spec = ociSpec({ ...artifact, interval: '10m', layerSelector: CHART_LAYER });
      new OciRepository(this, 'chart', { metadata, spec });
      return;
    }
    const chart: Plain<HelmChartSpec> = {
      chart: './charts/redis',
      sourceRef: { kind: 'GitRepository', name: FLEET },
      reconcileStrategy: 'ChartVersion',
      interval: '10m',
    };
    new HelmChart(this, 'chart', { metadata, spec: chart as HelmChartSpec });
  }

  private addBucketAccount({ namespace = PLATFORM_NAMESPACE, s3 }: RedisPlatform): void {
    new ApiObject(this, 'bucket', serviceAccount(BUCKET_ACCOUNT, namespace, roleAnnotation(s3.operator)));
  }
}
