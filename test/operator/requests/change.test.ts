import fc from 'fast-check';
import { changeOf } from '../../../operator/requests/change';

type Fields = Record<string, unknown>;

/** What the API server makes of a merge patch (RFC 7386). */
function merged(live: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Fields = typeof live === 'object' && live !== null && !Array.isArray(live) ? { ...live } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete result[name];
    else result[name] = merged(result[name], value);
  }
  return result;
}

test('sets what is wanted, removes what was, and leaves what others have set', () => {
  const before = { schedule: 'x', redis: { memory: '1Gi', storage: { size: '2Gi' } } };
  const wanted = { freshness: '3h', redis: { memory: '2Gi' } };
  const live = { ...before, restore: { id: 'mine' }, redis: { ...before.redis, image: 'mine' } };
  const patch = changeOf(before, wanted, live);
  expect(patch).toEqual({
    schedule: null,
    freshness: '3h',
    redis: { memory: '2Gi', storage: { size: null } },
  });
  expect(changeOf(wanted, wanted, merged(live, patch) as Fields)).toBeUndefined();
});

test('puts back what another has changed or removed', () => {
  const wanted = { redis: { memory: '1Gi' }, schedule: 'x' };
  expect(changeOf(wanted, wanted, { redis: { memory: '8Gi' } })).toEqual(wanted);
  expect(changeOf(wanted, wanted, wanted)).toBeUndefined();
  expect(changeOf({}, wanted, { redis: 'nonsense' })).toEqual(wanted);
});

test('one change is enough, whatever there was', () => {
  const leaf = fc.constantFrom<unknown>('a', 'b', 1, true, ['x']);
  const level = (inner: fc.Arbitrary<unknown>) =>
    fc.dictionary(fc.constantFrom('p', 'q', 'r'), inner, { maxKeys: 3, noNullPrototype: true });
  const fields = level(fc.oneof(leaf, level(fc.oneof(leaf, level(leaf)))));
  fc.assert(
    fc.property(fields, fields, fields, (before, wanted, others) => {
      const live = merged(others, before) as Fields;
      const patch = changeOf(before, wanted, live);
      const after = (patch ? merged(live, patch) : live) as Fields;
      expect(merged(after, wanted)).toEqual(after);
      expect(changeOf(wanted, wanted, after)).toBeUndefined();
    }),
  );
});
