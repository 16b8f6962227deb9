import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import {
  type AddressInfo,
  connect,
  createServer,
  type NetConnectOpts,
  type Server,
  type Socket,
} from 'node:net';

/** What a proxy of connections does to them. */
export interface Cut {
  /** Ends each connection, both ways, after so many bytes of it in this direction. @default never */
  readonly up?: number;
  readonly down?: number;
  /** How long each piece is held back, in milliseconds. @default 0 */
  readonly delay?: number;
  /** How many connections this happens to. @default all */
  readonly times?: number;
}

/** Passes connections on, and cuts or slows them as it is told. */
export class TcpProxy {
  cut: Cut = {};
  /** How often it has cut a connection or held a piece back. */
  struck = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly to: NetConnectOpts,
  ) {
    server.on('connection', (inner) => this.pass(inner));
  }

  static async start(to: NetConnectOpts, host: string, port = 0): Promise<TcpProxy> {
    const proxy = new TcpProxy(createServer({ allowHalfOpen: true }), to);
    await new Promise<void>((resolve, reject) => {
      proxy.server.once('error', reject).listen(port, host, resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(inner: Socket): void {
    const { times = Number.POSITIVE_INFINITY, ...cut } = this.cut;
    if (times > 0) this.cut = { ...this.cut, times: times - 1 };
    const { up, down, delay = 0 } = times > 0 ? cut : {};
    const outer = connect({ ...this.to, allowHalfOpen: true });
    const end = () => {
      inner.destroy();
      outer.destroy();
    };
    for (const socket of [inner, outer]) {
      this.sockets.add(socket);
      socket.on('error', end);
      socket.once('close', () => this.sockets.delete(socket));
    }
    this.flow(inner, outer, up, delay, end);
    this.flow(outer, inner, down, delay, end);
  }

  private flow(from: Socket, to: Socket, limit: number | undefined, delay: number, end: () => void): void {
    let left = limit ?? Number.POSITIVE_INFINITY;
    from.on('data', (piece: Buffer) => {
      const passed = piece.length <= left ? piece : piece.subarray(0, left);
      left -= passed.length;
      const write = () => {
        if (to.destroyed) return;
        const ready = to.write(passed);
        if (left <= 0) {
          this.struck++;
          end();
          return;
        }
        if (ready) from.resume();
        else to.once('drain', () => from.resume());
      };
      from.pause();
      if (delay > 0) {
        this.struck++;
        setTimeout(write, delay);
      } else write();
    });
    from.on('end', () => setTimeout(() => to.end(), delay));
    from.on('close', () => setTimeout(() => to.destroy(), delay + 50));
  }
}

/** What a proxy of requests does to some of them. */
export type HttpFault =
  | { readonly kind: 'answer'; readonly status: number }
  /** The server does it, but its answer is lost. */
  | { readonly kind: 'lost' }
  /** The answer's content ends early. */
  | { readonly kind: 'truncated'; readonly after: number }
  /** One byte of the content is another, on the way up or down. */
  | { readonly kind: 'changed'; readonly way: 'up' | 'down'; readonly at: number };

/** Passes requests on, except those that it is told to spoil. */
export class HttpProxy {
  /** What happens to the nth request from now on, and how often. */
  plan: { readonly fault: HttpFault; from: number; times: number } | undefined;
  /** How many requests and answers it has spoilt. */
  struck = 0;

  private constructor(
    private readonly server: http.Server,
    private readonly upstream: number,
  ) {
    server.on('request', (asked, answer) => this.pass(asked, answer));
  }

  static async start(upstream: number): Promise<HttpProxy> {
    const proxy = new HttpProxy(http.createServer(), upstream);
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(asked: IncomingMessage, answer: ServerResponse): void {
    const fault = this.next();
    asked.on('error', () => answer.destroy());
    if (fault?.kind === 'answer') {
      this.struck++;
      const text = `<Error><Code>InternalError</Code><Message>as planned</Message></Error>`;
      asked.resume();
      asked.once('end', () =>
        answer.writeHead(fault.status, { 'content-type': 'application/xml' }).end(text),
      );
      return;
    }
    const { method, url } = asked;
    const headers = asked.rawHeaders;
    const passed = http.request({
      host: '127.0.0.1',
      port: this.upstream,
      method,
      path: url,
      headers,
      agent: false,
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    passed.on('response', (response) => {
      if (fault?.kind === 'lost') {
        this.struck++;
        response.resume();
        response.once('end', () => answer.destroy());
        return;
      }
      answer.writeHead(response.statusCode ?? 502, response.rawHeaders);
      answer.flushHeaders();
      let sent = 0;
      response.on('error', () => answer.destroy());
      response.on('data', (piece: Buffer) => {
        const spoilt =
          fault?.kind === 'changed' && fault.way === 'down' ? this.changed(piece, fault.at - sent) : piece;
        const isEnough = fault?.kind === 'truncated' && sent + piece.length > fault.after;
        answer.write(isEnough ? spoilt.subarray(0, Math.max(0, fault.after - sent)) : spoilt);
        sent += piece.length;
        if (!isEnough) return;
        this.struck++;
        setTimeout(() => answer.destroy(), 20);
      });
      response.on('end', () => answer.end());
    });
    let read = 0;
    asked.on('data', (piece: Buffer) => {
      passed.write(
        fault?.kind === 'changed' && fault.way === 'up' ? this.changed(piece, fault.at - read) : piece,
      );
      read += piece.length;
    });
    asked.on('end', () => passed.end());
  }

  private next(): HttpFault | undefined {
    const { plan } = this;
    if (!plan) return undefined;
    if (plan.from > 0) {
      plan.from--;
      return undefined;
    }
    if (plan.times <= 0) return undefined;
    plan.times--;
    return plan.fault;
  }

  private changed(piece: Buffer, at: number): Buffer {
    if (at < 0 || at >= piece.length) return piece;
    this.struck++;
    const copy = Buffer.from(piece);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  }
}
