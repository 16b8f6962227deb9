import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { untilStruck } from './faults';
import { type HttpFault, HttpProxy, TcpProxy } from './proxy';

describe('a proxy counts what it did', () => {
  const CONTENT = 'x'.repeat(1000);
  const upstream = http.createServer((asked, answer) => {
    asked.resume();
    asked.once('end', () => answer.end(CONTENT));
  });
  let port: number;
  beforeAll(async () => {
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    port = (upstream.address() as AddressInfo).port;
  });
  afterAll(() => new Promise((resolve) => upstream.close(resolve)));

  /** The content that comes through a proxy, or that it broke off. */
  const get = (through: number) =>
    new Promise<string>((resolve) => {
      const asked = http.request({ port: through, method: 'PUT', agent: false }, (answer) => {
        let text = '';
        answer.on('data', (piece: Buffer) => {
          text += piece.toString();
        });
        answer.on('error', () => resolve('broken'));
        answer.on('end', () => resolve(text === CONTENT ? 'whole' : 'changed'));
      });
      asked.on('error', () => resolve('broken'));
      asked.end('sent');
    });

  test.each<[HttpFault | undefined, string, number]>([
    [undefined, 'whole', 0],
    [{ kind: 'answer', status: 503 }, 'changed', 1],
    [{ kind: 'lost' }, 'broken', 1],
    [{ kind: 'truncated', after: 400 }, 'broken', 1],
    [{ kind: 'truncated', after: 1000 }, 'whole', 0],
    [{ kind: 'changed', way: 'down', at: 999 }, 'changed', 1],
    [{ kind: 'changed', way: 'down', at: 1000 }, 'whole', 0],
    [{ kind: 'changed', way: 'up', at: 3 }, 'whole', 1],
    [{ kind: 'changed', way: 'up', at: 4 }, 'whole', 0],
  ])('of requests: %j', async (fault, came, struck) => {
    const proxy = await HttpProxy.start(port);
    if (fault) proxy.plan = { fault, from: 1, times: 1 };
    expect(await get(proxy.port)).toBe('whole');
    expect(await get(proxy.port)).toBe(came);
    expect(proxy.struck).toBe(struck);
    await proxy.stop();
  });

  test('of connections', async () => {
    const proxy = await TcpProxy.start({ host: '127.0.0.1', port }, '127.0.0.1');
    proxy.cut = { down: 1_000_000 };
    expect([await get(proxy.port), proxy.struck]).toEqual(['whole', 0]);
    proxy.cut = { down: 500 };
    expect([await get(proxy.port), proxy.struck]).toEqual(['broken', 1]);
    proxy.cut = { delay: 1 };
    expect(await get(proxy.port)).toBe('whole');
    expect(proxy.struck).toBeGreaterThan(1);
    await proxy.stop();
  });
});

test('a fault that met nothing comes again, and one that never does is told', async () => {
  const struck: string[] = [];
  const rounds = await untilStruck(['a', 'b', 'c'], [1, 2], async (_, kind, n) => {
    const met = n % 2 === 1;
    if (met) struck.push(kind);
    return met;
  });
  expect(struck.sort()).toEqual(['a', 'b', 'c']);
  expect(rounds).toBe(6);
  const never = untilStruck(['a', 'b'], [1, 2], async (_, kind) => kind !== 'b');
  await expect(never).rejects.toThrow('these faults have still met nothing: b');
});
