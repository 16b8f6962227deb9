import { FleetOperator } from '../../../constructs';
import type { Manifest } from '../../../constructs/emit/manifest';
import { expand } from '../../../constructs/redis-backup';
import { settle } from '../../../constructs/redis-backup/bundle';
import { restoreJob } from '../../../constructs/redis-backup/restore';
import { restorePolicies } from '../../../constructs/redis-backup/restore-network';
import { platform } from '../../redis-backup/sample';
import type { ApiServer } from '../../stack/api-server';
import { until } from '../../stack/command';
import { importedCrds, importedModules, installCrds } from '../../stack/crds';
import { listOf } from '../../stack/kubernetes-object';
import { Stack } from '../../stack/stack';
import { renderAlone } from '../../support/fleet';
import { describeStack } from '../describe-stack';

const OPERATOR = 'system:serviceaccount:fleetwright-system:fleetwright-operator';
const HELM = 'system:serviceaccount:flux-system:fleetwright-redis';
const NAMESPACES = ['flux-system', 'fleetwright-system', 'shop'];

const labels = { 'app.kubernetes.io/managed-by': 'fleetwright' };
const declared = { cluster: 'prod', namespace: 'shop', name: 'cart', spec: {} };
const settled = settle(declared, platform);
const facts = { restore: { id: 'yesterday' }, attempt: 0 };
const bundle = [
  ...expand(declared, platform),
  ...restorePolicies(settled, facts, true),
  ...(['check', 'run', 'backup'] as const).map((stage) => restoreJob(settled, facts, stage)),
];
const of = (kind: string) => structuredClone(bundle.find((one) => one.kind === kind)) as Manifest;

type Fields = Record<string, unknown>;

/** A copy of an object with one field set; undefined removes it. */
function but(object: Manifest, path: string, value: unknown): Manifest {
  const copy = structuredClone(object);
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce<Fields>((at, name) => at[name] as Fields, copy as unknown as Fields);
  parent[last] = value;
  return copy;
}

const secret = (more: object = {}, name = 'cart-redis-app', namespace = 'shop') => ({
  ...{ apiVersion: 'v1', kind: 'Secret', stringData: { password: 'x' } },
  metadata: { name, namespace, labels },
  ...more,
});
const token = {
  type: 'kubernetes.io/service-account-token',
  metadata: {
    ...{ name: 'token', namespace: 'shop', labels },
    annotations: { 'kubernetes.io/service-account.name': 'default' },
  },
};
const claim = (name: string, more: Record<string, string>, namespace = 'shop') => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, namespace, labels: { 'app.kubernetes.io/managed-by': 'Helm', ...more } },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
});
const POD = 'spec.jobTemplate.spec.template.spec';
const job = of('CronJob');
const release = of('HelmRelease');

const container = {
  name: 'web',
  image: 'web',
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
};
const workload = (kind: string, pod: object = {}) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web', namespace: 'shop' },
  spec: {
    ...(kind === 'StatefulSet' ? { serviceName: 'web' } : {}),
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' }, annotations: { kept: 'as it is' } },
      spec: { automountServiceAccountToken: false, containers: [container], ...pod },
    },
  },
});

