import type { Controller } from '../../stack/flux';
import type { LiveCluster } from '../../stack/live/live-fleet';

/** What the Flux of a cluster has done since it started. */
export interface Work {
  /** How often kustomize-controller has looked at a sync. */
  readonly syncs: number;
  /** How often source-controller has looked at a source. */
  readonly sources: number;
  /** What kustomize-controller has asked its API server. */
  readonly requests: number;
}

/** Reads what the Flux of a cluster has done. */
export async function workOf({ flux }: LiveCluster): Promise<Work> {
  const [kustomize, source] = await Promise.all(CONTROLLERS.map((name) => flux.metrics(name)));
  const reconciles = 'controller_runtime_reconcile_total';
  return {
    syncs: total(kustomize, reconciles, 'controller="kustomization"'),
    sources:
      total(source, reconciles, 'controller="gitrepository"') +
      total(source, reconciles, 'controller="ocirepository"'),
    requests: total(kustomize, 'rest_client_requests_total'),
  };
}

const CONTROLLERS: readonly Controller[] = ['kustomize-controller', 'source-controller'];

/** What was done between two readings. */
export function since(before: Work, after: Work): Work {
  return {
    syncs: after.syncs - before.syncs,
    sources: after.sources - before.sources,
    requests: after.requests - before.requests,
  };
}

/** The sum of a counter over its series, or those with a label, in the text format of Prometheus. */
function total(text = '', counter: string, label = ''): number {
  const series = text
    .split('\n')
    .filter((line) => line.startsWith(`${counter}{`) && line.includes(label))
    .map((line) => Number(line.slice(line.lastIndexOf(' '))));
  return series.reduce((sum, value) => sum + value, 0);
}
