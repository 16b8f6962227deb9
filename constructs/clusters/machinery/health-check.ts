import { ApiObject, type ApiObjectMetadata, type Chart } from 'cdk8s';
import type { MachineHealthCheckSpec } from '../../../imports/cluster.x-k8s.io';
import type { ControlPlane, NodePool } from '../../fleet/cluster';
import type { Plain } from '../../plain';
import type { Problem } from '../../problem';
import { poolAnnotations } from './pool-teardown';
import type { Remediation } from './props';
import { CLUSTER_NAME_LABEL, GROUPS, POOL_LABEL, VERSION } from './reference';

/** How long a node may be unready or silent, in seconds. */
const UNHEALTHY_AFTER = 300;

/** How long a machine may take to become a node, in seconds. */
const STARTUP = 900;

const CONTROL_PLANE_LABEL = 'cluster.x-k8s.io/control-plane';

/** Adds the `MachineHealthCheck` of a control plane, whose machines are replaced one at a time. */
export function addControlPlaneHealthCheck(
  chart: Chart,
  cluster: string,
  { unhealthyLimit = 1 }: ControlPlane & Remediation,
): void {
  const metadata = { name: `${cluster}-control-plane` };
  addHealthCheck(chart, 'control-plane-health', metadata, cluster, unhealthyLimit, {
    [CONTROL_PLANE_LABEL]: '',
  });
}

/** Adds the `MachineHealthCheck` of a pool, over all its zones. */
export function addPoolHealthCheck(
  chart: Chart,
  id: string,
  cluster: string,
  pool: NodePool & Remediation,
): void {
  const { name, replicas, unhealthyLimit = replicas < 3 ? 1 : '40%' } = pool;
  const metadata = { name: `${cluster}-${name}`, annotations: poolAnnotations(pool) };
  addHealthCheck(chart, id, metadata, cluster, unhealthyLimit, { [POOL_LABEL]: name });
}

/** @see https://cluster-api.sigs.k8s.io/tasks/automated-machine-management/healthchecking */
function addHealthCheck(
  chart: Chart,
  id: string,
  metadata: ApiObjectMetadata,
  cluster: string,
  limit: number | string,
  labels: Readonly<Record<string, string>>,
): void {
  const spec: Plain<Omit<MachineHealthCheckSpec, 'remediation'>> & { remediation: object } = {
    clusterName: cluster,
    selector: { matchLabels: { [CLUSTER_NAME_LABEL]: cluster, ...labels } },
    checks: {
      nodeStartupTimeoutSeconds: STARTUP,
      unhealthyNodeConditions: [
        { type: 'Ready', status: 'Unknown', timeoutSeconds: UNHEALTHY_AFTER },
        { type: 'Ready', status: 'False', timeoutSeconds: UNHEALTHY_AFTER },
      ],
    },
    remediation: { triggerIf: { unhealthyLessThanOrEqualTo: limit } },
  };
  new ApiObject(chart, id, {
    apiVersion: `${GROUPS.cluster}/${VERSION}`,
    kind: 'MachineHealthCheck',
    metadata,
    spec,
  });
}

/** A limit that is neither a number of machines nor a share of them, or that no machine stays below. */
export function checkUnhealthyLimit(path: string, field: string, value: unknown): Problem[] {
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
