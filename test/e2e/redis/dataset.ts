import { randomFrom } from '../drift/edits';
import type { RedisConnection } from './resp';

const LIBRARY = `#!lua name=shop
redis.register_function('total', function(keys, args) return #keys end)`;

/** Fills a server with all that Redis has: every type, times to live, streams with groups, functions, big and binary values. */
export async function fill(redis: RedisConnection, seed: number, keys: number): Promise<void> {
  const random = randomFrom(seed);
  const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
  const sent: Promise<unknown>[] = [];
  const send = (...command: (string | number | Buffer)[]) => void sent.push(redis.send(...command));
  for (let i = 0; i < keys; i++) {
    const ttl = random() < 0.3 ? ['px', Math.floor(3_600_000 + random() * 864_000_000)] : [];
    send(
      'set',
      Buffer.concat([Buffer.from(`key:${i}:`), bytes(6)]),
      bytes(Math.floor(random() * 200)),
      ...ttl,
    );
    send('hset', `hash:${i % 50}`, `field:${i}`, bytes(20));
    send('zadd', `zset:${i % 20}`, Math.floor(random() * 1e6), `member:${i}`);
    send('sadd', `set:${i % 30}`, i % 2 === 0 ? i : `text:${i}`);
    send('rpush', `list:${i % 10}`, bytes(30));
    if (i % 50 === 0) send('set', `short:${i}`, 'soon gone', 'px', 200 + Math.floor(random() * 4000));
  }
  // Large, and of random bytes: what a cut falls into.
  for (let i = 0; i < 3; i++) send('set', `large:${i}`, bytes(300_000));
  send('select', 7);
  for (let i = 0; i < 200; i++) send('xadd', 'orders', `${i + 1}-0`, 'order', i, 'blob', bytes(10));
  send('xgroup', 'create', 'orders', 'billing', '0');
  send('xgroup', 'create', 'orders', 'shipping', '5-0');
  send('xreadgroup', 'group', 'billing', 'one', 'count', 40, 'streams', 'orders', '>');
  send('xreadgroup', 'group', 'billing', 'two', 'count', 7, 'streams', 'orders', '>');
  send('xack', 'orders', 'billing', '3-0', '4-0');
  send('pexpire', 'orders', 7_200_000);
  send('select', 0);
  send('function', 'load', 'replace', LIBRARY);
  await Promise.all(sent);
}

/** Changes some of it, so that no two dumps are alike. */
export async function change(redis: RedisConnection, round: number): Promise<void> {
  await redis.send('set', 'round', round);
  await redis.send('xadd', 'log', '*', 'round', round);
  await redis.send('set', `short:round:${round}`, round, 'px', 700);
  await redis.send('pexpireat', 'round', Date.now() + 3_600_000 + round);
}
