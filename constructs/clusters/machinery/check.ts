import { checkChoice } from '../../fleet/check/choice';
import { isLabelValue } from '../../fleet/check/labels';
import type { ClusterNetworks, DeletionTimeouts, NodePool, Rollout, Taint } from '../../fleet/cluster';
import { checkDuration } from '../../flux/duration';
import type { Problem } from '../../problem';
import { checkRemediation } from './health-check';
import { checkNodeLabels, isLabelKey } from './labels';
import { deploymentName } from './machine-deployment';
import type { KubeadmControlPlane, Remediation } from './props';

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
    ...checkZoneShares(path, `${field}.replicas`, pool, suffixes.length),
    ...checkNodeLabels(path, `${field}.labels`, pool.labels),
    ...checkTaints(path, field, pool.taints),
    ...checkRollout(path, field, pool.rollout),
    ...checkDeletion(path, field, pool.deletion),
    ...checkRemediation(path, field, pool),
  ];
}

/** A group that may have no machine is none that an autoscaler scales. */
function checkZoneShares(path: string, field: string, { replicas }: NodePool, zones: number): Problem[] {
  if (typeof replicas === 'number' || replicas.max < 1 || replicas.max >= zones) return [];
  const { max } = replicas;
  return [
    {
      code: 'pool-zone-empty',
      path,
      field,
      value: replicas,
      problem: `allows ${max} machine${max === 1 ? '' : 's'} in ${zones} zones: an autoscaler could add none in one of them`,
      remedy: `make \`max\` ${zones} or more, or give the pool fewer \`zones\``,
    },
  ];
}

/** What is wrong with a control plane that kubeadm sets up, beside its size. */
export function checkKubeadm(path: string, controlPlane: KubeadmControlPlane): Problem[] {
  const { deletion, retries = {} } = controlPlane;
  const { maxRetry, retryPeriod, minHealthyPeriod } = retries;
  const field = 'controlPlane.retries';
  return [
    ...checkRemediation(path, 'controlPlane', controlPlane),
    ...checkDeletion(path, 'controlPlane', deletion),
    ...checkDuration(path, `${field}.retryPeriod`, retryPeriod),
    ...checkDuration(path, `${field}.minHealthyPeriod`, minHealthyPeriod),
    ...(maxRetry === undefined || isCount(maxRetry)
      ? []
      : [
          {
            code: 'retries-invalid',
            path,
            field: `${field}.maxRetry`,
            value: maxRetry,
            problem: 'is no number of replacements',
            remedy: 'use a whole number, 0 or more',
          },
        ]),
  ];
}

function checkDeletion(path: string, field: string, { drain, volumeDetach, node }: DeletionTimeouts = {}) {
  return [
    ...checkDuration(path, `${field}.deletion.drain`, drain),
    ...checkDuration(path, `${field}.deletion.volumeDetach`, volumeDetach),
    ...checkDuration(path, `${field}.deletion.node`, node),
  ];
}

/** What the API server, or a kubelet, would refuse. */
export function checkTaints(path: string, field: string, taints: readonly Taint[] = []): Problem[] {
  return taints.flatMap((taint, i) => {
    const { key, value = '', effect } = taint;
    const at = `${field}.taints[${i}]`;
    const effects = checkChoice(path, `${at}.effect`, effect, [
      'NoSchedule',
      'PreferNoSchedule',
      'NoExecute',
    ]);
    if (isLabelKey(key) && isLabelValue(value)) return effects;
    return [
      ...effects,
      {
        code: 'taint-malformed',
        path,
        field: at,
        value: taint,
        problem: 'is no taint that Kubernetes takes',
        remedy: 'use a key and value like those of labels, such as example.com/gpu and true',
      },
    ];
  });
}

/** Numbers or shares; with neither more nor fewer machines no rollout could begin. */
function checkRollout(path: string, field: string, rollout: Rollout | undefined): Problem[] {
  if (!rollout) return [];
  const { maxSurge = 1, maxUnavailable = 0 } = rollout;
  const wrong = Object.entries({ maxSurge, maxUnavailable }).filter(
    ([, value]) => !isCount(value) && !(typeof value === 'string' && /^(\d{1,2}|100)%$/.test(value)),
  );
  if (wrong.length > 0) {
    return wrong.map(([name, value]) => ({
      code: 'rollout-malformed',
      path,
      field: `${field}.rollout.${name}`,
      value,
      problem: 'is no number of machines and no share of them',
      remedy: 'use a whole number, 0 or more, or a share such as 25%',
    }));
  }
  if (Number.parseInt(String(maxSurge), 10) > 0 || Number.parseInt(String(maxUnavailable), 10) > 0) return [];
  return [
    {
      code: 'rollout-stuck',
      path,
      field: `${field}.rollout`,
      value: rollout,
      problem: 'allows neither a machine more nor one less: no machine could ever be replaced',
      remedy: 'make `maxSurge` or `maxUnavailable` 1 or more',
    },
  ];
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
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
