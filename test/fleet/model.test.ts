import { AddOn, addAll, Fleet, FleetError, formatProblems } from '../../constructs';
import { app, cluster, emptyFleet, problemsOf, texts } from '../support/fleet';

describe('the model of a fleet', () => {
  it('has no problem when all is well', () => {
    const fleet = emptyFleet();
    cluster(fleet, 'edge', { networks: { pods: ['10.0.0.0/16', 'fd00::/56'], services: ['10.96.0.0/16'] } });
    app(fleet, 'shop', { dependsOn: ['db'] });
    new AddOn(fleet, 'db', { layer: 'configs', namespace: 'db', placement: {}, define: () => undefined });
    expect(problemsOf(fleet)).toEqual([]);
  });

  it('reports every problem at once, and says so', () => {
    const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git' } });
    cluster(fleet, 'Prod_EU', { kubernetesVersion: '1.35' });
    app(fleet, 'shop', { placement: { matchLabels: { env: 'prod' } }, dependsOn: ['nobody'] });
    const problems = problemsOf(fleet);
    expect(problems.map(({ code }) => code).sort()).toEqual([
      'dependency-unknown',
      'management-cluster',
      'name-invalid',
      'placement-empty',
      'version-malformed',
    ]);
    for (const problem of problems) {
      expect(problem.path).not.toBe('');
      expect(problem.field).not.toBe('');
      expect(problem.remedy).not.toBe('');
    }
    expect(() => fleet.compile()).toThrow(FleetError);
    expect(() => fleet.compile()).toThrow('5 problems');
  });
});

describe('names', () => {
  it('that are no DNS label', () => {
    const fleet = emptyFleet();
    cluster(fleet, 'Prod_EU');
    expect(texts(fleet)).toEqual([
      `clusters/Prod_EU [name-invalid]
  name is "Prod_EU": is no DNS label
  remedy: use lower-case letters, digits and \`-\`, beginning and ending with a letter or digit`,
    ]);
  });

  it('that are too long', () => {
    const fleet = emptyFleet();
    cluster(fleet, 'c'.repeat(33));
    app(fleet, 'a'.repeat(47));
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'name-too-long', problem: 'has 33 characters', remedy: expect.stringContaining('at most 32') },
      { code: 'name-too-long', problem: 'has 47 characters', remedy: expect.stringContaining('at most 46') },
    ]);
  });

  it('that are given twice, also to an app and an add-on', () => {
    const fleet = emptyFleet();
    cluster(fleet, 'edge');
    cluster(fleet, 'edge');
    app(fleet, 'shop');
    new AddOn(fleet, 'shop', {
      layer: 'configs',
      namespace: 'sample',
      placement: {},
      define: () => undefined,
    });
    expect(problemsOf(fleet).filter(({ code }) => code === 'name-duplicate')).toMatchObject([
      { path: 'clusters/edge~', value: 'edge', problem: 'is the name of another cluster (clusters/edge)' },
      { value: 'shop', problem: expect.stringMatching(/^is the name of another app or add-on/) },
    ]);
  });
});

describe('labels', () => {
  it.each([5, 'edge!', '-edge', 'x'.repeat(64), true])('that are no label value: %j', (value) => {
    const fleet = emptyFleet();
    cluster(fleet, 'edge', { labels: { env: value } as never });
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'label-malformed', path: 'clusters/edge', field: 'labels.env', value },
    ]);
  });
});

describe('the management cluster', () => {
  it('must be one', () => {
    const none = new Fleet({ source: { url: 'https://git.example.com/fleet.git' } });
    cluster(none, 'edge');
    expect(problemsOf(none)).toMatchObject([{ code: 'management-cluster', problem: 'is set by no cluster' }]);
    const two = emptyFleet();
    cluster(two, 'second', { management: true });
    expect(problemsOf(two)).toMatchObject([{ code: 'management-cluster', value: ['management', 'second'] }]);
  });
});

describe('addAll', () => {
  it('calls what an index exports, and reports what it cannot call', () => {
    const fleet = emptyFleet();
    addAll(fleet, 'clusters', { edge: (to: Fleet) => void cluster(to, 'edge'), prodUs: undefined });
    expect(fleet.clusters.map(({ name }) => name)).toEqual(['edge', 'management']);
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'export-unusable', path: 'clusters/index.ts', field: 'prodUs' },
    ]);
  });
});

describe('problems', () => {
  it('that are the same on many clusters are printed once', () => {
    const fleet = emptyFleet();
    cluster(fleet, 'a');
    cluster(fleet, 'b');
    app(fleet, 'bad', {
      define: () => {
        throw new Error('no');
      },
    });
    expect(problemsOf(fleet)).toHaveLength(3);
    const text = formatProblems(problemsOf(fleet));
    expect(text).toContain('1 problem\n\nclusters/a/apps/bad [define-failed]');
    expect(text).toContain('also on: b, management\n');
  });
});
