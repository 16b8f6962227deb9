import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build';
import { output, TYPESCRIPT } from './command';
import { registry } from './parts';
import type { Stack } from './stack';

/** Who may use a registry that lets nobody in without a login. */
export const ACCOUNT = { username: 'ci', password: 'correct horse' } as const;

/** `htpasswd -nbB -C 4 ci 'correct horse'`: registries take bcrypt only. */
const HTPASSWD = 'ci:$2a$04$0WG1YEa7vX22qgE2g4aQI.4lqIkjXYLkpQd3SxEEIRu6ZDGpJrVxe\n';

/** What `push-artifact.ts` reads. */
export interface PushedArtifact {
  readonly repository: string;
  readonly tag: string;
  /** What a chart's Chart.yaml says. @default none: it is an artifact of Flux */
  readonly chart?: object;
  readonly files: Readonly<Record<string, string>>;
}

/** A running registry of OCI artifacts, over plain HTTP, inside the stack's network. */
export class Registry {
  private constructor(
    private readonly stack: Stack,
    private readonly data: string,
    readonly port: number,
  ) {}

  /**
   * Starts a registry.
   *
   * @param login whether only `ACCOUNT` may use it
   */
  static async start(stack: Stack, name: string, { login = false } = {}): Promise<Registry> {
    const { network } = stack;
    const folder = stack.path(name);
    const port = await network.port();
    mkdirSync(folder);
    const htpasswd = path.join(folder, 'htpasswd');
    writeFileSync(htpasswd, HTPASSWD);
    const data = path.join(folder, 'data');
    const config = {
      version: '0.1',
      log: { level: 'warn' },
      storage: { filesystem: { rootdirectory: data } },
      // In a namespace on loopback, too, which is where plain HTTP may be pushed to.
      http: { addr: `${network.namespace ? '0.0.0.0' : network.host}:${port}`, secret: name },
      ...(login ? { auth: { htpasswd: { realm: name, path: htpasswd } } } : {}),
    };
    const file = path.join(folder, 'config.json');
    writeFileSync(file, JSON.stringify(config));
    await stack.processes.start({
      name,
      command: [path.join(await build(registry), 'registry'), 'serve', file],
      env: { OTEL_TRACES_EXPORTER: 'none' },
      port,
    });
    return new Registry(stack, data, port);
  }

  /** Where a process of the stack's network pushes to. */
  get loopback(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Where the other servers of the stack find it. */
  get address(): string {
    return `${this.stack.network.host}:${this.port}`;
  }

  /** Pushes artifacts, to a registry that needs no login. */
  async push(...artifacts: readonly PushedArtifact[]): Promise<void> {
    const command = [...TYPESCRIPT, path.join(__dirname, 'push-artifact.ts'), `http://${this.loopback}`];
    await output(this.stack.network.inside(command), { input: JSON.stringify(artifacts) });
  }

  /** The digest that a tag names, from the registry's own files, if there is one. */
  tagged(repository: string, tag: string): string | undefined {
    const tags = path.join(this.data, 'docker/registry/v2/repositories', repository, '_manifests/tags');
    try {
      return readFileSync(path.join(tags, tag, 'current/link'), 'utf8').trim();
    } catch {
      return undefined;
    }
  }
}
