import type { Found, Hook, KubeObject } from '../../../operator/kit';
import { type BindingContext, workOf } from '../../../operator/kit/contexts';

const kind = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
const hook: Hook<KubeObject> = {
  name: 'lamps',
  items: { kind },
  related: {
    bulbs: {
      kind,
      itemOf: ({ namespace, lamp }) => (typeof lamp === 'string' ? { namespace, name: lamp } : undefined),
    },
  },
  reconcile: async () => {},
};

const found = (name: string, more: object = {}): Found => ({
  ...{ namespace: 'hall', name, uid: name, generation: 1, deleting: false },
  ...more,
});
const now = new Date();
const reasons = (contexts: BindingContext[], of: Hook<KubeObject> = hook) =>
  Object.fromEntries(
    [...workOf(of, contexts, now).items.values()].map(({ key, reason }) => [key.name, reason]),
  );
const snapshots = (items: readonly (Found | null)[], bulbs: readonly Found[] = []) => ({
  items: items.map((filterResult) => ({ filterResult })),
  bulbs: bulbs.map((filterResult) => ({ filterResult })),
});
const tick = (...args: Parameters<typeof snapshots>): BindingContext => ({
  ...{ binding: 'tick', type: 'Group', groupName: 'tick', snapshots: snapshots(...args) },
});

test('an event names its item, one of what is related the item that it belongs to', () => {
  expect(
    reasons([
      { binding: 'items', type: 'Event', filterResult: found('one') },
      { binding: 'bulbs', type: 'Event', filterResult: found('bulb', { lamp: 'two' }) },
      { binding: 'bulbs', type: 'Event', filterResult: found('spare') },
    ]),
  ).toEqual({ one: 'changed', two: 'related' });
});

test('an item is looked at once in a run, for the first reason', () => {
  const event = { binding: 'items', type: 'Event', filterResult: found('one') } as const;
  expect(reasons([tick([found('one'), found('two')]), event, event])).toEqual({
    one: 'changed',
    two: 'tick',
  });
});

test('at the start all items are looked at, and what has lost its item', () => {
  const objects = snapshots([found('one'), found('two')]).items;
  const bulbs = [found('bulb', { lamp: 'lost' }), found('spare')].map((filterResult) => ({ filterResult }));
  expect(
    reasons([
      { binding: 'items', type: 'Event', filterResult: found('one') },
      { binding: 'items', type: 'Synchronization', objects },
      { binding: 'bulbs', type: 'Synchronization', objects: bulbs },
    ]),
  ).toEqual({ one: 'start', two: 'start', lost: 'start' });
});

test('a tick looks at those that are due, at those that are being deleted, and at what has lost its item', () => {
  const due = { ...hook, due: ({ name }: Found) => name === 'one' };
  const items = [found('one'), found('two'), found('three', { deleting: true })];
  const lost = [found('bulb', { lamp: 'lost' }), found('other', { lamp: 'two' })];
  expect(reasons([tick(items, lost)], due)).toEqual({ one: 'tick', three: 'tick' });
  expect(reasons([tick(items, lost)], { ...due, gone: async () => {} })).toEqual({
    ...{ one: 'tick', three: 'tick' },
    lost: 'tick',
  });
});

test('what the filter left nothing of is no item, and the items are known only where all were told', () => {
  const { items, known } = workOf(hook, [tick([null, found('one'), null])], now);
  expect([...items.keys()]).toEqual(['hall/one']);
  expect(known?.items?.map(({ name }) => name)).toEqual(['one']);
  const event: BindingContext = { binding: 'items', type: 'Event', filterResult: null };
  expect(workOf(hook, [event], now)).toEqual({ items: new Map(), known: undefined });
});

test('a tick begins with what is being deleted, and with another of the rest each time', () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => found(name, { deleting: name === 'd' }));
  const order = (minute: number) =>
    [...workOf(hook, [tick(all)], new Date(minute * 60_000)).items.values()].map(({ key }) => key.name);
  const orders = [0, 1, 2, 3, 4].map(order);
  expect(orders.map(([first]) => first)).toEqual(['d', 'd', 'd', 'd', 'd']);
  expect(new Set(orders.map(([, second]) => second)).size).toBeGreaterThan(2);
});
