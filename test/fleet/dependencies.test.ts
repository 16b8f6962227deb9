import { AddOn, type Fleet } from '../../constructs';
import { app, cluster, emptyFleet, problemsOf } from '../support/fleet';

describe('dependencies', () => {
  const addOn = (
    fleet: Fleet,
    name: string,
    layer: 'crds' | 'controllers' | 'configs',
    dependsOn: string[] = [],
  ) =>
    new AddOn(fleet, name, { layer, namespace: 'sample', placement: {}, dependsOn, define: () => undefined });

  it('on something unknown', () => {
    const fleet = emptyFleet();
    addOn(fleet, 'cert-manager', 'controllers');
    app(fleet, 'shop', { dependsOn: ['cert-manger'] });
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'dependency-unknown',
        path: 'apps/shop',
        field: 'dependsOn[0]',
        value: 'cert-manger',
        remedy: 'name one of them (did you mean "cert-manager"?)',
      },
    ]);
  });

  it('in a circle, once for each circle', () => {
    const fleet = emptyFleet();
    app(fleet, 'a', { dependsOn: ['b'] });
    app(fleet, 'b', { dependsOn: ['c'] });
    app(fleet, 'c', { dependsOn: ['a'] });
    app(fleet, 'd', { dependsOn: ['a'] });
    app(fleet, 'e', { dependsOn: ['e'] });
    const circles = problemsOf(fleet).filter(({ code }) => code === 'dependency-circle');
    expect(circles).toMatchObject([
      { code: 'dependency-circle', value: 'a -> b -> c -> a' },
      { code: 'dependency-circle', value: 'e -> e' },
    ]);
  });

  it('on a later layer', () => {
    const fleet = emptyFleet();
    addOn(fleet, 'definitions', 'crds', ['controller']);
    addOn(fleet, 'controller', 'controllers');
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'dependency-layer', problem: 'is in the layer controllers, which comes after crds' },
    ]);
  });

  it('on something that is not on the same cluster', () => {
    const fleet = emptyFleet();
    cluster(fleet, 'edge', { labels: { env: 'edge' } });
    new AddOn(fleet, 'db', {
      layer: 'configs',
      namespace: 'db',
      placement: { matchLabels: { env: 'edge' } },
      define: () => undefined,
    });
    app(fleet, 'shop', { dependsOn: ['db'] });
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'dependency-unplaced', problem: 'is not placed on management, where shop is' },
    ]);
  });
});
