import { ApiObject, Chart, Lazy } from 'cdk8s';
import { Fleet, formatProblems } from '../../constructs';
import { app, cluster, emptyFleet, problemsAlone, problemsOf, texts } from '../support/fleet';

/** A value as SOPS leaves it. */
const SEALED = 'ENC[AES256_GCM,data:eA==,iv:eA==,tag:eA==,type:str]';

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
    ['nothing', { data: { a: '' } }],
    ['a line feed', { stringData: { a: '\n' } }],
    ['a line feed in base64 of base64', { data: { a: 'Q2c9PQ==' } }],
  ])('that are a Secret which holds %s are none to hide', (_, content) => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' }, ...content };
    expect(problemsAlone((chart) => void new ApiObject(chart, 'a', secret))).toEqual([]);
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

  it('that are a Secret at a version that there is not are judged all the same', () => {
    const secret = { kind: 'Secret', metadata: { name: 'a' }, stringData: { a: 'hunter2' } };
    const problems = (apiVersion: string) =>
      problemsAlone((chart) => void new ApiObject(chart, 'a', { apiVersion, ...secret }));
    expect(problems('v1beta1')).toMatchObject([{ code: 'secret-plaintext', field: 'stringData.a' }]);
    expect(problems('example.com/v1')).toEqual([]);
  });

  it('that are an encrypted Secret may not repeat its values in the annotation of kubectl', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{"data":{"a":"aHVudGVyMg=="}}',
    };
    const secret = {
      ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', annotations } },
      ...{ data: { a: SEALED }, sops: { mac: SEALED } },
    };
    const problems = problemsAlone((chart) => void new ApiObject(chart, 'a', secret));
    expect(formatProblems(problems)).toMatch(
      /sample\/a \[secret-plaintext\]\n {2}metadata\.annotations\["kubectl\.kubernetes\.io\/last-applied-configuration"\]: Secret a: of it would be readable in git, for ever\n {2}remedy: remove the annotation, in which `kubectl apply` repeats the values, and encrypt the Secret again with SOPS/,
    );
    expect(formatProblems(problems)).not.toContain('aHVudGVyMg');
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
