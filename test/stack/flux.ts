import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from './api-server';
import { build } from './build';
import { output, until } from './command';
import { importedCrds, installCrds } from './crds';
import { type KubernetesObject, listOf } from './kubernetes-object';
import type { Outside } from './outside';
import { helmController, kustomizeController, type Part, sourceController } from './parts';
import type { Stack } from './stack';

/** An object of Flux, as far as its status is read here. */
export interface FluxObject extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
    readonly artifact?: { readonly revision: string; readonly path: string; readonly digest: string };
    readonly lastAppliedRevision?: string;
    readonly lastHandledReconcileAt?: string;
    readonly observedGeneration?: number;
  };
}

/** Installs Flux's own kinds on a server. */
export async function installFluxCrds(
  server: ApiServer,
  modules: ReadonlyMap<string, string>,
): Promise<void> {
  await installCrds(
    server,
    importedCrds(modules, (module) => module.startsWith('github.com/fluxcd/')),
  );
}

/** A controller of Flux that runs here. */
export type Controller = 'source-controller' | 'kustomize-controller' | 'helm-controller';

/** The flags that lock a controller down on the clusters of a fleet, and those that make its tests quick. */
export const CONTROLLERS: Readonly<
  Record<Controller, { readonly part: Part; readonly flags: readonly string[] }>
> = {
  'source-controller': { part: sourceController, flags: [] },
  'kustomize-controller': {
    part: kustomizeController,
    flags: ['--no-cross-namespace-refs=true', '--no-remote-bases=true', '--requeue-dependency=2s'],
  },
  'helm-controller': {
    part: helmController,
    flags: ['--no-cross-namespace-refs=true', '--requeue-dependency=2s'],
  },
};

/** How Flux runs. */
export interface FluxOptions {
  /** By whose names the sources are found. @default only addresses are */
  readonly outside?: Outside;
  /** @default all three */
  readonly controllers?: readonly Controller[];
  /** Whether Flux's own manifests have given its accounts their rights. @default they are given here */
  readonly installed?: boolean;
  /** Flags beside those that a fleet's clusters have. @default none */
  readonly flags?: Readonly<Partial<Record<Controller, readonly string[]>>>;
}

/**
 * The controllers of Flux of one server that has their kinds: processes beside it, which act as the ServiceAccounts
 * that they have in a cluster.
 */
export class Flux {
  private readonly metricsPorts = new Map<Controller, number>();

  private constructor(
    private readonly stack: Stack,
    private readonly server: ApiServer,
    private readonly options: FluxOptions,
    private readonly storage: string,
  ) {}

  /** Starts it, with the rights that Flux's own manifests give to its accounts. */
  static async start(stack: Stack, server: ApiServer, options: FluxOptions = {}): Promise<Flux> {
    const flux = new Flux(stack, server, options, stack.path(`${server.name}-flux-storage`));
    mkdirSync(flux.storage);
    if (!options.installed) {
      const input = listOf([admin(Object.keys(CONTROLLERS))]);
      await server.kubectl.output(['apply', '--server-side', '-f', '-'], { input });
    }
    await flux.resume();
    return flux;
  }

  /** Ends its controllers, as the loss of their cluster would. */
  async stop(): Promise<void> {
    await Promise.all(this.controllers.map((name) => this.stack.processes.stop(this.processOf(name))));
  }

  /** Starts its controllers again. */
  async resume(): Promise<void> {
    await Promise.all(this.controllers.map((name) => this.startController(name)));
  }

  /** The name of a controller's process, and of its log. */
  processOf(name: Controller): string {
    return `${this.server.name}-${name}`;
  }

  /** What a controller counts, as Prometheus would read it. */
  metrics(name: Controller): Promise<string> {
    const url = `http://${this.stack.network.host}:${this.metricsPorts.get(name)}/metrics`;
    const read = 'fetch(process.argv[1]).then((answer) => answer.text()).then((text) => console.log(text))';
    return output(this.stack.network.inside([process.execPath, '-e', read, url]));
  }

  private get controllers(): readonly Controller[] {
    return this.options.controllers ?? (Object.keys(CONTROLLERS) as Controller[]);
  }

  private async startController(name: Controller): Promise<void> {
    const { network, processes } = this.stack;
    const { part, flags } = CONTROLLERS[name];
    const { outside, flags: more } = this.options;
    const served = `${network.host}:${await network.port()}`;
    const port = await network.port();
    const metrics = await network.port();
    this.metricsPorts.set(name, metrics);
    const command = [
      path.join(await build(part), name),
      ...['--events-addr=', `--health-addr=${network.host}:${port}`],
      `--metrics-addr=${network.host}:${metrics}`,
      ...flags,
      ...(more?.[name] ?? []),
      ...(name === 'source-controller'
        ? [`--storage-path=${this.storage}`, `--storage-addr=${served}`, `--storage-adv-addr=${served}`]
        : []),
    ];
    await processes.start({
      name: this.processOf(name),
      cluster: this.server.name,
      command: outside?.naming(command) ?? command,
      env: {
        KUBECONFIG: await this.server.accountKubeconfig('flux-system', name),
        RUNTIME_NAMESPACE: 'flux-system',
        ...outside?.env,
      },
      port,
    });
  }

  /** Makes it look at an object now, and waits until it has. */
  async look(kind: string, namespace: string, name: string, seconds = 60): Promise<FluxObject> {
    const at = `${Date.now()}`;
    const which = [kind, name, `--namespace=${namespace}`];
    const { kubectl } = this.server;
    await kubectl.output(['annotate', ...which, '--overwrite', `reconcile.fluxcd.io/requestedAt=${at}`]);
    let found: FluxObject | undefined;
    await until(`${namespace}/${name} is looked at`, seconds, async () => {
      found = JSON.parse(await kubectl.output(['get', ...which, '--output=json']));
      return found?.status?.lastHandledReconcileAt === at;
    });
    return found as FluxObject;
  }

  /** The file of a source's artifact. */
  artifact({ status }: FluxObject): string {
    return path.join(this.storage, status?.artifact?.path ?? '(no artifact)');
  }
}

/** As in Flux's own manifests, `cluster-reconciler`; source-controller does with less there. */
function admin(accounts: readonly string[]): object {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: 'cluster-reconciler-flux-system' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: accounts.map((name) => ({ kind: 'ServiceAccount', name, namespace: 'flux-system' })),
  };
}

/** Whether Flux says that an object is Ready as it is now. */
export function isReady({ metadata, status }: FluxObject): boolean {
  const { generation } = metadata as { generation?: number };
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'True' && status?.observedGeneration === generation;
}
