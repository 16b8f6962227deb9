import { ApiObject, type ApiObjectMetadata, type Chart } from 'cdk8s';
import type { MachineHealthCheckSpec } from '../../../imports/cluster.x-k8s.io';
import { type ControlPlane, type NodePool, rangeOf } from '../../fleet/cluster';
import { checkDuration, secondsOf } from '../../flux/duration';
import type { Plain } from '../../plain';
import type { Problem } from '../../problem';
import { poolAnnotations } from './pool';
import type { Remediation } from './props';
import { CLUSTER_NAME_LABEL, GROUPS, POOL_LABEL, VERSION } from './reference';

const CONTROL_PLANE_LABEL = 'cluster.x-k8s.io/control-plane';

/** Adds the `MachineHealthCheck` of a control plane, whose machines are replaced one at a time. */
export function addControlPlaneHealthCheck(
  chart: Chart,
  cluster: string,
  controlPlane: ControlPlane & Remediation,
): void {
  const metadata = { name: `${cluster}-control-plane` };
  const limits = { unhealthyLimit: 1, ...controlPlane };
  addHealthCheck(chart, 'control-plane-health', metadata, cluster, limits, { [CONTROL_PLANE_LABEL]: '' });
}

/** Adds the `MachineHealthCheck` of a pool, over all its zones. */
export function addPoolHealthCheck(
  chart: Chart,
  id: string,
  cluster: string,
  pool: NodePool & Remediation,
): void {
  const { name, replicas, unhealthyLimit = rangeOf(replicas).max < 3 ? 1 : '40%' } = pool;
  const metadata = { name: `${cluster}-${name}`, annotations: poolAnnotations(pool) };
  addHealthCheck(chart, id, metadata, cluster, { ...pool, unhealthyLimit }, { [POOL_LABEL]: name });
}

/** @see https://cluster-api.sigs.k8s.io/tasks/automated-machine-management/healthchecking */
function addHealthCheck(
  chart: Chart,
  id: string,
  metadata: ApiObjectMetadata,
  cluster: string,
  { unhealthyLimit, unhealthyAfter = '5m', startupTimeout = '15m' }: Remediation,
  labels: Readonly<Record<string, string>>,
): void {
  const timeoutSeconds = secondsOf(unhealthyAfter);
  const spec: Plain<Omit<MachineHealthCheckSpec, 'remediation'>> & { remediation: object } = {
    clusterName: cluster,
    selector: { matchLabels: { [CLUSTER_NAME_LABEL]: cluster, ...labels } },
    checks: {
      nodeStartupTimeoutSeconds: secondsOf(startupTimeout),
      unhealthyNodeConditions: [
        { type: 'Ready', status: 'Unknown', timeoutSeconds },
        { type: 'Ready', status: 'False', timeoutSeconds },
      ],
    },
    remediation: { triggerIf: { unhealthyLessThanOrEqualTo: unhealthyLimit } },
  };
  new ApiObject(chart, id, {
    apiVersion: `${GROUPS.cluster}/${VERSION}`,
    kind: 'MachineHealthCheck',
    metadata,
    spec,
  });
}

/** What is wrong with the limits of a control plane's or a pool's health check. */
export function checkRemediation(
  path: string,
  field: string,
  { unhealthyLimit, unhealthyAfter, startupTimeout }: Remediation,
): Problem[] {
  return [
    ...checkUnhealthyLimit(path, `${field}.unhealthyLimit`, unhealthyLimit),
    ...checkDuration(path, `${field}.unhealthyAfter`, unhealthyAfter),
    ...checkDuration(path, `${field}.startupTimeout`, startupTimeout),
  ];
}

/** A limit that is neither a number of machines nor a share of them, or that no machine stays below. */
function checkUnhealthyLimit(path: string, field: string, value: unknown): Problem[] {
  if (value === undefined) return [];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1) return [];
  if (typeof value === 'string' && /^([1-9]\d?|100)%$/.test(value)) return [];
  return [
    {
      code: 'unhealthy-limit-malformed',
      path,
      field,
      value,
      problem: 'is no number of machines and no share of them',
      remedy: 'use a whole number, 1 or more, or a share such as 40%',
    },
  ];
}
