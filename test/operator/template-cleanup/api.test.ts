import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type ApiObject, Server } from '../../../operator/template-cleanup/api';

const kind = { group: 'cluster.x-k8s.io', version: 'v1beta2', plural: 'machinesets' };
const object: ApiObject = {
  apiVersion: 'cluster.x-k8s.io/v1beta2',
  kind: 'MachineSet',
  metadata: { name: 'old', uid: 'u', resourceVersion: '7' },
};

describe('the client of the API server', () => {
  let server: HttpServer;
  let answer: [number, unknown];
  let seen: { method?: string; url?: string; authorization?: string; body: string };

  async function read(request: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of request) text += chunk;
    return text;
  }

  beforeAll(async () => {
    server = createServer(async (request, response) => {
      const { method, url, headers } = request;
      seen = { method, url, authorization: headers.authorization, body: await read(request) };
      const [status, body] = answer;
      response.writeHead(status, { location: '/elsewhere' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const client = () => {
    const { port } = server.address() as AddressInfo;
    return new Server({ url: `http://127.0.0.1:${port}`, token: 'secret', namespace: 'clusters' });
  };

  it('lists a kind in its namespace, with the token', async () => {
    answer = [200, { items: [object], metadata: { resourceVersion: '9' } }];
    expect(await client().list(kind)).toEqual([object]);
    expect(seen).toMatchObject({
      method: 'GET',
      url: '/apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/machinesets',
      authorization: 'Bearer secret',
    });
  });

  it.each<[string, [number, unknown], RegExp]>([
    ['an error', [403, { message: 'forbidden' }], /^list machinesets: 403 .*forbidden/],
    ['a part of a list', [200, { items: [], metadata: { continue: 'x' } }], /not the whole list/],
    ['something else', [200, {}], /not the whole list/],
    ['no items', [200, { items: null }], /not the whole list/],
    ['nothing', [200, null], /^list machinesets: the answer is no list$/],
    [
      'an item that is nothing',
      [200, { items: [null] }],
      /^list machinesets: holds something that is no object$/,
    ],
    [
      'an item without a name',
      [200, { items: [{ ...object, metadata: {} }] }],
      /something that is no object$/,
    ],
    ['a way to another place', [302, {}], /^list machinesets: 302/],
  ])('takes %s for no list', async (_, given, expected) => {
    answer = given;
    await expect(client().list(kind)).rejects.toThrow(expected);
  });

  it('deletes the object as it was read, and no other', async () => {
    answer = [200, {}];
    expect(await client().remove(kind, object)).toBe(true);
    expect(seen).toMatchObject({
      method: 'DELETE',
      url: '/apis/cluster.x-k8s.io/v1beta2/namespaces/clusters/machinesets/old',
    });
    expect(JSON.parse(seen.body)).toEqual({
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      preconditions: { uid: 'u', resourceVersion: '7' },
    });
  });

  it.each([404, 409])('leaves what is gone or has changed: %d', async (status) => {
    answer = [status, {}];
    expect(await client().remove(kind, object)).toBe(false);
  });

  it('fails when it may not delete', async () => {
    answer = [403, { message: 'forbidden' }];
    await expect(client().remove(kind, object)).rejects.toThrow(/^delete old of machinesets: 403/);
  });

  it('prints no token that the server repeats, and nothing that moves the cursor', async () => {
    answer = [401, 'Authorization: Bearer other.token, secret\u001b[2J'];
    const error = client().list(kind);
    await expect(error).rejects.toThrow(/^list machinesets: 401 "Authorization: Bearer \.\.\. \.\.\./);
    await expect(error).rejects.not.toThrow(/other|secret|\p{Cc}/u);
  });

  it('asks for the name as it is written', async () => {
    answer = [200, {}];
    await client().remove(kind, { ...object, metadata: { ...object.metadata, name: '../a?b' } });
    expect(seen.url).toMatch(/\/machinesets\/\.\.%2Fa%3Fb$/);
  });
});

describe('an answer that does not end', () => {
  let server: HttpServer;
  let closed: Promise<void>;
  let gc: NodeJS.Timeout;

  beforeAll(async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    gc = setInterval(collect, 20);
    closed = new Promise((resolve) => {
      server = createServer((_, response) => {
        const drip = setInterval(() => response.write(' '), 20);
        response.on('close', () => {
          clearInterval(drip);
          resolve();
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    clearInterval(gc);
    server.closeAllConnections();
    server.close();
  });

  it('is none after the time, though it goes on and garbage is collected, and its connection is closed', async () => {
    const { port } = server.address() as AddressInfo;
    const props = { url: `http://127.0.0.1:${port}`, token: 'secret', namespace: 'clusters', timeout: 500 };
    await expect(new Server(props).list(kind)).rejects.toThrow(
      'list machinesets: no whole answer within 0.5 s',
    );
    await closed;
  });
});
