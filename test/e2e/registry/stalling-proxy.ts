/**
 * Hands every request on to a registry, but never answers the first one that matches: it writes a file then.
 *
 * Usage: stalling-proxy.ts <address> <port> <registry port> <pattern of "METHOD path"> <file>
 */
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';

const [, , address, port, registry, pattern = '', file = ''] = process.argv;

createServer((incoming, outgoing) => {
  const { method = '', url = '', headers } = incoming;
  if (new RegExp(pattern).test(`${method} ${url}`)) {
    writeFileSync(file, `${method} ${url}\n`);
    return;
  }
  const onward = request({ host: '127.0.0.1', port: registry, method, path: url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  incoming.pipe(onward);
}).listen(Number(port), address);
