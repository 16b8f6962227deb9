import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ApiObject } from 'cdk8s';
import { protection } from '../../../apps';
import { AddOn, ExistingCluster, type Fleet } from '../../../constructs';
import { toYaml } from '../../../constructs/emit/yaml';
import { until } from '../../stack/command';
import type { FluxObject } from '../../stack/flux';
import { type KubernetesObject, listOf } from '../../stack/kubernetes-object';
import { GIT_HOST, type LiveCluster, LiveFleet, synced, syncOf } from '../../stack/live/live-fleet';
import { Repository } from '../../stack/repository';
import { describeStack } from '../describe-stack';
import { keyOf, steady } from '../drift/declared';
import { isLong } from '../figures';
import { ATTACKS, MORE_ATTACKS, OTHER } from './attacks';
import { ATTACKS_BY_FLUX, FURTHER, withCommand } from './attacks-by-flux';

const TEAM = 'team';

function tenantFleet(fleet: Fleet): void {
  new ExistingCluster(fleet, 'management', {
    kubernetesVersion: 'v1.36.3',
    management: true,
    tenants: [
      {
        name: TEAM,
        source: { url: `https://${GIT_HOST}/${TEAM}.git`, ref: { branch: 'main' } },
        // Else it would wait five minutes for a Secret that Kubernetes removes.
        sync: { wait: false },
      },
    ],
  });
  protection(fleet);
  new AddOn(fleet, OTHER, {
    layer: 'configs',
    namespace: OTHER,
    placement: {},
    define: (chart) => {
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'builder' } };
      new ApiObject(chart, 'account', account);
      new ApiObject(chart, 'config', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'shared' },
        data: { owner: OTHER },
      });
    },
  });
}

/** What a team brings that minds its own business. */
const GOOD: readonly object[] = [
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app' }, data: { color: 'blue' } },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'app' }, spec: { ports: [{ port: 80 }] } },
  {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'app' },
    spec: { podSelector: {}, ingress: [{}] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'app' },
    spec: {
      // No node here runs its pods.
      replicas: 0,
      selector: { matchLabels: { app: 'app' } },
      template: {
        metadata: { labels: { app: 'app' } },
        spec: { containers: [{ name: 'app', image: 'registry.example.com/app:1.0.0' }] },
      },
    },
  },
];

