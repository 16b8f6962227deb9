import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dump } from 'js-yaml';
import { FLUX_VERSION } from '../../../constructs/versions';
import type { ApiServer } from '../../stack/api-server';
import { startClusterApi } from '../../stack/cluster-api';
import { until } from '../../stack/command';
import { startControllerManager } from '../../stack/controller-manager';
import { importedModules } from '../../stack/crds';
import { readDist } from '../../stack/dist';
import { Flux, type FluxObject, isReady } from '../../stack/flux';
import type { KubernetesObject } from '../../stack/kubernetes-object';
import { chartSites } from '../../stack/live/chart-sites';
import { installProviders } from '../../stack/live/cluster-api-operator';
import { fluxArtifact } from '../../stack/live/flux-artifact';
import { GIT_HOST, LiveFleet } from '../../stack/live/live-fleet';
import { describeStack } from '../describe-stack';
import { count, figure } from '../figures';
import { bootstrap, type Ran, type RunOptions } from './command';
import { forkReference, LOGIN, secret } from './reference-fork';

const FLUX = 'kustomize.toolkit.fluxcd.io/';

const UNMADE =
  'Cluster API is started here for its webhooks only: made-by-commit.e2e.ts and aws.e2e.ts make clusters';
const UNREACHED = 'waits for the kubeconfig of a cluster that is not made here';
const UNSIGNED = 'reads manifests whose signature needs the signature service of the Flux project';

/** The syncs of the management cluster that cannot be Ready here, and why. */
const NEVER_READY: Readonly<Record<string, string>> = {
  'clusters/edge-local': UNMADE,
  'clusters/edge-local-boot': UNREACHED,
  'clusters/edge-local-flux': UNSIGNED,
  'clusters/edge-local-handoff': UNREACHED,
  'clusters/edge-local-reach': UNREACHED,
  'clusters/prod-eu': UNMADE,
  'clusters/prod-eu-boot': UNREACHED,
  'clusters/prod-eu-flux': UNSIGNED,
  'clusters/prod-eu-handoff': UNREACHED,
  'clusters/prod-eu-reach': UNREACHED,
  'clusters/prod-us': UNMADE,
  'clusters/prod-us-flux': UNSIGNED,
  'clusters/prod-us-handoff': UNREACHED,
  'flux-system/push': 'notification-controller, whose Receiver it is, is no part of the stack',
};

