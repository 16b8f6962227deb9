import type { Problem } from '../../problem';
import { ALLOW_DELETION } from '../../protection/protect';
import type { ClusterChange } from './read';
import type { Remedies } from './remedy';

/** Releases of boot that Flux was never told to remove, such as the CNI: they would stay beside their heirs. */
export function checkBootKept(change: ClusterChange, remedies: Remedies): Problem[] {
  const { before, after } = change;
  const isThere = (name: string) =>
    after.some(({ kind, metadata }) => isRelease(kind) && metadata.name === name);
  return before
    .filter(({ kind, metadata }) => isRelease(kind) && metadata.annotations?.[ALLOW_DELETION] !== 'true')
    .filter(({ metadata }) => !isThere(metadata.name))
    .map(({ metadata }) => ({
      code: 'boot-dropped',
      path: `clusters/${change.name}`,
      field: 'cni',
      value: metadata.name,
      problem:
        'is what nothing there starts without: nobody would remove it, and another would come beside it',
      remedy: remedies.newCluster(change),
    }));
}

function isRelease(kind: string): boolean {
  return kind === 'HelmRelease';
}
