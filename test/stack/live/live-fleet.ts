import * as fs from 'node:fs';
import * as path from 'node:path';
import { Fleet, type FleetProps, type FleetSource } from '../../../constructs';
import { CLUSTERS_NAMESPACE } from '../../../constructs/flux/wiring/names';
import { silently } from '../../support/silently';
import type { ApiServer } from '../api-server';
import { until } from '../command';
import { startControllerManager } from '../controller-manager';
import { importedModules } from '../crds';
import { type Controller, Flux, type FluxObject, type FluxOptions, installFluxCrds, isReady } from '../flux';
import { listOf } from '../kubernetes-object';
import { startFluxPods } from '../node/flux-pods';
import type { Image } from '../node/images';
import { Node } from '../node/node';
import { Outside, type Site } from '../outside';
import { Repository } from '../repository';
import { Stack } from '../stack';

/** Where the git server of the tests is, as `emptyFleet` has it, too. */
export const GIT_HOST = 'git.example.com';

const GIT: FleetSource & { url: string } = { url: `https://${GIT_HOST}/fleet.git`, interval: '10s' };

type Sites = Readonly<Record<string, Site>>;

/** A cluster whose Flux reads the fleet's repository. */
export interface LiveCluster {
  readonly server: ApiServer;
  readonly flux: Flux;
}

/** A fleet in a git repository, and the real servers that it is rendered for. */
export class LiveFleet {
  private constructor(
    readonly stack: Stack,
    readonly outside: Outside,
    readonly repository: Repository,
    private readonly props: Partial<FleetProps>,
  ) {}

