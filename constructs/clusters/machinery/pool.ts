import type { DeletionTimeouts, NodePool, ReplicaRange, Taint } from '../../fleet/cluster';
import { secondsOf } from '../../flux/duration';
import { ALLOW_DELETION } from '../../protection/protect';
import type { Argument } from './kubeadm';

/**
 * By these an autoscaler finds the groups that it may scale.
 *
 * @see https://cluster-api.sigs.k8s.io/tasks/automated-machine-management/autoscaling
 */
const AUTOSCALER = 'cluster.x-k8s.io/cluster-api-autoscaler-node-group';

/** The pools of a cluster that are not removed, each with its index. */
export function standing<P extends Pick<NodePool, 'teardown'>>(pools: readonly P[]): [number, P][] {
  return [...pools.entries()].filter(([, { teardown }]) => teardown !== 'removed');
}

/**
 * The annotations of what Flux prunes when a pool is removed: its machine deployments and health check.
 * Its templates are not among it: machines that still run may need them to be replaced.
 */
export function poolAnnotations({
  teardown,
}: Pick<NodePool, 'teardown'>): Record<string, string> | undefined {
  return teardown === 'allowed' ? { [ALLOW_DELETION]: 'true' } : undefined;
}

/** The annotations by which an autoscaler knows how far it may go. */
export function autoscalerAnnotations({ min, max }: ReplicaRange): Record<string, string> {
  return { [`${AUTOSCALER}-max-size`]: String(max), [`${AUTOSCALER}-min-size`]: String(min) };
}

/**
 * How many machines of a pool each zone gets: as evenly as it goes, the first zones by name one more. The
 * order in which the zones were written moves no machine.
 */
export function distribute<R extends number | ReplicaRange>(
  replicas: R,
  zones: readonly string[],
): Map<string, R> {
  const sorted = [...zones].sort();
  const share = (whole: number, i: number) =>
    Math.floor(whole / sorted.length) + (i < whole % sorted.length ? 1 : 0);
  const part = (i: number): number | ReplicaRange =>
    typeof replicas === 'number'
      ? share(replicas, i)
      : { min: share(replicas.min, i), max: share(replicas.max, i) };
  return new Map(sorted.map((zone, i) => [zone, part(i) as R]));
}

/** The steps of a machine's end, as Cluster API has them: whole seconds, `0` is no limit. */
export function deletionOf({ drain, volumeDetach, node }: DeletionTimeouts = {}) {
  if (!drain && !volumeDetach && !node) return undefined;
  return {
    nodeDrainTimeoutSeconds: secondsOf(drain),
    nodeVolumeDetachTimeoutSeconds: secondsOf(volumeDetach),
    nodeDeletionTimeoutSeconds: secondsOf(node),
  };
}

/** Taints as a kubelet's argument takes them; none if there are none. */
export function taintArguments(taints: readonly Taint[] = []): Argument[] {
  if (taints.length === 0) return [];
  const texts = taints.map(({ key, value = '', effect }) => `${key}=${value}:${effect}`);
  return [{ name: 'register-with-taints', value: texts.sort().join(',') }];
}