describeStack('a tenant of a cluster', () => {
  let fleet: LiveFleet;
  let cluster: LiveCluster;
  let team: Repository;
  let before: Map<string, KubernetesObject>;

  beforeAll(async () => {
    fleet = await LiveFleet.start();
    team = await Repository.create(fleet.stack.path('git'), TEAM, fleet.stack.path(TEAM));
    const first = await bring(GOOD);
    const commit = await fleet.push(tenantFleet);
    cluster = await fleet.cluster('management');
    await fleet.connect(cluster);
    for (const name of ['fleet', 'protection', OTHER]) await synced(cluster, name, commit);
    await synced(cluster, TEAM, first, { namespace: TEAM });
    before = await elsewhere();
  });
  afterAll(() => fleet?.stop());

  /** Commits these objects, and nothing else, to the team's repository. */
  async function bring(
    objects: readonly object[],
    files: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    for (const old of ['all.yaml', 'kustomization.yaml', 'inner', 'chart']) {
      rmSync(path.join(team.folder, old), { recursive: true, force: true });
    }
    const all = { 'all.yaml': objects.map((object) => `---\n${toYaml(object)}`).join(''), ...files };
    for (const [name, text] of Object.entries(all)) {
      mkdirSync(path.dirname(path.join(team.folder, name)), { recursive: true });
      writeFileSync(path.join(team.folder, name), text);
    }
    return team.commit('A change of the team');
  }

  /** Brings objects, and returns what Flux says of the tenant's sync then. */
  async function answerTo(objects: readonly object[], files: Readonly<Record<string, string>> = {}) {
    const commit = await bring(objects, files);
    await cluster.flux.look('gitrepository', TEAM, TEAM);
    let answer: FluxObject | undefined;
    await until(`the sync has tried ${commit.slice(0, 8)}`, 120, async () => {
      answer = await syncOf(cluster, TEAM, TEAM);
      const tried = JSON.stringify(answer?.status).includes(commit);
      return tried && answer?.status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'Unknown';
    });
    const ready = answer?.status?.conditions?.find(({ type }) => type === 'Ready');
    return `${ready?.status}: ${ready?.message}`;
  }

  /** Every object of the cluster outside of the team's namespace, but for what servers write all the time. */
  async function elsewhere(): Promise<Map<string, KubernetesObject>> {
    const { kubectl } = cluster.server;
    const list = await kubectl.output(['api-resources', '--verbs=list', '--output=name']);
    const kinds = list
      .split('\n')
      .filter((kind) => kind && !/^(events|leases|componentstatuses)\b/.test(kind));
    const all = ['get', kinds.join(','), '--all-namespaces', '--output=json'];
    const { items } = JSON.parse(await kubectl.output(all)) as { items: KubernetesObject[] };
    const others = items.filter(({ kind, metadata }) => metadata.namespace !== TEAM && kind !== 'Lease');
    return new Map(others.map((object) => [`${object.apiVersion} ${keyOf(object)}`, steady(object)]));
  }

  async function has(kind: string, namespace: string, name: string): Promise<boolean> {
    const get = ['get', kind, name, `--namespace=${namespace}`, '--ignore-not-found', '--output=name'];
    return (await cluster.server.kubectl.output(get)) !== '';
  }

  test.each([...ATTACKS, ...(isLong ? MORE_ATTACKS : [])])('is refused %s', async (_, objects, answer) => {
    expect(await answerTo([...GOOD, ...objects])).toMatch(answer);
  });

  test.each([
    ['a base from elsewhere', 'https://git.example.com/fleet.git//dist?ref=main', /remote|URL/i],
    ['what is outside of its repository', '../../../../../../etc', /etc/],
  ])('is refused %s', async (_, resource, answer) => {
    const list = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
    const files = { 'kustomization.yaml': toYaml({ ...list, resources: ['all.yaml', resource] }) };
    const said = await answerTo(GOOD, files);
    expect(said).toMatch(/^False/);
    expect(said).toMatch(answer);
  });

  test("lands in its own namespace with what names another's", async () => {
    const theirs = { name: 'shared', namespace: OTHER };
    const shared = { apiVersion: 'v1', kind: 'ConfigMap', metadata: theirs, data: { owner: TEAM } };
    expect(await answerTo([...GOOD, shared])).toMatch(/^True/);
    expect(await has('configmap', TEAM, 'shared')).toBe(true);
  });

  test("gets no token of another namespace's account", async () => {
    const annotations = { 'kubernetes.io/service-account.name': 'builder' };
    const type = 'kubernetes.io/service-account-token';
    const token = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'token', annotations }, type };
    expect(await answerTo([...GOOD, token])).toMatch(/^True/);
    // What Flux has applied is in its inventory.
    expect(JSON.stringify((await syncOf(cluster, TEAM, TEAM))?.status)).toContain(`${TEAM}_token__Secret`);
    await until('Kubernetes removes it', 60, async () => !(await has('secret', TEAM, 'token')));
  });

  describe("whom somebody lets write Flux's kinds", () => {
    beforeAll(async () => {
      const metadata = { name: 'by-mistake', namespace: TEAM };
      const apiGroups = ['kustomize', 'helm', 'source'].map((name) => `${name}.toolkit.fluxcd.io`);
      const rbac = 'rbac.authorization.k8s.io';
      const input = listOf([
        {
          ...{ apiVersion: `${rbac}/v1`, kind: 'Role', metadata },
          rules: [{ apiGroups, resources: ['*'], verbs: ['*'] }],
        },
        {
          ...{ apiVersion: `${rbac}/v1`, kind: 'RoleBinding', metadata },
          roleRef: { apiGroup: rbac, kind: 'Role', name: metadata.name },
          subjects: [{ kind: 'ServiceAccount', name: 'flux-tenant', namespace: TEAM }],
        },
      ]);
      await cluster.server.kubectl.output(['create', '-f', '-'], { input });
    });

    test.each(ATTACKS_BY_FLUX)('is refused %s', async (_, objects, answer) => {
      expect(await answerTo([...GOOD, ...objects])).toMatch(answer);
    });

    test('gets no further by syncs and releases of its own', async () => {
      const ran = fleet.stack.path('command-ran');
      const inner = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'inner', namespace: OTHER },
      };
      const { namespace: _, ...own } = inner.metadata;
      const files = {
        'inner/all.yaml': toYaml(inner),
        'chart/Chart.yaml': toYaml({ apiVersion: 'v2', name: 'chart', version: '1.0.0' }),
        'chart/templates/all.yaml': toYaml({ ...inner, metadata: own }),
        // Without it the team's own sync would read the folders, too.
        'kustomization.yaml': toYaml({
          ...{ apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' },
          resources: ['all.yaml'],
        }),
      };
      const command = withCommand(cluster.server.kubeconfig, ran);
      // The API server takes them: what they come to is what they say themselves.
      expect(await answerTo([...GOOD, command, ...FURTHER.map(({ object }) => object)], files)).toMatch(
        /^True/,
      );
      for (const { object, answer } of FURTHER) {
        const { kind, metadata } = object as KubernetesObject;
        let said = '';
        await until(`${kind} ${metadata.name} fails`, 120, async () => {
          const get = ['get', kind, metadata.name, `--namespace=${TEAM}`, '--output=json'];
          const { status } = JSON.parse(await cluster.server.kubectl.output(get)) as FluxObject;
          said = (status?.conditions ?? []).map(({ message }) => message).join('\n');
          return answer.test(said);
        }).catch((error: Error) => {
          throw new Error(`${error.message}; it says ${said}`);
        });
      }
      expect(existsSync(ran)).toBe(false);
    });
  });

  test('has changed nothing outside of its namespace', async () => {
    const after = await elsewhere();
    expect([...after.keys()].sort()).toEqual([...before.keys()].sort());
    expect(
      [...after].filter(([key, object]) => JSON.stringify(object) !== JSON.stringify(before.get(key))),
    ).toEqual([]);
  });

  test('has what it may have, and loses what it no longer brings', async () => {
    expect(await answerTo(GOOD)).toMatch(/^True/);
    expect(await has('deployment', TEAM, 'app')).toBe(true);
    expect(await answerTo(GOOD.slice(0, 3))).toMatch(/^True/);
    expect(await has('deployment', TEAM, 'app')).toBe(false);
    expect(await has('configmap', TEAM, 'app')).toBe(true);
  });
});