describeStack('what the operator may write, on a real API server', () => {
  let stack: Stack | undefined;
  let server: ApiServer;

  const create = (...input: object[]) =>
    server.kubectl.output(['create', '--filename=-'], { input: listOf(input) });
  /** The answer to a request that is only tried: nothing if it is taken. */
  async function tried(user: string, args: string[], input?: object): Promise<string> {
    const { code, stderr } = await server.kubectl.run([...args, '--dry-run=server', `--as=${user}`], {
      input: input && JSON.stringify(input),
    });
    return code === 0 ? '' : stderr;
  }
  const making = (object: object, user = OPERATOR) => tried(user, ['create', '--filename=-'], object);
  const patching = (what: string[], patch: object, user = OPERATOR) =>
    tried(user, ['patch', '--type=merge', `--patch=${JSON.stringify(patch)}`, '--namespace=shop', ...what]);
  const deleting = (...what: string[]) =>
    tried(OPERATOR, ['delete', '--wait=false', '--namespace=shop', ...what]);

  beforeAll(async () => {
    stack = await Stack.start();
    server = await stack.apiServer('operator');
    const modules = await importedModules();
    await installCrds(
      server,
      importedCrds(modules, (module) => module.includes('fluxcd')),
    );
    await create(...NAMESPACES.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })));
    const { yaml } = renderAlone((chart) => void new FleetOperator(chart, 'operator', { platform }));
    await server.kubectl.output(['apply', '--server-side', '--filename=-'], { input: yaml });
    await create(
      ...[secret(), secret({ metadata: { name: 'foreign', namespace: 'shop' } })],
      ...['Deployment', 'StatefulSet', 'DaemonSet'].map((kind) => workload(kind)),
      ...[claim('data-cart-redis-0', { 'fleetwright.dev/role': 'server' }), claim('data-web-0', {})],
    );
    await until('the policy is in force', 60, async () => /writes/.test(await deleting('secret', 'foreign')));
  });
  afterAll(async () => stack?.stop());

  test('every object of a bundle', async () => {
    for (const object of bundle) expect(await making(object)).toBe('');
  });

  test('Secrets of a bundle, their change and their end', async () => {
    expect(await making(secret({}, 'cart-redis-backup-user'))).toBe('');
    expect(await patching(['secret', 'cart-redis-app'], { stringData: { password: 'y' } })).toBe('');
    expect(await deleting('secret', 'cart-redis-app')).toBe('');
  });

  test("the end of a server's volume, and of no other", async () => {
    expect(await deleting('persistentvolumeclaim', 'data-cart-redis-0')).toBe('');
    expect(await deleting('persistentvolumeclaim', 'data-web-0')).toMatch(/volume claims of servers/);
  });

  test.each(['deployment', 'statefulset', 'daemonset'])(
    'the restart of a %s, and no other change',
    async (kind) => {
      const patch = (template: object, more: object = {}) =>
        patching([kind, 'web'], { spec: { template, ...more } });
      const annotate = (annotations: object) => patch({ metadata: { annotations } });
      expect(await annotate({ 'fleetwright.dev/restarted-at': '1' })).toBe('');
      expect(await patching([kind, 'web'], { metadata: { annotations: { 'x/y': '1' } } })).toBe('');
      const refusal = /restarts workloads by the annotation fleetwright.dev\/restarted-at of their pods/;
      expect(await annotate({ 'sidecar.istio.io/inject': 'true' })).toMatch(refusal);
      expect(await annotate({ kept: 'changed' })).toMatch(refusal);
      expect(await annotate({ kept: null })).toMatch(refusal);
      expect(await patch({ spec: { serviceAccountName: 'admin' } })).toMatch(refusal);
      expect(await patch({ spec: { containers: [{ ...container, image: 'evil' }] } })).toMatch(refusal);
      expect(await patch({ metadata: { labels: { more: 'x' } } })).toMatch(refusal);
      if (kind !== 'daemonset') expect(await patch({}, { replicas: 0 })).toMatch(refusal);
    },
  );

  test.each<[string, object, RegExp]>([
    ['a Secret in kube-system', secret({}, 'x', 'kube-system'), /writes nothing in kube-system/],
    ['a Job in flux-system', but(job, 'metadata.namespace', 'flux-system'), /only HelmReleases/],
    ['what has no label', but(job, 'metadata.labels', {}), /only what is labelled/],
    ['a token', secret(token), /no tokens/],
    ['a job as another account', but(job, `${POD}.serviceAccountName`, 'admin'), /account of their bundle/],
    ['a job with a token', but(job, `${POD}.automountServiceAccountToken`, true), /without a token/],
    [
      'a job with a token as a volume',
      but(job, `${POD}.volumes`, [
        { name: 'work', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } },
        ...[
          { name: 'redis-user', emptyDir: {} },
          { name: 's3', emptyDir: {} },
        ],
      ]),
      /without a token/,
    ],
    ['a job on the host network', but(job, `${POD}.hostNetwork`, true), /host access/],
    [
      'a job that may gain privileges',
      but(job, `${POD}.containers.0.securityContext`, { privileged: true }),
      /more privileges/,
    ],
    [
      'a job with a capability',
      but(job, `${POD}.initContainers.0.securityContext.capabilities`, { add: ['SYS_PTRACE'] }),
      /more privileges/,
    ],
    ['a release as Flux', but(release, 'spec.serviceAccountName', undefined), /act as fleetwright-redis/],
    ['a release of another chart', but(release, 'spec.chartRef.name', 'podinfo'), /platform's chart/],
    [
      'a release that is patched',
      but(release, 'spec.postRenderers', [{ kustomize: { patches: [{ patch: '{}' }] } }]),
      /chart as it is/,
    ],
    ['a release into flux-system', but(release, 'spec.targetNamespace', 'flux-system'), /an app's namespace/],
    [
      'a release onto another cluster',
      but(release, 'spec.kubeConfig', { secretRef: { name: 'other' } }),
      /chart as it is/,
    ],
  ])('never %s', async (_, object, refusal) => {
    expect(await making(object)).toMatch(refusal);
  });

  test("never what is another's: neither its change nor its end, nor the loss of the label", async () => {
    const foreign = ['secret', 'foreign'];
    expect(await patching(foreign, { metadata: { labels } })).toMatch(/only what is labelled/);
    expect(await deleting(...foreign)).toMatch(/only what is labelled/);
    const unlabelled = { metadata: { labels: { 'app.kubernetes.io/managed-by': 'me' } } };
    expect(await patching(['secret', 'cart-redis-app'], unlabelled)).toMatch(/only what is labelled/);
  });

  describe('what Helm may write for a bundle', () => {
    test('a server and its history in a namespace of an app', async () => {
      expect(
        await making({ ...workload('StatefulSet'), metadata: { name: 'r', namespace: 'shop' } }, HELM),
      ).toBe('');
      expect(await making(secret({ type: 'helm.sh/release.v1' }, 'sh.helm.release.v1.cart'), HELM)).toBe('');
      expect(await making(claim('data-r-0', {}), HELM)).toBe('');
    });

    test('the growth of a volume, and never its end', async () => {
      const grown = { spec: { resources: { requests: { storage: '2Gi' } } } };
      // Where it is not bound yet, the claim itself is what the API server refuses to change.
      expect(await patching(['persistentvolumeclaim', 'data-cart-redis-0'], grown, HELM)).not.toMatch(
        /cannot patch/,
      );
      const end = ['delete', 'persistentvolumeclaim', 'data-cart-redis-0', '--namespace=shop'];
      expect(await tried(HELM, end)).toMatch(/cannot delete/);
    });

    test.each<[string, object, RegExp]>([
      [
        'a server with a token',
        {
          ...workload('StatefulSet', { automountServiceAccountToken: true }),
          metadata: { name: 'r', namespace: 'shop' },
        },
        /without a token/,
      ],
      [
        'a server in flux-system',
        { ...workload('StatefulSet'), metadata: { name: 'r', namespace: 'flux-system' } },
        /nothing in kube-system/,
      ],
      ['a token', secret(token), /no tokens/],
      ['a volume in kube-system', claim('data-r-0', {}, 'kube-system'), /nothing in kube-system/],
    ])('never %s', async (_, object, refusal) => {
      expect(await making(object, HELM)).toMatch(refusal);
    });
  });

  test('anyone else is not concerned', async () => {
    expect(
      await tried('admin', ['delete', 'secret', 'foreign', '--namespace=shop', '--as-group=system:masters']),
    ).toBe('');
  });
});
