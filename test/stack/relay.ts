import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { pipeline } from 'node:stream';
import { TYPESCRIPT } from './command';
import type { Stack } from './stack';

/** A port of the machine's loopback that leads to one inside a stack's network: a test itself is outside of it. */
export class Relay {
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  /** @param port what to lead to */
  static async start(stack: Stack, name: string, port: number): Promise<Relay> {
    const socket = stack.path(`${name}.sock`);
    const own = await stack.network.port();
    const { host } = stack.network;
    const program = path.join(__dirname, 'relay-server.ts');
    await stack.processes.start({
      name,
      command: [...TYPESCRIPT, program, socket, host, String(port), String(own)],
      port: own,
    });
    const server = createServer({ allowHalfOpen: true });
    const relay = new Relay(server);
    server.on('connection', (inner) => relay.pass(inner, connect({ path: socket, allowHalfOpen: true })));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  /** The port on 127.0.0.1. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends all connections. The process inside ends with its stack. */
  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(inner: Socket, outer: Socket): void {
    for (const socket of [inner, outer]) {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    }
    pipeline(inner, outer, () => outer.destroy());
    pipeline(outer, inner, () => inner.destroy());
  }
}
