import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from './api-server';
import { build } from './build';
import { until } from './command';
import { importedCrds, installCrds } from './crds';
import type { KubernetesObject } from './kubernetes-object';
import { sourceController } from './parts';
import type { Stack } from './stack';

/** A source of Flux, as far as its status is read here. */
export interface FluxSource extends KubernetesObject {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message: string;
    }[];
    readonly artifact?: { readonly revision: string; readonly path: string; readonly digest: string };
    readonly lastHandledReconcileAt?: string;
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

/** Flux's source-controller, which fetches what the sources of one server name. */
export class SourceController {
  private constructor(
    private readonly server: ApiServer,
    private readonly storage: string,
  ) {}

  /** Starts it for a server that has its kinds. */
  static async start(stack: Stack, server: ApiServer): Promise<SourceController> {
    const { host } = stack.network;
    const name = `${server.name}-source-controller`;
    const storage = stack.path(name);
    mkdirSync(storage);
    const served = `${host}:${await stack.network.port()}`;
    const port = await stack.network.port();
    await stack.processes.start({
      name,
      command: [
        path.join(await build(sourceController), 'source-controller'),
        '--events-addr=',
        `--storage-path=${storage}`,
        ...[`--storage-addr=${served}`, `--storage-adv-addr=${served}`],
        `--metrics-addr=${host}:${await stack.network.port()}`,
        `--health-addr=${host}:${port}`,
      ],
      env: { KUBECONFIG: server.kubeconfig, RUNTIME_NAMESPACE: 'flux-system' },
      port,
    });
    return new SourceController(server, storage);
  }

  /** Makes it look at a source now, and waits until it has. */
  async look(kind: string, namespace: string, name: string): Promise<FluxSource> {
    const at = `${Date.now()}`;
    const which = [kind, name, `--namespace=${namespace}`];
    const { kubectl } = this.server;
    await kubectl.output(['annotate', ...which, '--overwrite', `reconcile.fluxcd.io/requestedAt=${at}`]);
    let found: FluxSource | undefined;
    await until(`${namespace}/${name} is looked at`, 60, async () => {
      found = JSON.parse(await kubectl.output(['get', ...which, '--output=json']));
      return found?.status?.lastHandledReconcileAt === at;
    });
    return found as FluxSource;
  }

  /** The file of a source's artifact. */
  artifact({ status }: FluxSource): string {
    return path.join(this.storage, status?.artifact?.path ?? '(no artifact)');
  }
}
