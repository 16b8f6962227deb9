/**
 * Serves an S3 server over TLS, but never answers requests for a bucket whose name matches.
 *
 * Usage: hanging-s3.ts <address> <port> <port of the server> <certificate> <key> <pattern of a path>
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:https';

const [, , address = '', port, server, cert = '', key = '', pattern = ''] = process.argv;

createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (incoming, outgoing) => {
  const { method, url = '', headers } = incoming;
  if (new RegExp(pattern).test(url)) return;
  const onward = request({ host: address, port: server, method, path: url, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  incoming.pipe(onward);
}).listen(Number(port), address);
