import type { ClusterNetworks, NodePool } from '../../fleet/cluster';
import type { Problem } from '../../problem';
import { checkUnhealthyLimit } from './health-check';
import { checkNodeLabels } from './labels';
import { deploymentName } from './machine-deployment';
import type { Remediation } from './props';

/** What Cluster API appends to the name of a `MachineDeployment` for a machine; all of it fits in 63. */
const MACHINE_SUFFIX = 12;

/** What is wrong with a pool, whatever machines it is made of. */
export function checkPool(
  path: string,
  cluster: string,
  i: number,
  pool: NodePool & Remediation,
  suffixes: readonly string[] = [''],
): Problem[] {
  const field = `pools[${i}]`;
  return [
    ...suffixes.flatMap((suffix) => checkDeploymentName(path, `${field}.name`, cluster, pool.name, suffix)),
    ...checkNodeLabels(path, `${field}.labels`, pool.labels),
    ...checkUnhealthyLimit(path, `${field}.unhealthyLimit`, pool.unhealthyLimit),
  ];
}

function checkDeploymentName(
  path: string,
  field: string,
  cluster: string,
  pool: string,
  suffix: string,
): Problem[] {
  const name = deploymentName(cluster, pool, suffix);
  const over = name.length + MACHINE_SUFFIX - 63;
  if (over <= 0) return [];
  return [
    {
      code: 'pool-name-too-long',
      path,
      field,
      value: pool,
      problem: `makes machines whose names begin with ${name}, ${name.length} characters`,
      remedy: `shorten it or the cluster's name by ${over}: a machine's name has ${MACHINE_SUFFIX} more, and 63 at most`,
    },
  ];
}

/** A cluster that is made has blocks for pods and services; some providers choose silently without. */
export function checkNetworksGiven(path: string, networks: ClusterNetworks | undefined): Problem[] {
  return (['pods', 'services'] as const)
    .filter((field) => networks?.[field]?.length === 0)
    .map((field) => ({
      code: 'networks-empty',
      path,
      field: `networks.${field}`,
      value: networks?.[field],
      problem: 'has no block',
      remedy: `give ${field} a block of addresses, such as ${field === 'pods' ? '10.244.0.0/16' : '10.96.0.0/16'}`,
    }));
}
