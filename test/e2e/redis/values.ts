import { createHash } from 'node:crypto';
import type { RedisConnection, Reply } from './resp';

/**
 * Every value of a server, key by key as text, with the time at which it expires, and its functions: what a dump has to
 * bring back. Keys that begin `short:` are left out, since they may have expired.
 */
export async function valuesOf(redis: RedisConnection): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const spaces = String(await redis.send('info', 'keyspace')).matchAll(/^db(\d+):/gm);
  for (const [, database = ''] of spaces) {
    await redis.send('select', database);
    const keys = ((await redis.send('keys', '*')) as string[]).filter((key) => !key.startsWith('short:'));
    const values = await Promise.all(keys.map((key) => oneOf(redis, key)));
    keys.forEach((key, i) => {
      found.set(`${database}/${key}`, values[i] ?? '');
    });
  }
  await redis.send('select', 0);
  found.set('functions', digest(await redis.send('function', 'list', 'withcode')));
  return found;
}

/** The differences of two, by key. */
export function differences(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key)).sort();
}

async function oneOf(redis: RedisConnection, key: string): Promise<string> {
  const [type, expires] = await Promise.all([redis.send('type', key), redis.send('pexpiretime', key)]);
  return `${type} ${expires} ${digest(await contentOf(redis, key, String(type)))}`;
}

async function contentOf(redis: RedisConnection, key: string, type: string): Promise<Reply> {
  switch (type) {
    case 'string':
      return redis.send('get', key);
    case 'list':
      return redis.send('lrange', key, 0, -1);
    case 'set':
      return ((await redis.send('smembers', key)) as string[]).sort();
    case 'hash':
      return pairs((await redis.send('hgetall', key)) as string[]);
    case 'zset':
      return redis.send('zrange', key, 0, -1, 'withscores');
    case 'stream':
      return streamOf(redis, key);
    default:
      throw new Error(`${key} is a ${type}`);
  }
}

/** Entries, groups, consumers and what is pending, but for how the server keeps them and when they were seen. */
async function streamOf(redis: RedisConnection, key: string): Promise<Reply> {
  const full = await redis.send('xinfo', 'stream', key, 'full', 'count', 0);
  return without(full, ['radix-tree-keys', 'radix-tree-nodes', 'seen-time', 'active-time']);
}

function without(reply: Reply, names: readonly string[]): Reply {
  if (!Array.isArray(reply)) return reply;
  const left: Reply[] = [];
  for (let i = 0; i < reply.length; i++) {
    const member = reply[i] as Reply;
    if (typeof member === 'string' && names.includes(member)) i++;
    else left.push(without(member, names));
  }
  return left;
}

function pairs(flat: readonly string[]): Reply {
  const all = flat.flatMap((field, i) => (i % 2 === 0 ? [[field, flat[i + 1] ?? '']] : []));
  return all.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
}

function digest(value: Reply): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 24);
}
