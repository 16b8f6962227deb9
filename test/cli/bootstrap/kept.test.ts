import { differing, replacing } from '../../../cli/bootstrap/kept';

const secret = (name: string, data: Readonly<Record<string, string>>) => ({
  ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'clusters' }, data },
});

describe('a Secret that is kept', () => {
  it.each([
    ['has the same values', { a: 'aGlkZGVu', b: 'Yg==' }, { b: 'Yg', a: 'aGlk\nZGVu' }, 0],
    ['has another value', { a: 'aGlkZGVu' }, { a: 'b3RoZXI=' }, 1],
    ['has another key', { a: 'aGlkZGVu' }, { b: 'aGlkZGVu' }, 1],
    ['has one more key', { a: 'aGlkZGVu' }, { a: 'aGlkZGVu', b: 'aGlkZGVu' }, 1],
  ])('%s', (_, given, live, count) => {
    expect(differing([secret('git', given)], [secret('git', live)])).toHaveLength(count);
  });

  it('differs from none of another name, and is replaced by a command without values', () => {
    expect(differing([secret('git', { a: 'YQ==' })], [secret('other', {})])).toEqual([]);
    expect(replacing(secret('git', { a: 'YQ==' }), 'hub')).toBe(
      "kubectl --context 'hub' --namespace clusters delete secret git",
    );
  });
});