  /**
   * Starts the servers that all clusters share.
   *
   * @param more sites than the git server, or what starts them
   * @param props of the fleet beside its source
   */
  static async start(
    more: Sites | ((stack: Stack) => Promise<Sites>) = {},
    props: Partial<FleetProps> = {},
  ): Promise<LiveFleet> {
    const stack = await Stack.start();
    try {
      const served = stack.path('git');
      const repository = await Repository.create(served, 'fleet', stack.path('fleet'));
      const sites = typeof more === 'function' ? await more(stack) : more;
      const outside = await Outside.start(stack, { [GIT_HOST]: { git: served }, ...sites });
      return new LiveFleet(stack, outside, repository, props);
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  /** Where Flux fetches it. */
  get url(): string {
    return GIT.url;
  }

  /** The output of the last synth. */
  get dist(): string {
    return path.join(this.repository.folder, 'dist');
  }

  /** Renders a fleet into the repository, commits and pushes it. Returns the commit's hash. */
  async push(define: (fleet: Fleet) => unknown, message = 'A change'): Promise<string> {
    this.synth(define);
    return this.repository.commit(message);
  }

  /** Renders a fleet into the repository's work tree. @param source other than the git server */
  synth(define: (fleet: Fleet) => unknown, source: FleetSource = GIT): void {
    const fleet = new Fleet({ ...this.props, source, outdir: this.dist });
    define(fleet);
    silently(() => fleet.synth());
  }

  /** Starts a cluster as it is before it knows of the fleet: with Flux, and the namespaces that Flux has. */
  async cluster(name: string, options: FluxOptions = {}): Promise<LiveCluster> {
    const server = await this.stack.apiServer(name);
    await Promise.all([
      startControllerManager(this.stack, server),
      installFluxCrds(server, await importedModules()),
    ]);
    await server.kubectl.output(['create', '-f', '-'], { input: listOf([fluxNamespace]) });
    const flux = await Flux.start(this.stack, server, { outside: this.outside, ...options });
    return { server, flux };
  }

  /**
   * Starts a cluster with a node, on which nothing runs but Flux, in its pods; a stack has one such.
   *
   * @param images that its pods need
   * @param controllers of Flux that it has; all three if not given
   */
  async clusterWithNode(
    name: string,
    images: readonly Image[] = [],
    controllers?: readonly Controller[],
  ): Promise<ApiServer> {
    const server = await this.stack.apiServer(name);
    await startControllerManager(this.stack, server);
    const node = await Node.start(this.stack, server, images);
    await startFluxPods(node, server, await importedModules(), this.outside, controllers);
    return server;
  }

  /** Gives a cluster its source and root sync, as the bootstrap and the hand-over do. */
  async connect({ server }: Pick<LiveCluster, 'server'>, file = `${server.name}/flux.yaml`): Promise<void> {
    const yaml = fs.readFileSync(path.join(this.dist, file), 'utf8');
    const namespaces = path.join(this.dist, server.name, 'namespaces.yaml');
    for (const input of [...(fs.existsSync(namespaces) ? [fs.readFileSync(namespaces, 'utf8')] : []), yaml]) {
      await server.kubectl.output(
        ['apply', '--server-side', '--field-manager=kustomize-controller', '-f', '-'],
        { input },
      );
    }
  }

  /** Stops every process of a cluster, as its loss would. */
  async lose(cluster: LiveCluster): Promise<void> {
    const { processes } = this.stack;
    await Promise.all(this.processesOf(cluster).map((name) => processes.stop(name)));
  }

  /** Starts again what `lose` has stopped. */
  async recover(cluster: LiveCluster): Promise<void> {
    const { processes } = this.stack;
    const [apiServer = '', ...others] = this.processesOf(cluster);
    await processes.resume(apiServer);
    const { kubectl } = cluster.server;
    await until(`${cluster.server.name} answers`, 120, async () => {
      return (await kubectl.run(['get', '--raw', '/readyz'])).code === 0;
    });
    await Promise.all(others.map((name) => processes.resume(name)));
  }

  private processesOf({ server }: LiveCluster): readonly string[] {
    return this.stack.processes.ofCluster(server.name);
  }

  /** Lets the management cluster reach another one, as Cluster API does by a Secret of this name. */
  async reach(hub: LiveCluster, { server }: LiveCluster): Promise<void> {
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${server.name}-kubeconfig`, namespace: CLUSTERS_NAMESPACE },
      stringData: { value: fs.readFileSync(server.kubeconfig, 'utf8') },
    };
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: CLUSTERS_NAMESPACE } };
    await hub.server.kubectl.output(['apply', '--server-side', '-f', '-'], {
      input: listOf([namespace, secret]),
    });
  }

  /** Stops everything. */
  stop(): Promise<void> {
    return this.stack.stop();
  }
}

const fluxNamespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'flux-system', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
};

/** What Flux says of a sync. */
export async function syncOf(
  { server }: Pick<LiveCluster, 'server'>,
  name: string,
  namespace = 'flux-system',
): Promise<FluxObject | undefined> {
  const get = [
    'get',
    'kustomization',
    name,
    `--namespace=${namespace}`,
    '--output=json',
    '--ignore-not-found',
  ];
  const text = await server.kubectl.output(get);
  return text ? JSON.parse(text) : undefined;
}

/** Waits until a sync is Ready with a commit, after which it is known to have been applied. */
export async function synced(
  cluster: Pick<LiveCluster, 'server'>,
  name: string,
  commit: string,
  { namespace = 'flux-system', seconds = 120 } = {},
): Promise<FluxObject> {
  let found: FluxObject | undefined;
  const what = `${cluster.server.name}: ${namespace}/${name} is Ready with ${commit.slice(0, 8)}`;
  await until(what, seconds, async () => {
    found = await syncOf(cluster, name, namespace);
    return !!found && isReady(found) && !!found.status?.lastAppliedRevision?.endsWith(commit);
  }).catch((error: Error) => {
    throw new Error(`${error.message}; it says ${JSON.stringify(found?.status?.conditions)}`);
  });
  return found as FluxObject;
}

/**
 * Waits until as many syncs of a cluster are Ready with a revision. It reads the table that kubectl prints, which is
 * small however many there are.
 */
export async function allSynced(
  { server }: LiveCluster,
  syncs: number,
  revision: string,
  seconds = 120,
): Promise<void> {
  const table = ['get', 'kustomizations', '--all-namespaces', '--no-headers'];
  const isThere = (line: string) =>
    / True +Applied revision: /.test(line) && line.trimEnd().endsWith(revision);
  let lines: string[] = [];
  await until(`${server.name}: ${syncs} syncs are Ready with ${revision}`, seconds, async () => {
    lines = (await server.kubectl.output(table)).split('\n').filter(Boolean);
    return lines.filter(isThere).length === syncs;
  }).catch((error: Error) => {
    throw new Error([error.message, ...lines.filter((line) => !isThere(line)).slice(0, 5)].join('\n'));
  });
}

/** Makes Flux fetch the repository now, and apply what the root sync reads. */
export async function fetchNow({ flux }: LiveCluster): Promise<void> {
  await flux.look('gitrepository', 'flux-system', 'fleet');
}
