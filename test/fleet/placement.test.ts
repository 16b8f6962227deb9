import { AddOn, Fleet, FleetApp, LocalCluster, type PlacedProps } from '../../constructs';
import { app, cluster, emptyFleet, problemsOf, texts } from '../support/fleet';

describe('placement', () => {
  it('that selects no cluster names the labels there are', () => {
    const fleet = emptyFleet();
    app(fleet, 'shop', { placement: { matchLabels: { env: 'prod' } } });
    expect(texts(fleet)).toEqual([
      `apps/shop [placement-empty]
  placement is {"matchLabels":{"env":"prod"}}: selects no cluster
  remedy: clusters have these labels: management {"name":"management","provider":"existing"}`,
    ]);
  });

  it('may select nothing but clusters that are being removed, and have instances there', () => {
    const fleet = (teardown?: 'removed') => {
      const fleet = emptyFleet();
      new LocalCluster(fleet, 'old', {
        kubernetesVersion: 'v1.35.4',
        networks: { pods: ['10.244.0.0/16'], services: ['10.245.0.0/20'] },
        controlPlane: { replicas: 1 },
        pools: [],
        teardown,
      });
      app(fleet, 'shop', {
        placement: { matchLabels: { name: 'old' } },
        values: { size: 1 },
        instances: { old: { size: 2 } },
      });
      return fleet;
    };
    expect(texts(fleet('removed'))).toEqual([]);
    const shop = (fleet: Fleet) => [...fleet.compile().files.keys()].filter((file) => /shop/.test(file));
    expect(shop(fleet('removed'))).toEqual([]);
    expect(shop(fleet())).not.toEqual([]);
  });

  it('selects as Kubernetes does', () => {
    const fleet = emptyFleet();
    cluster(fleet, 'a', { labels: { env: 'prod', tier: 'one' } });
    cluster(fleet, 'b', { labels: { env: 'dev' } });
    const selected = (placement: PlacedProps<object>['placement']) => {
      const unit = app(new Fleet({ source: { url: 'https://x.example' } }), 'probe', { placement });
      const probe = emptyFleet();
      cluster(probe, 'a', { labels: { env: 'prod', tier: 'one' } });
      cluster(probe, 'b', { labels: { env: 'dev' } });
      app(probe, 'probe', { placement: unit.props.placement });
      return probe.clusters.filter((one) => probe.unitsOn(one).length > 0).map(({ name }) => name);
    };
    expect(selected({})).toEqual(['a', 'b', 'management']);
    expect(selected({ matchLabels: { env: 'prod' } })).toEqual(['a']);
    expect(selected({ matchLabels: { name: 'b' } })).toEqual(['b']);
    expect(selected({ matchExpressions: [{ key: 'env', operator: 'In', values: ['prod', 'dev'] }] })).toEqual(
      ['a', 'b'],
    );
    expect(selected({ matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['prod'] }] })).toEqual([
      'b',
      'management',
    ]);
    expect(selected({ matchExpressions: [{ key: 'tier', operator: 'Exists' }] })).toEqual(['a']);
    expect(selected({ matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] })).toEqual([
      'b',
      'management',
    ]);
  });

  it.each([
    [{ key: 'env', operator: 'Is' as 'In', values: ['prod'] }, 'is no operator of a label selector'],
    [{ key: 'env', operator: 'In' as const }, 'In needs at least one value'],
    [{ key: 'env', operator: 'Exists' as const, values: ['x'] }, 'Exists takes no values'],
  ])('malformed: %j', (expression, problem) => {
    const fleet = emptyFleet();
    app(fleet, 'shop', { placement: { matchExpressions: [expression] } });
    expect(problemsOf(fleet)).toContainEqual(expect.objectContaining({ code: 'placement-invalid', problem }));
  });
});

