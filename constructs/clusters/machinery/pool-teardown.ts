import type { NodePool } from '../../fleet/cluster';
import { ALLOW_DELETION } from '../../protection/protect';

/** The pools of a cluster that are not removed, each with its index. */
export function standing<P extends NodePool>(pools: readonly P[]): [number, P][] {
  return [...pools.entries()].filter(([, { teardown }]) => teardown !== 'removed');
}

/**
 * The annotations of what Flux prunes when a pool is removed: its machine deployments and health check.
 * Its templates are not among it: machines that still run may need them to be replaced.
 */
export function poolAnnotations({ teardown }: NodePool): Record<string, string> | undefined {
  return teardown === 'allowed' ? { [ALLOW_DELETION]: 'true' } : undefined;
}
