import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

/** A request as a fake registry saw it. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly authorization: string | undefined;
}

/** Answers a request instead of the registry: true when it did. */
export type Interception = (seen: Seen, response: ServerResponse, request: IncomingMessage) => boolean;

/** A registry in memory, on loopback, that keeps every upload in one request; and what a test makes it do. */
export class FakeRegistry {
  readonly seen: Seen[] = [];
  readonly blobs = new Map<string, Buffer>();
  readonly manifests = new Map<string, Buffer>();
  intercept: Interception = () => false;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => void this.answer(request, response));
  }

  /** Starts it and returns host and port. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this.host;
  }

  get host(): string {
    const address = this.server.address();
    return `127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  /** What was asked, without the parts that differ from run to run. */
  get lines(): string[] {
    return this.seen.map(
      ({ method, path }) => `${method} ${path.replace(/sha256(:|%3A)[0-9a-f]{64}/g, 'DIGEST')}`,
    );
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const seen = { method, path, authorization: headers.authorization };
    this.seen.push(seen);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (this.intercept(seen, response, request)) return;
    const url = new URL(path, 'http://registry');
    const [, , place, digest] = /^\/v2\/(.+)\/(manifests|blobs)\/(.+)$/.exec(url.pathname) ?? [];
    if (method === 'POST') {
      response.writeHead(202, { location: `${url.pathname}one?_state=secret-state` }).end();
    } else if (method === 'PUT' && place === 'blobs') {
      const content = Buffer.concat(chunks);
      const named = url.searchParams.get('digest') ?? '';
      const real = `sha256:${createHash('sha256').update(content).digest('hex')}`;
      if (named === real) this.blobs.set(named, content);
      response.writeHead(named === real ? 201 : 400).end();
    } else if (method === 'PUT') {
      this.manifests.set(url.pathname, Buffer.concat(chunks));
      response.writeHead(201).end();
    } else {
      const found = place === 'blobs' ? this.blobs.get(digest ?? '') : this.manifests.get(url.pathname);
      response.writeHead(found ? 200 : 404).end(found);
    }
  }
}
