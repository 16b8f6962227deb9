import { ApiObject, Chart, Lazy } from 'cdk8s';
import {
  AddOn,
  addAll,
  ExistingCluster,
  type ExistingClusterProps,
  Fleet,
  FleetApp,
  FleetError,
  formatProblems,
  LocalCluster,
  type PlacedProps,
} from '../../constructs';
import { emptyFleet, problemsAlone, problemsOf } from '../support/fleet';

const version = 'v1.35.2';

/** A value as SOPS leaves it. */
const SEALED = 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]';

function cluster(fleet: Fleet, name: string, props: Partial<ExistingClusterProps> = {}) {
  return new ExistingCluster(fleet, name, { kubernetesVersion: version, ...props });
}

function app(fleet: Fleet, name: string, props: Partial<PlacedProps<object>> = {}) {
  return new FleetApp(fleet, name, { namespace: 'sample', placement: {}, define: () => undefined, ...props });
}

/** The one line of each problem that a person reads first, and its remedy. */
function texts(fleet: Fleet): string[] {
  return problemsOf(fleet).map((problem) => formatProblems([problem]).split('\n').slice(2).join('\n').trim());
}

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

describe('networks', () => {
  it.each([
    ['10.0.0.0', 'is no block of addresses'],
    ['10.0.0.0/33', 'is no block of addresses'],
    ['10.0.0.256/16', 'is no block of addresses'],
    ['010.0.0.0/16', 'is no block of addresses'],
    ['fd00::/129', 'is no block of addresses'],
    ['10.0.0.1/16', 'does not begin at the first address of its block'],
  ])('malformed: %s', (cidr, problem) => {
    const fleet = emptyFleet();
    cluster(fleet, 'edge', { networks: { pods: [cidr], services: ['10.96.0.0/16'] } });
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'cidr-malformed', path: 'clusters/edge', field: 'networks.pods[0]', value: cidr, problem },
    ]);
  });

  it('that overlap inside a cluster, in either order of size', () => {
    for (const [pods, services] of [
      ['10.0.0.0/8', '10.96.0.0/16'],
      ['10.96.0.0/16', '10.0.0.0/8'],
    ] as const) {
      const fleet = emptyFleet();
      cluster(fleet, 'edge', { networks: { pods: [pods], services: [services] } });
      expect(problemsOf(fleet)).toMatchObject([
        { code: 'cidr-overlap', field: 'networks.services[0]', problem: `overlaps networks.pods[0] ${pods}` },
      ]);
    }
  });

  it('that overlap between clusters only where these say they are connected', () => {
    const networks = { pods: ['10.0.0.0/16'], services: ['10.96.0.0/16'], vpc: '10.1.0.0/16' };
    const apart = emptyFleet();
    cluster(apart, 'a', { networks });
    cluster(apart, 'b', { networks });
    expect(problemsOf(apart)).toEqual([]);

    const connected = emptyFleet();
    cluster(connected, 'a', { networks, connectedTo: ['b'] });
    cluster(connected, 'b', { networks: { ...networks, services: ['10.97.0.0/16'] }, connectedTo: ['a'] });
    expect(problemsOf(connected)).toMatchObject([
      {
        code: 'cidr-overlap',
        path: 'clusters/b',
        field: 'networks.pods[0]',
        problem: 'overlaps a: networks.pods[0] 10.0.0.0/16',
      },
      { code: 'cidr-overlap', path: 'clusters/b', field: 'networks.vpc' },
    ]);
  });

  it('connected to no cluster of the fleet', () => {
    const fleet = emptyFleet();
    cluster(fleet, 'a', { connectedTo: ['b'] });
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'connection-unknown',
        field: 'connectedTo[0]',
        value: 'b',
        remedy: 'name another cluster: management',
      },
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

describe('objects', () => {
  const map = (chart: Chart, id: string, extra: object = {}) =>
    new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'same' }, ...extra });

  it('with one identity are an error that names both constructs', () => {
    const fleet = emptyFleet();
    app(fleet, 'a', { define: (chart) => void map(chart, 'first') });
    app(fleet, 'b', { define: (chart) => void map(chart, 'second') });
    expect(texts(fleet)).toEqual([
      `clusters/management/apps/b/second [object-duplicate]
  is "ConfigMap sample/same": is made on cluster management by clusters/management/apps/a/first too
  remedy: give one of them another name or namespace, or make it once`,
    ]);
  });

  it('may share a name across kinds, groups and namespaces', () => {
    const problems = problemsAlone((chart) => {
      map(chart, 'a');
      map(chart, 'b', { metadata: { name: 'same', namespace: 'other' } });
      map(chart, 'c', { kind: 'Service' });
      map(chart, 'd', { apiVersion: 'example.com/v1' });
    });
    expect(problems).toEqual([]);
  });

  it('of one identity at two versions of a group are the same object', () => {
    const problems = problemsAlone((chart) => {
      map(chart, 'a', { apiVersion: 'autoscaling/v1', kind: 'HorizontalPodAutoscaler' });
      map(chart, 'b', { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' });
    });
    expect(problems).toMatchObject([{ code: 'object-duplicate' }]);
  });

  it('that are a plaintext Secret are refused, and their value is not printed', () => {
    const problems = problemsAlone((chart) => {
      new ApiObject(chart, 'a', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'a' },
        stringData: { password: 'hunter2' },
      });
      new ApiObject(chart, 'b', {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'b' },
        data: { token: 'aHVudGVyMg==' },
      });
    });
    expect(problems).toMatchObject([
      { code: 'secret-plaintext', path: expect.stringMatching(/sample\/a$/), field: 'stringData.password' },
      { code: 'secret-plaintext', path: expect.stringMatching(/sample\/b$/), field: 'data.token' },
    ]);
    expect(formatProblems(problems)).not.toMatch(/hunter2|aHVudGVyMg/);
  });

  it.each([
    ['plaintext beside a sops member', { stringData: { a: 'hunter2' }, sops: { mac: 'x' } }, 'stringData.a'],
    ['a member that a Secret does not have', { binaryData: { a: 'aHVudGVyMg==' } }, 'binaryData'],
    ['a forged prefix', { stringData: { a: 'ENC[lol]hunter2' }, sops: {} }, 'stringData.a'],
    ['ciphertext without the code that proves it', { data: { a: SEALED }, sops: {} }, 'data.a'],
    ['one value of many', { data: { a: SEALED, b: 'aHVudGVyMg==' }, sops: { mac: SEALED } }, 'data.b'],
  ])('that are a Secret half encrypted are refused: %s', (_, content, field) => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...content };
    const problems = problemsAlone((chart) => void new ApiObject(chart, 'a', secret));
    expect(problems).toContainEqual(expect.objectContaining({ code: 'secret-plaintext', field }));
  });

  it('are no place for a private key, whatever their kind', () => {
    for (const key of ['-----BEGIN RSA PRIVATE KEY-----\nMII', 'AGE-SECRET-KEY-1QQQ']) {
      const problems = problemsAlone((chart) => void map(chart, 'a', { data: { key } }));
      expect(problems).toMatchObject([
        { code: 'secret-plaintext', problem: expect.stringContaining('holds a private key') },
      ]);
      expect(formatProblems(problems)).not.toContain(key);
    }
  });

  it('in a list have escaped every check', () => {
    const items = [
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, stringData: { a: 'hunter2' } },
    ];
    for (const kind of ['List', 'SecretList']) {
      const list = { apiVersion: 'v1', kind, metadata: { name: 'a' }, items };
      const problems = problemsAlone((chart) => void new ApiObject(chart, 'a', list));
      expect(problems).toMatchObject([{ code: 'object-list', value: kind }]);
    }
  });

  it('of a kind without namespace that the fleet names do not get one', () => {
    const issuer = (fleet: Fleet) =>
      app(fleet, 'certificates', {
        define: (chart) =>
          void new ApiObject(chart, 'a', {
            apiVersion: 'cert-manager.io/v1',
            kind: 'ClusterIssuer',
            metadata: { name: 'a' },
          }),
      });
    const known = new Fleet({
      source: { url: 'https://git.example.com/fleet.git' },
      clusterScoped: ['cert-manager.io/ClusterIssuer'],
    });
    cluster(known, 'management', { management: true });
    issuer(known);
    const file = 'management/apps/certificates/certificates.yaml';
    expect(known.compile().files.get(file)).not.toContain('namespace');
    const unknown = emptyFleet();
    issuer(unknown);
    expect(unknown.compile().files.get(file)).toContain('namespace: sample');
  });

  it('in a chart of their own would lose the namespace', () => {
    const problems = problemsAlone((chart) => void map(new Chart(chart, 'inner'), 'a'));
    expect(problems).toMatchObject([{ code: 'chart-nested', path: expect.stringMatching(/sample\/inner$/) }]);
  });

  it('may depend on each other in one file, and on nothing beyond it', () => {
    const fleet = emptyFleet();
    let first: ApiObject | undefined;
    app(fleet, 'a', {
      define: (chart) => {
        first = map(chart, 'first');
        map(chart, 'second', { metadata: { name: 'second' } }).addDependency(first);
      },
    });
    app(fleet, 'b', {
      define: (chart) => {
        if (first) map(chart, 'third', { metadata: { name: 'third' } }).addDependency(first);
      },
    });
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'dependency-ignored',
        path: 'clusters/management/apps/b/third',
        value: 'clusters/management/apps/a/first',
        remedy: 'name the app or add-on in `dependsOn`',
      },
    ]);
  });

  it('that cannot be written name their construct', () => {
    const problems = problemsAlone((chart) => {
      map(chart, 'nan', { metadata: { name: 'nan' }, data: { n: Number.NaN } });
      map(chart, 'lazy', { data: { late: Lazy.any({ produce: () => new Date(0) }) } });
    });
    expect(problems).toMatchObject([
      {
        code: 'object-not-plain',
        path: expect.stringMatching(/sample\/nan$/),
        problem: expect.stringContaining('/data/n is NaN'),
      },
      {
        code: 'object-not-plain',
        path: expect.stringMatching(/sample\/lazy$/),
        problem: expect.stringContaining('Date'),
      },
    ]);
  });

  it.each(['two words', 'a/b', 'x'.repeat(254)])('cannot be named %s', (name) => {
    expect(problemsAlone((chart) => void map(chart, 'a', { metadata: { name } }))).toMatchObject([
      { code: 'object-name', field: 'metadata.name', value: name, problem: 'is no name for a ConfigMap' },
    ]);
  });

  it('outside every cluster have no home', () => {
    const fleet = emptyFleet();
    map(new Chart(fleet, 'stray'), 'lost');
    expect(problemsOf(fleet)).toMatchObject([
      { code: 'object-homeless', path: 'stray/lost', value: 'ConfigMap same' },
    ]);
  });
});

describe('define', () => {
  it('that throws is one problem among the others', () => {
    const fleet = emptyFleet();
    app(fleet, 'bad', {
      define: () => {
        throw new RangeError('no such port');
      },
    });
    app(fleet, 'lost', { dependsOn: ['nobody'] });
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'define-failed',
        path: 'clusters/management/apps/bad',
        problem: 'threw: no such port',
        cause: expect.any(RangeError),
      },
      { code: 'dependency-unknown' },
    ]);
  });

  it('that is async would add its objects too late', () => {
    const fleet = emptyFleet();
    app(fleet, 'late', { define: async () => Promise.reject(new Error('never seen')) });
    expect(problemsOf(fleet)).toMatchObject([
      {
        code: 'define-async',
        path: 'clusters/management/apps/late',
        problem: 'is async: what it adds later would be missing',
      },
    ]);
  });

  it('may use validations of cdk8s', () => {
    const problems = problemsAlone((chart) => chart.node.addValidation({ validate: () => ['is too green'] }));
    expect(problems).toMatchObject([{ code: 'validation', problem: 'is too green' }]);
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
