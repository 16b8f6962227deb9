import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import type { ConfigMap } from '../../imports/kubernetes';
import { PrometheusRule, ServiceMonitor, type ServiceMonitorSpec } from '../../imports/monitoring.coreos.com';
import type { Manifest } from '../emit/manifest';
import { ManifestFile } from '../emit/manifest-file';
import { checkFields, type Fields } from '../fleet/check/fields';
import { addCheck, type Problem } from '../problem';
import { checkDestinations, checkPlatformHere } from '../redis-backup/check-cluster';
import { checkImage } from '../redis-backup/check-platform';
import { hashOf } from '../redis-backup/identity';
import {
  PLATFORM_NAMESPACE,
  RELEASE_NAMESPACE,
  type RedisPlatform,
  roleAnnotation,
} from '../redis-backup/platform';
import { BYTES_PATTERN } from '../redis-backup/quantity';
import { withSharedChart } from '../redis-backup/shared-chart';
import { typed } from '../redis-backup/typed';
import { OPERATOR_IMAGE } from '../versions';
import { OPERATOR, operatorDeployment } from './deployment';
import { addOperatorGuard } from './guard';
import { ALERTS, MONITOR } from './monitoring';
import { metricsService, operatorPolicy } from './network';
import { clusterRole, clusterRoleBinding, roleIn, serviceAccount } from './rbac';
import { BUNDLE_RULES, OWN_RULES, RESTART_RULES, releaseRules } from './rights';
import { SharedRelease } from './shared-release';

/** Properties of a `FleetOperator`. */
export interface FleetOperatorProps {
  /** What holds for every bundle of the cluster: S3, images, chart. */
  readonly platform: RedisPlatform;
  /** The operator's image; another than the default needs a digest. @default this version's */
  readonly image?: string;
  /** Memory of the operator, request and limit, a quantity of bytes. @default 512Mi */
  readonly memory?: string;
  /** Addresses of the API server, of its Service too, in CIDR notation. @default all, on ports 443 and 6443 */
  readonly apiServerCidrs?: readonly string[];
  /**
   * Render ServiceMonitor and PrometheusRule, for a cluster that has the Prometheus operator.
   * It takes `platform.monitoringNamespace`, which says from where metrics may be read.
   * @default false
   */
  readonly monitoring?: boolean;
}

const FIELDS: Fields<FleetOperatorProps> = {
  platform: 'object',
  image: 'string?',
  memory: 'string?',
  apiServerCidrs: 'strings?',
  monitoring: 'boolean?',
};

/**
 * The operator, for an add-on of the layer `controllers` in the namespace `fleetwright-system`: its account,
 * rights and the policy that limits them, Deployment, network and alerts, and what the HelmReleases of all bundles share.
 *
 * Its definitions are apart (`FleetOperatorCrds`): they belong to the layer `crds`.
 *
 * @see docs/redis-platform.md for arguments, environment and metrics
 */
export class FleetOperator extends Construct {
  constructor(scope: Construct, id: string, props: FleetOperatorProps) {
    super(scope, id);
    const problems = checkProps(this, props);
    addCheck(this, () => problems);
    if (problems.length > 0) return;
    const { image = OPERATOR_IMAGE, memory = '512Mi' } = props;
    const platform = withSharedChart(this, props.platform);
    const namespace = platform.namespace ?? PLATFORM_NAMESPACE;
    const chart = Chart.of(this);
    const cluster = ManifestFile.is(chart) ? chart.cluster : '';
    addOperatorGuard(this, namespace, platform);
    this.addRights(namespace, platform);
    const settings = settingsMap(namespace, platform);
    this.add('settings', settings);
    this.add(
      'deployment',
      operatorDeployment({
        ...{ namespace, image, cluster, memory },
        s3: platform.s3.operator,
        settingsHash: hashOf([JSON.stringify(settings.data)]),
      }),
    );
    this.add('network', operatorPolicy(namespace, platform, props.apiServerCidrs));
    this.add('service', metricsService(namespace));
    if (props.monitoring) this.addMonitoring(namespace);
    new SharedRelease(this, 'release');
  }

  private addRights(namespace: string, { s3, chart }: RedisPlatform): void {
    const account = { name: OPERATOR, namespace };
    this.add('account', serviceAccount(OPERATOR, namespace, roleAnnotation(s3.operator)));
    for (const [name, rules] of [
      [`${OPERATOR}-bundles`, BUNDLE_RULES],
      [`${OPERATOR}-restart-on`, RESTART_RULES],
    ] as const) {
      this.add(name, clusterRole(name, rules));
      this.add(`${name}-binding`, clusterRoleBinding(name, namespace, OPERATOR));
    }
    for (const [id, where, rules] of [
      ['releases', RELEASE_NAMESPACE, releaseRules(chart)],
      ['own', namespace, OWN_RULES],
    ] as const) {
      const [rights, binding] = roleIn(where, OPERATOR, rules, account);
      this.add(id, rights);
      this.add(`${id}-binding`, binding);
    }
  }

  private addMonitoring(namespace: string): void {
    const metadata = { name: OPERATOR, namespace };
    new ServiceMonitor(this, 'monitor', { metadata, spec: MONITOR as ServiceMonitorSpec });
    new PrometheusRule(this, 'alerts', { metadata, spec: ALERTS });
  }

  private add(id: string, manifest: Manifest): void {
    new ApiObject(this, id, manifest);
  }
}

/** What the hooks read: the platform's settings. */
function settingsMap(namespace: string, platform: RedisPlatform): Manifest {
  return typed<ConfigMap>({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: OPERATOR, namespace },
    data: { 'platform.json': `${JSON.stringify(platform, null, 2)}\n` },
  });
}

function checkProps(construct: Construct, props: FleetOperatorProps): Problem[] {
  const { platform, image = OPERATOR_IMAGE, memory, monitoring } = props;
  const { path } = construct.node;
  const malformed = checkFields(path, '', props, FIELDS);
  if (malformed.length > 0) return malformed;
  const problems = [
    ...checkPlatformHere(construct, platform, true),
    ...checkDestinations(path, 'apiServerCidrs', props.apiServerCidrs),
    ...checkImage(path, 'image', image, OPERATOR_IMAGE),
  ];
  if (monitoring && problems.length === 0 && platform.monitoringNamespace === undefined) {
    problems.push({
      code: 'field-missing',
      path,
      field: 'platform.monitoringNamespace',
      value: undefined,
      problem:
        'is required with `monitoring`: without it, no pod may read the metrics, and every alert is blind',
      remedy: 'name the namespace of Prometheus, or leave out `monitoring`',
    });
  }
  if (memory !== undefined && !new RegExp(BYTES_PATTERN).test(memory)) {
    const remedy = 'write a whole number of bytes with a unit, such as 512Mi';
    const problem = 'is no quantity of bytes';
    problems.push({ code: 'value-invalid', path, field: 'memory', value: memory, problem, remedy });
  }
  return problems;
}
