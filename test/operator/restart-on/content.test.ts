import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Api } from '../../../operator/kit';
import { contentOf } from '../../../operator/restart-on/content';
import { hashKey } from '../../../operator/restart-on/key';
import { type Reference, readReferences } from '../../../operator/restart-on/references';

/** What the server has, by path. */
const objects = new Map<string, object>();
let server: Server;
let api: Api;

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = request.url?.split('?')[0] ?? '';
    const answer = (status: number, body: object) => {
      response.writeHead(status).end(JSON.stringify(body));
    };
    if (request.method === 'GET') {
      const object = objects.get(url);
      return object ? answer(200, object) : answer(404, { message: 'not found' });
    }
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const object = JSON.parse(Buffer.concat(parts).toString()) as { metadata: { name: string } };
      const path = `${url}/${object.metadata.name}`;
      if (objects.has(path)) return answer(409, { reason: 'AlreadyExists', message: 'is there' });
      objects.set(path, object);
      return answer(201, object);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  api = Api.of({ url: `http://127.0.0.1:${port}`, token: 't', manager: 'm' });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => objects.clear());

const [secret, settings] = readReferences('secret/db,configmap/db') as [Reference, Reference];
const key = Buffer.alloc(32, 1);
const hashOf = (object: object, more: { reference?: Reference; namespace?: string; key?: Buffer } = {}) => {
  const { reference = secret, namespace = 'shop' } = more;
  objects.set(`/api/v1/namespaces/${namespace}/${reference.kind.plural}/db`, { metadata: {}, ...object });
  return contentOf(api, more.key ?? key, namespace, reference);
};

test('only content counts: not its order, nor metadata', async () => {
  const hash = await hashOf({ data: { a: '1', b: '2' } });
  expect(hash).toMatch(/^[\w-]{27}$/);
  expect(await hashOf({ metadata: { resourceVersion: '9' }, data: { b: '2', a: '1' } })).toBe(hash);
  for (const data of [{ a: '1' }, { a: '2', b: '1' }, { a: '1', b: '2', c: '' }, { ab: '12' }]) {
    expect(await hashOf({ data })).not.toBe(hash);
  }
  expect(await hashOf({ binaryData: { a: '1', b: '2' } })).not.toBe(hash);
});

test("the passwords beside the one in use do not count, in a bundle's Secret", async () => {
  const ours = { labels: { 'app.kubernetes.io/managed-by': 'fleetwright' } };
  const [before, after] = [{ password: 'b2xk' }, { password: 'bmV3' }];
  const rotated = [
    before,
    { ...before, 'next-password': 'bmV3' },
    { ...after, 'previous-password': 'b2xk' },
    after,
  ];
  const hashes = async (metadata: object, reference = secret) => {
    const all: (string | undefined)[] = [];
    for (const data of rotated) all.push(await hashOf({ metadata, data }, { reference }));
    return all;
  };
  const [a, b, c, d] = await hashes(ours);
  expect([b, d]).toEqual([a, c]);
  expect(c).not.toBe(a);
  expect(new Set(await hashes({})).size).toBe(4);
  expect(new Set(await hashes(ours, settings)).size).toBe(4);
});

test('the same content looks different elsewhere, and to another key', async () => {
  const data = { data: { password: 'x' } };
  const hashes = [
    await hashOf(data),
    await hashOf(data, { namespace: 'other' }),
    await hashOf(data, { reference: settings }),
    await hashOf(data, { key: Buffer.alloc(32, 2) }),
  ];
  expect(new Set(hashes).size).toBe(4);
});

test('an empty object is not one that is missing', async () => {
  expect(await contentOf(api, key, 'shop', secret)).toBeUndefined();
  expect(await hashOf({})).toBeDefined();
});

test('the key is made once, whoever comes first, and labelled as the guard wants it', async () => {
  const keys = await Promise.all([1, 2, 3].map(() => hashKey(api, 'system')));
  expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
  const made = objects.get('/api/v1/namespaces/system/secrets/fleetwright-restart-on');
  expect(made).toMatchObject({
    type: 'Opaque',
    metadata: { labels: { 'app.kubernetes.io/managed-by': 'fleetwright' } },
  });
  expect(JSON.stringify(made)).toContain(keys[0]?.bytes.toString('base64'));
  expect(await hashKey(api, 'system')).toEqual(keys[0]);
});

test('a key that is none is told, with what to do', async () => {
  objects.set('/api/v1/namespaces/system/secrets/fleetwright-restart-on', { data: { key: 'c2hvcnQ=' } });
  await expect(hashKey(api, 'system')).rejects.toThrow(/no key of 32 bytes: delete it/);
});
