import { mkdirSync } from 'node:fs';
import { ApiServer, type ApiServerContext, type ApiServerOptions } from './api-server';
import { controlPlaneBinaries } from './binaries';
import { progress } from './build';
import { CertificateAuthority, signingKey } from './certificates';
import { type Network, openNetwork } from './network';
import { Processes } from './processes';
import { RunFolder, removeLeftovers } from './run-folder';

/** The real servers of one run: one etcd, and an API server for each cluster that is asked for. */
export class Stack {
  private constructor(private readonly context: ApiServerContext) {}

  /** Ends what killed runs left behind, builds what is missing, and starts etcd. */
  static async start(): Promise<Stack> {
    if (process.platform !== 'linux') {
      throw new Error(
        'The API servers run on Linux only; elsewhere set KUBECONFIG to a cluster to check against',
      );
    }
    await removeLeftovers();
    const binaries = await controlPlaneBinaries();
    const run = RunFolder.create();
    const network = await openNetwork(run.name);
    try {
      progress(
        network.namespace ? `network namespace ${network.namespace}` : 'on loopback, for want of root',
      );
      const processes = new Processes(run, network);
      const certificates = run.path('certificates');
      mkdirSync(certificates);
      const context = {
        ...{ run, network, processes, binaries },
        authority: await CertificateAuthority.create(certificates),
        signingKey: await signingKey(certificates),
        etcdUrl: await startEtcd(run, network, processes, binaries.etcd),
      };
      return new Stack(context);
    } catch (error) {
      await run.remove();
      throw error;
    }
  }

  /** A name that no other run has. */
  get name(): string {
    return this.context.run.name;
  }

  /** Where its processes are. */
  get network(): Network {
    return this.context.network;
  }

  /** Starts further processes of this run. */
  get processes(): Processes {
    return this.context.processes;
  }

  /** Issues certificates that its API servers trust. */
  get authority(): CertificateAuthority {
    return this.context.authority;
  }

  /** The file of the key that signs the tokens of ServiceAccounts. */
  get signingKey(): string {
    return this.context.signingKey;
  }

  /** The path of something in the folder of this run. */
  path(...names: string[]): string {
    return this.context.run.path(...names);
  }

  /** Starts an API server for a cluster. */
  apiServer(name: string, options?: ApiServerOptions): Promise<ApiServer> {
    return ApiServer.start(name, this.context, options);
  }

  /** Leaves it running for a person, whom `npm run stack -- --down` is for. */
  stay(): void {
    this.context.run.stay();
  }

  /** Ends every process and removes everything that the run has made. */
  async stop(): Promise<void> {
    await this.context.run.remove();
  }
}

async function startEtcd(
  run: RunFolder,
  network: Network,
  processes: Processes,
  binary: string,
): Promise<string> {
  const [client, peer] = [await network.port(), await network.port()];
  const url = `http://${network.host}:${client}`;
  const peerUrl = `http://${network.host}:${peer}`;
  await processes.start({
    name: 'etcd',
    command: [
      binary,
      `--data-dir=${run.path('etcd')}`,
      ...[`--listen-client-urls=${url}`, `--advertise-client-urls=${url}`],
      ...[`--listen-peer-urls=${peerUrl}`, `--initial-advertise-peer-urls=${peerUrl}`],
      `--initial-cluster=default=${peerUrl}`,
      '--unsafe-no-fsync',
    ],
    port: client,
  });
  return url;
}
