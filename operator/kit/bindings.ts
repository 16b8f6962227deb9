import type { Hook, Watched } from './hook';
import { apiVersionOf, type KubeObject } from './objects';

/** The binding of the items. */
export const ITEMS = 'items';
/** The binding of the schedule. */
export const TICK = 'tick';

/**
 * What a hook answers to `--config`. Events bring only the object that changed, and the schedule brings the snapshots:
 * with both in every event, a burst of them would hold each object many times.
 *
 * @see https://flant.github.io/shell-operator/HOOKS.html
 */
export function bindingsOf<Item extends KubeObject>(hook: Hook<Item>): object {
  const { name: queue, related = {}, every = '* * * * *' } = hook;
  const snapshots = [ITEMS, ...Object.keys(related)];
  return {
    configVersion: 'v1',
    kubernetes: [
      { ...binding(ITEMS, hook.items), queue },
      ...Object.entries(related).map(([name, watched]) => ({
        ...binding(name, watched),
        queue,
        // What has lost its item while the operator was down.
        executeHookOnSynchronization: hook.gone !== undefined,
      })),
    ],
    // A group: ticks that wait for a long run become one.
    schedule: [{ name: TICK, crontab: every, queue, group: TICK, includeSnapshotsFrom: snapshots }],
  };
}

function binding(name: string, { kind, namespace, labels, only, fields }: Watched): object {
  return {
    name,
    apiVersion: apiVersionOf(kind),
    kind: kind.kind,
    ...(namespace ? { namespace: { nameSelector: { matchNames: [namespace] } } } : {}),
    ...(labels ? { labelSelector: { matchLabels: labels } } : {}),
    jqFilter: only ? `if ${only} then ${filterOf(fields)} else null end` : filterOf(fields),
    keepFullObjectsInMemory: false,
  };
}

function filterOf(fields: Watched['fields'] = {}): string {
  const members: Record<string, string> = {
    ...fields,
    namespace: '(.metadata.namespace // "")',
    name: '.metadata.name',
    uid: '.metadata.uid',
    generation: '.metadata.generation',
    finalizers: '.metadata.finalizers',
    deleting: '(.metadata.deletionTimestamp != null)',
  };
  return `{${Object.entries(members)
    .map(([name, expression]) => `${name}: ${expression}`)
    .join(', ')}}`;
}
