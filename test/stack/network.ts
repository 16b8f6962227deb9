import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { output, run } from './command';

/** Where the processes of a run listen and talk to each other. */
export interface Network {
  /** The address that they all share. */
  readonly host: string;
  /** The name of its network namespace, if it has one. */
  readonly namespace?: string;
  /** The command line that runs a command where these processes are. */
  inside(command: readonly string[]): string[];
  /** A port that nothing else of this run has been given. */
  port(): Promise<number>;
  /** Takes the network away; its processes must be gone. */
  close(): Promise<void>;
}

/** The file that stands for a network namespace. */
export function namespaceFile(namespace: string): string {
  return `/var/run/netns/${namespace}`;
}

/** Removes a network namespace if it is there. */
export async function deleteNamespace(namespace: string): Promise<void> {
  if (existsSync(namespaceFile(namespace))) await run(['ip', 'netns', 'delete', namespace]);
}

/**
 * A network namespace of its own: no packet leaves it, and no port of it clashes with another run's.
 * Only root can have one.
 */
class NamespaceNetwork implements Network {
  readonly host = '10.245.0.1';
  /** Above those that have a meaning; those of clusters in memory begin at 20000, those of Services at 30000. */
  private nextPort = 12000;

  constructor(readonly namespace: string) {}

  inside(command: readonly string[]): string[] {
    return ['nsenter', `--net=${namespaceFile(this.namespace)}`, '--', ...command];
  }

  async port(): Promise<number> {
    return this.nextPort++;
  }

  async close(): Promise<void> {
    await deleteNamespace(this.namespace);
  }

  async open(): Promise<void> {
    await output(['ip', 'netns', 'add', this.namespace]);
    const bridge = 'knode';
    for (const step of [
      'link set lo up',
      `link add ${bridge} type bridge`,
      `addr add ${this.host}/24 dev ${bridge}`,
      `link set ${bridge} up`,
      // Addresses of services need a route before they are rewritten.
      `route add default dev ${bridge}`,
    ]) {
      await output(this.inside(['ip', ...step.split(' ')]));
    }
  }
}

/** The machine's own loopback, for users who are not root. */
class LoopbackNetwork implements Network {
  readonly host = '127.0.0.1';

  inside(command: readonly string[]): string[] {
    return [...command];
  }

  port(): Promise<number> {
    return new Promise((resolve, reject) => {
      const server = createServer().once('error', reject);
      server.listen(0, this.host, () => {
        const address = server.address();
        const port = typeof address === 'object' && address ? address.port : 0;
        server.close(() => resolve(port));
      });
    });
  }

  async close(): Promise<void> {}
}

/** A namespace of the given name where this process may make one, else plain loopback. */
export async function openNetwork(namespace: string): Promise<Network> {
  if (process.getuid?.() !== 0 || !existsSync('/proc/self/ns/net')) return new LoopbackNetwork();
  const network = new NamespaceNetwork(namespace);
  try {
    await network.open();
    return network;
  } catch {
    await network.close();
    return new LoopbackNetwork();
  }
}
