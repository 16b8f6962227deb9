import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { ApiServer } from '../api-server';
import { output } from '../command';
import { resolverOf } from '../resolver';
import type { Stack } from '../stack';
import { NAME_SERVER, startClusterNames } from './cluster-names';
import { Containerd } from './containerd';
import { type Image, pauseImage } from './images';
import { startKubelet, startKubeProxy, startScheduler } from './kubelet';

/** Debian's packages of what a node is made of, beside Kubernetes' own. */
const PROGRAMS = {
  containerd: 'containerd',
  runc: 'runc',
  'containernetworking-plugins': '/usr/lib/cni/ptp',
  nftables: 'nft',
};

/** Whether a program is where it must be, or on the PATH if that may be anywhere: not all are Debian's own. */
function isInstalled(program: string): boolean {
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  return path.isAbsolute(program)
    ? existsSync(program)
    : folders.some((folder) => existsSync(path.join(folder, program)));
}

/** The name of the one node of a cluster. */
export function nodeName({ name }: ApiServer): string {
  return `${name}-node`;
}

/**
 * A real node: containerd and runc, pods with addresses of their own, kubelet, kube-proxy and the scheduler. The
 * cluster's name server is a process beside it, nothing enforces a NetworkPolicy, and no pod has a port of the host.
 * One server of a stack can have one, since the addresses of services are the same for all.
 */
export class Node {
  private constructor(
    readonly name: string,
    private readonly containerd: Containerd,
  ) {}

  /** Starts a node of a server whose controller manager runs, and waits until it is Ready. */
  static async start(stack: Stack, server: ApiServer, images: readonly Image[] = []): Promise<Node> {
    const missing = Object.entries(PROGRAMS).filter(([, program]) => !isInstalled(program));
    if (missing.length > 0) {
      throw new Error(
        `A node needs more of Debian: apt-get install ${missing.map(([name]) => name).join(' ')}`,
      );
    }
    const { network } = stack;
    if (!network.namespace) throw new Error('A node needs a network namespace: run as root, or with sudo');
    const name = nodeName(server);
    const folder = stack.path('node');
    mkdirSync(folder);
    const resolver = resolverOf(path.join(folder, 'resolver'), network.host);
    await output(network.inside(['sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward']));
    const archives = Promise.all([pauseImage, ...images].map((image) => image.archive()));
    const [containerd] = await Promise.all([
      Containerd.start(stack, folder, resolver),
      startScheduler(stack, server),
      startClusterNames(stack, server, folder),
    ]);
    const node = new Node(name, containerd);
    for (const archive of await archives) await containerd.load(archive);
    await startKubelet(stack, server, containerd, name, folder, {
      server: NAME_SERVER,
      resolver: resolver.file,
    });
    // Which waits half a minute when there is no node yet.
    await startKubeProxy(stack, server, name);
    await node.ready(server);
    return node;
  }

  /** Loads images, so that pods of theirs start without a registry. */
  async load(images: readonly Image[]): Promise<void> {
    for (const image of images) await this.containerd.load(await image.archive());
  }

  private async ready({ kubectl }: ApiServer): Promise<void> {
    const wait = ['--for=condition=Ready', `node/${this.name}`, '--timeout=120s'];
    await kubectl.output(['wait', '--for=create', `node/${this.name}`, '--timeout=120s']);
    await kubectl.output(['wait', ...wait]);
  }
}
