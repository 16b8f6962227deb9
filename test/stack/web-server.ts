import { spawn } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import path from 'node:path';
import type { WebServerConfig } from './outside';
import { gitEnvironment } from './repository';

/** Serves the sites of an `Outside`, each at its own name, as a process of its own. */
function serve({ host, port, cert, key, sites }: WebServerConfig): void {
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (asked, answer) => {
    const name = (asked.headers.host ?? '').replace(/:\d+$/, '');
    const { pathname } = new URL(asked.url ?? '/', 'https://site');
    const site = sites[name];
    const sent = asked.socket.bytesWritten;
    answer.on('close', () => {
      console.log(name, asked.method, asked.url, answer.statusCode, asked.socket.bytesWritten - sent);
    });
    if (site?.port) forward(host, site.port, asked, answer);
    else if (site?.git) runGit(site.git, asked, answer);
    else if (site?.files) sendFile(path.join(site.files, path.normalize(pathname)), answer);
    else refuse(answer, 404);
  });
  server.listen(port, host);
}

function refuse(answer: ServerResponse, status: number): void {
  answer.writeHead(status).end();
}

function sendFile(file: string, answer: ServerResponse): void {
  createReadStream(file)
    .on('error', () => refuse(answer, 404))
    .pipe(answer);
}

function forward(host: string, port: number, asked: IncomingMessage, answer: ServerResponse): void {
  const { method, headers, url } = asked;
  const passed = request({ host, port, method, headers, path: url }, (response) => {
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
  });
  passed.on('error', () => refuse(answer, 502));
  asked.pipe(passed);
}

/** `git http-backend` by the Common Gateway Interface (RFC 3875). */
function runGit(folder: string, asked: IncomingMessage, answer: ServerResponse): void {
  const url = new URL(asked.url ?? '/', 'https://site');
  const { 'content-type': type, 'content-encoding': encoding, 'git-protocol': protocol } = asked.headers;
  const backend = spawn('git', ['http-backend'], {
    env: {
      ...gitEnvironment(folder),
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: asked.method,
      CONTENT_TYPE: type ?? '',
      HTTP_CONTENT_ENCODING: encoding ?? '',
      GIT_PROTOCOL: String(protocol ?? ''),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  backend.stdin.on('error', () => {});
  asked.pipe(backend.stdin);
  let head = Buffer.alloc(0);
  const readHead = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    backend.stdout.off('data', readHead);
    const headers = head.subarray(0, end).toString('latin1').split('\r\n').map(headerOf);
    const status = headers.find(([name]) => name === 'Status')?.[1] ?? '200';
    answer.writeHead(Number.parseInt(status, 10), headers.filter(([name]) => name !== 'Status').flat());
    answer.write(head.subarray(end + 4));
    backend.stdout.pipe(answer);
  };
  backend.stdout.on('data', readHead);
  backend.on('close', () => {
    if (!answer.headersSent) refuse(answer, 500);
    else answer.end();
  });
}

function headerOf(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}

serve(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
