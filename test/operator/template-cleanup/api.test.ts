import { createServer, type Server as HttpServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ApiObject, Server } from '../../../operator/template-cleanup/api';

const kind = { group: 'cluster.x-k8s.io', version: 'v1beta2', plural: 'machinesets' };
const object = { metadata: { name: 'old', uid: 'u', resourceVersion: '7' } } as ApiObject;

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
    ['a way to another place', [302, {}], /fetch failed/],
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
});