describe('instances', () => {
  const withValues = (fleet: Fleet, instances: Record<string, object>) =>
    new FleetApp(fleet, 'shop', {
      namespace: 'shop',
      placement: { matchLabels: { provider: 'existing' } },
      values: { replicas: 2, host: 'a' },
      instances,
      define: () => undefined,
    });

  it('with a field that `values` does not have', () => {
    const fleet = emptyFleet();
    withValues(fleet, { management: { replica: 3 } });
    expect(texts(fleet)).toEqual([
      `apps/shop [instance-field-unknown]
  instances.management.replica is 3: is no field of \`values\`
  remedy: add a default for it to \`values\`, or correct the name (did you mean "replicas"?)`,
    ]);
  });

  it('for a cluster that the placement does not select', () => {
    const fleet = emptyFleet();
    withValues(fleet, { managment: { replicas: 3 } });
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'instance-unplaced',
        field: 'instances.managment',
        remedy: expect.stringContaining('did you mean "management"?'),
      },
    ]);
  });
});

describe('the shape of what is declared', () => {
  const unit = (props: object, layer = 'configs') => {
    const fleet = emptyFleet();
    new AddOn(fleet, 'x', {
      layer,
      namespace: 'x',
      placement: {},
      define: () => undefined,
      ...props,
    } as never);
    return problemsOf(fleet);
  };

  it('is right', () => {
    expect(unit({})).toEqual([]);
  });

  it.each([
    ['a misspelt selector', { placement: { matchLabel: {} } }, 'field-unknown', 'placement.matchLabel'],
    ['no placement', { placement: undefined }, 'field-missing', 'placement'],
    ['a list for a placement', { placement: [] }, 'field-malformed', 'placement'],
    [
      'a list for labels',
      { placement: { matchLabels: ['prod'] } },
      'field-malformed',
      'placement.matchLabels',
    ],
    [
      'an expression for a list',
      { placement: { matchExpressions: {} } },
      'field-malformed',
      'placement.matchExpressions',
    ],
    [
      'a misspelt expression',
      { placement: { matchExpressions: [{ kee: 'a', operator: 'Exists' }] } },
      'field-unknown',
      'placement.matchExpressions[0].kee',
    ],
    ['a misspelt property', { dependson: ['a'] }, 'field-unknown', 'dependson'],
    ['a word for a list', { dependsOn: 'a' }, 'field-malformed', 'dependsOn'],
    ['no function', { define: undefined }, 'field-missing', 'define'],
    ['an object for a function', { define: {} }, 'field-malformed', 'define'],
    ['values that are none', { instances: { management: 3 } }, 'field-malformed', 'instances'],
    ['an unknown level', { podSecurity: 'bogus' }, 'value-unknown', 'podSecurity'],
    ['an unknown network', { network: 'opne' }, 'value-unknown', 'network'],
  ])('is not: %s', (_, props, code, field) => {
    const problems = unit(props);
    expect(problems).toContainEqual(expect.objectContaining({ code, field, path: 'add-ons/x' }));
    expect(problems.filter((problem) => problem.code === 'check-failed')).toEqual([]);
  });

  it('names the layer that was meant', () => {
    expect(unit({}, 'controler')).toMatchObject([
      {
        code: 'value-unknown',
        field: 'layer',
        remedy: 'use crds, controllers, configs or apps (did you mean "controllers"?)',
      },
    ]);
  });

  it.each(['', '.', './dist', 'dist/', '/abs', '../x', 'a/../b', 'a b'])(
    'holds for the path of the source: %j',
    (path) => {
      const fleet = new Fleet({ source: { url: 'https://git.example.com/a.git', path } });
      cluster(fleet, 'management', { management: true });
      expect(problemsOf(fleet)).toContainEqual(
        expect.objectContaining({ code: 'source-path', field: 'source.path', value: path }),
      );
    },
  );

  it('holds for the fleet itself', () => {
    const fleet = new Fleet({
      source: { url: 'https://git.example.com/a.git', brnch: 'x' },
      outDir: 'x',
    } as never);
    cluster(fleet, 'management', { management: true });
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'field-unknown', field: 'outDir', remedy: expect.stringContaining('did you mean "outdir"?') },
      {
        code: 'field-unknown',
        field: 'source.brnch',
        remedy: expect.stringContaining('did you mean "branch"?'),
      },
    ]);
  });
});
