import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build';
import { TYPESCRIPT } from './command';
import { coreDns } from './parts';
import { type Resolver, resolverOf } from './resolver';
import type { Stack } from './stack';

/** What is behind a name. */
export interface Site {
  /** A folder whose files are served. */
  readonly files?: string;
  /** A folder of bare git repositories, which anybody may fetch. */
  readonly git?: string;
  /** A port of the stack to which everything is passed on, over plain HTTP. */
  readonly port?: number;
}

/** What `web-server.ts` reads. */
export interface WebServerConfig {
  readonly host: string;
  readonly port: number;
  readonly cert: string;
  readonly key: string;
  readonly sites: Readonly<Record<string, Site>>;
}

/**
 * The world outside of the clusters, inside the stack's network: a name server by which every name is the stack's
 * own host, and a web server there that has the sites of a few names. No request leaves the network, whatever it
 * asks for.
 */
export class Outside {
  private constructor(
    private readonly log: string,
    private readonly resolver: Resolver,
    /** The file of the authority that vouches for the sites. */
    readonly authority: string,
  ) {}

  /** Starts it; the stack must have a network namespace, since names are served at port 53. */
  static async start(stack: Stack, sites: Readonly<Record<string, Site>>): Promise<Outside> {
    const { host, namespace } = stack.network;
    if (!namespace) throw new Error('A fleet that runs needs a network namespace: run as root, or with sudo');
    const folder = stack.path('outside');
    mkdirSync(folder);
    const resolver = resolverOf(path.join(folder, 'resolver'), host);
    const corefile = path.join(folder, 'Corefile');
    const answer = `template IN A {\n    answer "{{ .Name }} 5 IN A ${host}"\n  }\n  template IN ANY {\n  }`;
    writeFileSync(corefile, `.:53 {\n  bind ${host}\n  ${answer}\n}\n`);
    const names = Object.keys(sites).map((name) => `DNS:${name}`);
    const { cert, key } = await stack.authority.issue('outside', {
      commonName: 'outside',
      subjectAltNames: names,
    });
    const config: WebServerConfig = { host, port: 443, cert, key, sites };
    const file = path.join(folder, 'web-server.json');
    writeFileSync(file, JSON.stringify(config));
    const binary = path.join(await build(coreDns), 'coredns');
    await Promise.all([
      stack.processes.start({ name: 'outside-names', command: [binary, `-conf=${corefile}`], port: 53 }),
      stack.processes.start({
        name: 'outside-web',
        command: [...TYPESCRIPT, path.join(__dirname, 'web-server.ts'), file],
        port: config.port,
      }),
    ]);
    return new Outside(stack.path('logs', 'outside-web.log'), resolver, stack.authority.cert);
  }

  /** The command line that runs a command with these names, in a mount namespace of its own. */
  naming(command: readonly string[]): string[] {
    return ['unshare', '--mount', 'sh', '-c', `${this.resolver.mount} && exec "$0" "$@"`, ...command];
  }

  /** How many bytes a site has sent. */
  sent(name: string): number {
    const lines = readFileSync(this.log, 'utf8').split('\n');
    const sizes = lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.split(' ').at(-1));
    return sizes.reduce((sum, size) => sum + Number(size), 0);
  }

  /** What makes a Go program trust the sites. */
  get env(): Readonly<Record<string, string>> {
    return { SSL_CERT_FILE: this.authority };
  }
}
