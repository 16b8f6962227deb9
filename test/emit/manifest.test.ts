import { ApiObject, App, Chart, JsonPatch, Lazy } from 'cdk8s';
import fc from 'fast-check';
import { manifestOf } from '../../constructs/emit/manifest';
import { Kustomization, type KustomizationSpec } from '../../imports/kustomize.toolkit.fluxcd.io';

const plain = { noNullPrototype: true } as const;
const key = fc.string().filter((name) => name !== '__proto__');

const member = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, {}, []),
    fc.string().map((text) => Lazy.any({ produce: () => ({ lazy: text }) })),
    fc.string().map((text) => ({ resolve: () => [text, { nested: text }] })),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

const labels = fc.dictionary(key, fc.string(), { maxKeys: 3, noNullPrototype: true });

const owners = fc.array(
  fc.record({ apiVersion: fc.string(), kind: fc.string(), name: fc.string(), uid: fc.string() }, plain),
  { maxLength: 2 },
);

describe('manifestOf', () => {
  it('takes every resolver but the three that cdk8s has for a stranger', () => {
    expect(new App().resolvers.map((resolver) => resolver.constructor.name)).toEqual([
      'LazyResolver',
      'ImplicitTokenResolver',
      'NumberStringUnionResolver',
    ]);
  });

  it('renders arbitrary objects as cdk8s does', () => {
    const props = fc.record(
      {
        spec: member,
        data: member,
        metadata: fc.record(
          {
            labels,
            annotations: labels,
            finalizers: fc.array(fc.string(), { maxLength: 2 }),
            ownerReferences: owners,
          },
          plain,
        ),
      },
      plain,
    );
    fc.assert(
      fc.property(props, labels, (written, chartLabels) => {
        const app = new App();
        const chart = new Chart(app, 'chart', { namespace: 'ns', labels: chartLabels });
        const object = new ApiObject(chart, 'object', { apiVersion: 'v1', kind: 'Any', ...written });
        expect(JSON.stringify(sorted(manifestOf(object, app.resolvers)))).toBe(
          JSON.stringify(sorted(object.toJson())),
        );
      }),
    );
  });

  it('renders objects of generated bindings as cdk8s does', () => {
    const app = new App();
    const object = new Kustomization(new Chart(app, 'chart'), 'object', {
      metadata: { name: 'a', annotations: { b: Lazy.any({ produce: () => 'late' }) } },
      spec: {
        interval: Lazy.any({ produce: () => '5m' }),
        prune: true,
        dependsOn: [],
      } as unknown as KustomizationSpec,
    });
    expect(manifestOf(object, app.resolvers)).toEqual(object.toJson());
  });

  it('applies JSON patches, and sees metadata that was added later', () => {
    const app = new App();
    const object = new ApiObject(new Chart(app, 'chart'), 'object', {
      apiVersion: 'v1',
      kind: 'Any',
      spec: { a: 1 },
    });
    object.addJsonPatch(
      JsonPatch.replace('/spec/a', 2),
      JsonPatch.add('/metadata/labels', { patched: 'yes' }),
    );
    object.metadata.addAnnotation('late', 'yes');
    object.metadata.add('generateName', 'x-');
    expect(manifestOf(object, app.resolvers)).toEqual(object.toJson());
    expect(manifestOf(object, app.resolvers)).toMatchObject({
      spec: { a: 2 },
      metadata: { labels: { patched: 'yes' } },
    });
  });

  it('hands every scalar to the resolvers of an app that has its own', () => {
    const shout = {
      resolve: (context: { value: unknown; replaceValue(value: unknown): void }) => {
        if (context.value === 'quiet') context.replaceValue('LOUD');
      },
    };
    const app = new App({ resolvers: [shout] });
    const object = new ApiObject(new Chart(app, 'chart'), 'object', {
      apiVersion: 'v1',
      kind: 'Any',
      data: { a: 'quiet' },
    });
    expect(manifestOf(object, app.resolvers)).toMatchObject({ data: { a: 'LOUD' } });
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, sorted(member)]),
  );
}
