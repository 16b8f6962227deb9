import { spawnSync } from 'node:child_process';
import type { Hook, KubeObject } from '../../../operator/kit';
import { bindingsOf } from '../../../operator/kit/bindings';

const hook: Hook<KubeObject> = {
  name: 'lamps',
  items: {
    kind: { group: 'example.dev', version: 'v1', kind: 'Lamp', plural: 'lamps' },
    only: '.spec.lit == true',
    fields: { color: '.spec.color' },
  },
  related: {
    bulbs: {
      kind: { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps' },
      namespace: 'hall',
      labels: { part: 'bulb' },
      itemOf: () => undefined,
    },
  },
  reconcile: async () => {},
};

interface Binding {
  readonly name: string;
  readonly jqFilter: string;
}

const config = bindingsOf(hook) as { kubernetes: Binding[] };
const [items, bulbs] = config.kubernetes;

/** What the engine's filter makes of an object, by the jq of this machine where there is one. */
function filtered(filter: string, object: object): unknown {
  const { stdout, stderr, error } = spawnSync('jq', [filter], { input: JSON.stringify(object) });
  if (error) return undefined;
  expect(String(stderr)).toBe('');
  return JSON.parse(String(stdout));
}

test('the bindings of items, of what is related and of the schedule are in one queue of the hook', () => {
  expect(config).toMatchObject({
    configVersion: 'v1',
    kubernetes: [
      { name: 'items', apiVersion: 'example.dev/v1', kind: 'Lamp', queue: 'lamps' },
      {
        ...{ name: 'bulbs', apiVersion: 'v1', kind: 'ConfigMap', queue: 'lamps' },
        namespace: { nameSelector: { matchNames: ['hall'] } },
        labelSelector: { matchLabels: { part: 'bulb' } },
        executeHookOnSynchronization: false,
      },
    ],
    schedule: [{ crontab: '* * * * *', queue: 'lamps', includeSnapshotsFrom: ['items', 'bulbs'] }],
  });
  expect(JSON.stringify(config)).not.toContain('"keepFullObjectsInMemory":true');
});

test('a filter keeps the key, what the kit reads, and the fields asked for', () => {
  const metadata = { namespace: 'hall', name: 'one', uid: 'u', generation: 3, annotations: { big: 'x' } };
  const kept = filtered(items?.jqFilter ?? '', { metadata, spec: { lit: true, color: 'red' } });
  if (kept === undefined) return;
  const { annotations, ...rest } = metadata;
  expect(kept).toEqual({ ...rest, finalizers: null, deleting: false, color: 'red' });
  const going = { metadata: { ...metadata, deletionTimestamp: 'now', finalizers: ['f'] } };
  expect(filtered(bulbs?.jqFilter ?? '', going)).toEqual({ ...rest, finalizers: ['f'], deleting: true });
});

test('what a hook is not about is filtered down to nothing', () => {
  const dark = { metadata: { name: 'one' }, spec: { lit: false } };
  expect([null, undefined]).toContain(filtered(items?.jqFilter ?? '', dark));
});
