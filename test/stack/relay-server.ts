import { connect, createServer, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/*
 * Passes connections on, as a process inside a stack's network: relay-server.ts SOCKET HOST PORT OWN. It takes them at
 * the file SOCKET, which every process of the machine sees, and at the port OWN, by which is known that it serves.
 */

const [socket = '', host = '', port = '', own = ''] = process.argv.slice(2);

function pass(inner: Socket): void {
  const outer = connect({ port: Number(port), host, allowHalfOpen: true });
  pipeline(inner, outer, () => outer.destroy());
  pipeline(outer, inner, () => inner.destroy());
}

createServer({ allowHalfOpen: true }, pass).listen(socket);
createServer({ allowHalfOpen: true }, pass).listen(Number(own), host);