/** The Deployments that it installs have no node here: the same controllers run beside the cluster. */
describeStack('fleetwright bootstrap, on the reference fleet', () => {
  let fleet: LiveFleet;
  let hub: ApiServer;
  let modules: ReadonlyMap<string, string>;
  let secrets: string;
  let manifests: string;

  const run = (args: readonly string[], options: Partial<RunOptions> = {}) =>
    bootstrap(fleet.stack, fleet.outside, args, {
      ...{ kubeconfig: hub.kubeconfig, cwd: fleet.repository.folder },
      ...options,
    });
  const give = (...args: readonly string[]) => run(['--secrets', '-', ...args], { input: secrets });

  beforeAll(async () => {
    modules = await importedModules();
    const flux = await fluxArtifact(modules);
    manifests = Object.values(flux.files).join('---\n');
    fleet = await LiveFleet.start(async (stack) => {
      const folder = stack.path('fleet');
      const key = await forkReference(folder, `https://${GIT_HOST}/fleet.git`);
      // The first has no namespace: it goes wherever one of the name is needed.
      const git = secret('fleet-git', LOGIN, undefined);
      secrets = [git, secret('fleet-age', { 'age.agekey': key.secretKey }, 'clusters')]
        .map((object) => dump(object, { skipInvalid: true }))
        .join('---\n');
      return chartSites(stack, readDist(path.join(folder, 'dist')).get('management') ?? [], [flux]);
    });
    await fleet.repository.commit('The reference fleet');
    hub = await fleet.stack.apiServer('management');
    await startControllerManager(fleet.stack, hub);
  });
  afterAll(() => fleet?.stop());

  test('says which Secrets nothing starts without, before it changes anything', async () => {
    const { code, stderr } = await run(['--yes']);
    expect(code).toBe(1);
    expect(stderr).toContain('Secret fleet-git [secret-missing]\n  namespace is "clusters, flux-system"');
    expect(stderr).toContain('Secret fleet-age [secret-missing]\n  namespace is "clusters"');
    expect(await namespaces()).not.toContain('namespace/flux-system');
  });

  test('shows what it would do, and changes nothing', async () => {
    const ran = await give();
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('  create     Kustomization flux-system/fleet\n');
    expect(ran.stdout).toContain('  create     Secret clusters/fleet-git\n');
    expect(ran.stdout).not.toContain(LOGIN.password);
    expect(changesIn(ran)).toBeGreaterThan(30);
    expect(await namespaces()).not.toContain('namespace/flux-system');
  });

  test.each([
    ['names no context', 'context-unknown', () => run(['--context=other'])],
    ['talks to nobody', 'cluster-unreachable', () => runWith({ server: 'https://10.245.0.1:1' })],
    [
      'may read no Secret',
      'cluster-forbidden',
      async () => {
        return run(['--kubeconfig', await hub.accountKubeconfig('default', 'nobody')]);
      },
    ],
  ])('is told so when it %s', async (_, code, act) => {
    const ran = await act();
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining(`[${code}]`) });
    if (code === 'cluster-forbidden') {
      expect(ran.stderr).toContain('is forbidden: system:serviceaccount:default:nobody may not ');
    }
  });

  // Whatever was under way goes on or not: kubectl has been told, or has not.
  test.each([/What Flux needs: \d+ applied/, /Applying/, /Secrets: \d+ applied/].slice(0, count(1, 3)))(
    "is killed at %s, and what it left stands in nobody's way",
    async (killAt) => {
      const ran = await run(['--secrets', '-', '--yes'], { input: secrets, killAt });
      expect(ran).toMatchObject({ code: null, stderr: '' });
      expect(Number(/Applying (\d+)/.exec(ran.stdout)?.[1])).toBeGreaterThan(0);
    },
  );

  test('makes every sync of the management cluster Ready that can be Ready here', async () => {
    const start = Date.now();
    const [ran] = await Promise.all([
      give('--yes'),
      Flux.start(fleet.stack, hub, { outside: fleet.outside }),
      startClusterApi(fleet.stack, hub, modules),
    ]);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    // It has been Ready by then, and may be at it again.
    expect(ran.stdout).toMatch(/^ {2}flux-system\/fleet +(Ready|Reconciliation in progress)$/m);
    await installProviders(hub, ['core', 'bootstrap', 'controlPlane', 'aws', 'docker']);
    let late: string[] = [];
    await until('every sync is Ready that can be', 240, async () => {
      late = (await syncs()).filter((sync) => !isReady(sync)).map(nameOf);
      return late.every((name) => name in NEVER_READY);
    }).catch((error: Error) => {
      throw new Error(`${error.message}: ${late.filter((name) => !(name in NEVER_READY)).join(', ')}`);
    });
    expect(late.sort()).toEqual(Object.keys(NEVER_READY));
    expect((await syncs()).map(nameOf).sort()).toEqual(declaredSyncs(fleet.dist));
    figure('reference fleet, from bootstrap to Ready', `${Math.round((Date.now() - start) / 1000)} s`);
  });

  test('leaves Flux as the one who manages what it has applied', async () => {
    for (const name of ['gitrepository/fleet', 'kustomization/fleet']) {
      const get = ['get', name, '--namespace=flux-system', '--show-managed-fields', '--output=json'];
      const { metadata } = JSON.parse(await hub.kubectl.output(get));
      const appliers = (metadata.managedFields as { manager: string; operation: string }[])
        .filter(({ operation }) => operation === 'Apply')
        .map(({ manager }) => manager);
      expect(appliers).toEqual(['kustomize-controller']);
    }
  });

  test('finds nothing to change when it is run again, whatever flags Flux was given meanwhile', async () => {
    const patch = [{ op: 'add', path: '/spec/template/spec/containers/0/args/-', value: '--concurrent=10' }];
    const controller = ['deployment/kustomize-controller', '--namespace=flux-system', '--type=json'];
    await hub.kubectl.output(['patch', ...controller, `--patch=${JSON.stringify(patch)}`]);
    const ran = await run(['--yes']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('\nNothing is to be changed.\n');
    expect(ran.stdout).toContain('; there already\n');
  });

  test('upgrades Flux, from a file', async () => {
    const file = fleet.stack.path('flux.yaml');
    writeFileSync(file, manifests.replaceAll(FLUX_VERSION, 'v2.99.0'));
    const ran = await run(['--flux', file, '--yes']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain(`Flux: v2.99.0, from ${file}; ${FLUX_VERSION} is there\n`);
    const get = ['get', 'deployments', '--namespace=flux-system', '--output=json'];
    const { items } = JSON.parse(await hub.kubectl.output(get)) as { items: Deployment[] };
    expect(items.map(({ metadata }) => metadata.labels['app.kubernetes.io/version'])).toEqual(
      Array(4).fill('v2.99.0'),
    );
    const flags = items.flatMap(({ spec }) => spec.template.spec.containers[0]?.args ?? []);
    expect(flags.filter((flag) => flag.startsWith('--no-')).sort()).toEqual([
      ...Array(3).fill('--no-cross-namespace-refs=true'),
      '--no-remote-bases=true',
    ]);
  });

  test('leaves the cluster of another fleet alone', async () => {
    const { dist } = fleet;
    const file = path.join(dist, 'management', 'flux.yaml');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('/fleet.git', '/other.git'));
    const ran = await run(['--yes']);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(
      '[cluster-taken]\n  GitRepository flux-system/fleet is "https://git.example.com/fleet.git": ' +
        'belongs to another fleet: the one in dist/management has "https://git.example.com/other.git"\n',
    );
  });

  async function namespaces(): Promise<string[]> {
    return (await hub.kubectl.output(['get', 'namespaces', '--output=name'])).trim().split('\n');
  }

  async function syncs(): Promise<FluxObject[]> {
    const get = ['get', 'kustomizations.kustomize.toolkit.fluxcd.io', '--all-namespaces', '--output=json'];
    return JSON.parse(await hub.kubectl.output(get)).items;
  }

  /** Runs the command with another server in the kubeconfig. */
  function runWith({ server }: { readonly server: string }): Promise<Ran> {
    const kubeconfig = fleet.stack.path('other-kubeconfig.json');
    writeFileSync(kubeconfig, readFileSync(hub.kubeconfig, 'utf8').replace(hub.url, server));
    return run([], { kubeconfig });
  }
});

interface Deployment {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: { readonly args: string[] }[] } };
  };
}

function nameOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** The syncs that `dist/` has for the management cluster. */
function declaredSyncs(dist: string): string[] {
  return (readDist(dist).get('management') ?? [])
    .map(({ object }) => object)
    .filter(({ apiVersion, kind }) => apiVersion.startsWith(FLUX) && kind === 'Kustomization')
    .map(nameOf)
    .sort();
}

/** How many objects a run would create or change. */
function changesIn({ stdout }: Ran): number {
  return Number(/To apply these (\d+), add --yes/.exec(stdout)?.[1] ?? 0);
}
