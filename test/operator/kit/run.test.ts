import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { CertificateAuthority } from '../../stack/certificates';
import { type CommandResult, run, TYPESCRIPT } from '../../stack/command';
import { temporaryFolder } from '../../support/folder';

jest.setTimeout(120_000);

/** An API server that has lamps, over TLS, in memory. */
interface Lamp {
  metadata: {
    name: string;
    finalizers?: string[];
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  spec: { do: string };
}

const lamps = new Map<string, Lamp>();
const asked: string[] = [];
const folder = path.join(temporaryFolder('hook-kit'), 'files');
let server: Server;
let env: NodeJS.ProcessEnv;
let version = 0;

const lamp = (name: string, what: string, more: object = {}) =>
  lamps.set(name, {
    ...{ apiVersion: 'example.dev/v1', kind: 'Lamp', spec: { do: what } },
    metadata: { name, namespace: 'hall', uid: name, resourceVersion: String(version++), ...more },
  } as Lamp);

function answer(method: string, url: string, body: string): [number, object] {
  const name = /\/apis\/example.dev\/v1\/namespaces\/hall\/lamps\/([^?]+)/.exec(url)?.[1] ?? '';
  asked.push(`${method} ${name}`);
  const found = lamps.get(name);
  if (name === 'secretive') return [403, { message: 'no: Bearer the-token' }];
  if (!found) return [404, { message: 'not found' }];
  if (method === 'PATCH') {
    const { metadata } = JSON.parse(body) as Lamp;
    const { resourceVersion = found.metadata.resourceVersion } = metadata;
    if (resourceVersion !== found.metadata.resourceVersion)
      return [409, { reason: 'Conflict', message: 'changed' }];
    found.metadata = { ...found.metadata, ...metadata, resourceVersion: String(version++) };
  }
  return [200, found];
}

beforeAll(async () => {
  mkdirSync(folder);
  const authority = await CertificateAuthority.create(folder);
  const { cert, key } = await authority.issue('server', {
    commonName: 'x',
    subjectAltNames: ['IP:127.0.0.1'],
  });
  server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      if (headers.authorization !== 'Bearer the-token') return response.writeHead(401).end('{}');
      const [status, object] = answer(method, url, Buffer.concat(parts).toString());
      return response.writeHead(status).end(JSON.stringify(object));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const token = path.join(folder, 'token');
  writeFileSync(token, 'the-token\n');
  env = {
    ...{ PATH: process.env.PATH, KUBERNETES_SERVICE_HOST: '127.0.0.1' },
    KUBERNETES_SERVICE_PORT: String((server.address() as AddressInfo).port),
    ...{ FLEETWRIGHT_TOKEN_FILE: token, FLEETWRIGHT_CA_FILE: authority.cert },
    ...{ BINDING_CONTEXT_PATH: path.join(folder, 'context'), METRICS_PATH: path.join(folder, 'metrics') },
  };
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  lamps.clear();
  asked.length = 0;
});

/** Runs the hook as the engine does. */
function hook(contexts: object[], more: object = {}, args: string[] = []): Promise<CommandResult> {
  writeFileSync(path.join(folder, 'context'), JSON.stringify(contexts));
  return run([...TYPESCRIPT, path.join(__dirname, 'lamps.ts'), ...args], { env: { ...env, ...more } });
}

const found = (name: string) => ({ filterResult: { namespace: 'hall', name, uid: name, deleting: false } });
const changed = (name: string) => ({ binding: 'items', type: 'Event', ...found(name) });
const tick = (...names: string[]) => ({
  ...{ binding: 'tick', type: 'Group', groupName: 'tick' },
  snapshots: { items: names.map(found) },
});
const metrics = () =>
  readFileSync(path.join(folder, 'metrics'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
const noteOf = (name: string) => lamps.get(name)?.metadata.annotations?.note;

test('it answers with its bindings, and asks the API server for nothing', async () => {
  const { code, stdout } = await hook([], {}, ['--config']);
  expect({ code, asked }).toEqual({ code: 0, asked: [] });
  expect(JSON.parse(stdout)).toMatchObject({ configVersion: 'v1', kubernetes: [{ kind: 'Lamp' }] });
});

test('items that throw, that hang or that are not there are no matter of the others', async () => {
  for (const what of ['throw', 'hang', 'light']) lamp(what, what);
  const { code, stderr } = await hook(['throw', 'hang', 'missing', 'light'].map(changed));
  expect(code).toBe(0);
  expect(noteOf('light')).toBe('lit: changed');
  expect(noteOf('throw')).toBe('broken on purpose');
  expect(noteOf('hang')).toBe('not done within 10 s');
  for (const line of ['hall/throw: broken on purpose', 'hall/hang: not done within 10 s', 'gone: missing']) {
    expect(stderr).toContain(line);
  }
});

test('a finalizer is there before the item is looked at, and others keep theirs', async () => {
  lamp('one', 'light', { finalizers: ['other'] });
  expect((await hook([changed('one')], { FINALIZER: 'mine' })).code).toBe(0);
  expect(lamps.get('one')?.metadata.finalizers).toEqual(['other', 'mine']);
  expect(asked).toEqual(['GET one', 'PATCH one', 'PATCH one']);
});

test('it goes when all is done, and no earlier', async () => {
  const deletionTimestamp = '2026-01-01T00:00:00Z';
  lamp('stays', 'stay', { finalizers: ['mine'], deletionTimestamp });
  lamp('goes', 'light', { finalizers: ['other', 'mine'], deletionTimestamp });
  lamp('foreign', 'light', { finalizers: ['other'], deletionTimestamp });
  const { code } = await hook([tick('stays', 'goes', 'foreign')], { FINALIZER: 'mine' });
  expect(code).toBe(0);
  const finalizers = (name: string) => lamps.get(name)?.metadata.finalizers;
  expect([finalizers('stays'), finalizers('goes'), finalizers('foreign')]).toEqual([
    ['mine'],
    ['other'],
    ['other'],
  ]);
  expect([...lamps.keys()].flatMap((name) => noteOf(name) ?? [])).toEqual([]);
});

test('without a finalizer, what is being deleted is gone', async () => {
  lamp('going', 'light', { finalizers: ['foregroundDeletion'], deletionTimestamp: '2026-01-01T00:00:00Z' });
  const { stderr } = await hook([changed('going')]);
  expect(stderr).toContain('gone: going');
  expect(noteOf('going')).toBeUndefined();
});

test('metrics are told when all items are known, and replace those of before', async () => {
  lamp('one', 'light');
  writeFileSync(path.join(folder, 'metrics'), '');
  await hook([changed('one')]);
  expect(readFileSync(path.join(folder, 'metrics'), 'utf8')).toBe('');
  await hook([tick('one')]);
  const line = { group: 'lamps', action: 'set', name: 'lamps', value: 1, labels: { hall: 'yes' } };
  const errors = { group: 'lamps', action: 'set', name: 'fleetwright_hook_item_errors', value: 0 };
  expect(metrics()).toEqual([line, errors]);
});

test('how many items failed is a metric of every hook', async () => {
  for (const what of ['throw', 'hang', 'light']) lamp(what, what);
  writeFileSync(path.join(folder, 'metrics'), '');
  await hook([tick('throw', 'hang', 'light', 'missing')]);
  expect(metrics()).toContainEqual(
    expect.objectContaining({ name: 'fleetwright_hook_item_errors', value: 2 }),
  );
});

test('the token is in no message', async () => {
  const { code, stderr } = await hook([changed('secretive')]);
  expect(code).toBe(0);
  expect(stderr).toContain('hall/secretive: get lamps hall/secretive: 403 no: Bearer ...');
});

test('an API server that is not there is told for each item, and ends well', async () => {
  const { code, stderr } = await hook([changed('one')], { KUBERNETES_SERVICE_PORT: '1' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^hall\/one: .*ECONNREFUSED/) });
});
