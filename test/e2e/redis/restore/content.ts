import { createHash, randomBytes } from 'node:crypto';
import type { Connection, Reply } from './resp';

/** How much data: a tenth of the keys get a time to live. */
export interface Amount {
  readonly keys: number;
  /** The bytes of one large value. */
  readonly large: number;
  /** Keys that expire after so many milliseconds. @default none */
  readonly shortLived?: { readonly keys: number; readonly ms: number };
}

/** Fills a server with what backups get wrong: times to live, streams with groups, functions, binary and large values. */
export async function fill(server: Connection, tag: string, amount: Amount): Promise<void> {
  const work: Promise<Reply>[] = [];
  const ask = (...words: (string | Buffer | number)[]) => void work.push(server.ask(...words));
  for (let i = 0; i < amount.keys; i++) {
    const life = i % 10 === 0 ? ['px', 3_600_000 + i] : [];
    ask('set', `${tag}:${i}`, randomBytes(40), ...life);
  }
  for (let i = 0; i < (amount.shortLived?.keys ?? 0); i++) {
    ask('set', `${tag}:short:${i}`, 'soon gone', 'px', amount.shortLived?.ms ?? 0);
  }
  ask('set', `${tag}:large`, randomBytes(amount.large));
  for (let i = 0; i < 300; i++) {
    ask('hset', `${tag}:hash`, `field${i}`, randomBytes(8));
    ask('rpush', `${tag}:list`, i);
    ask('sadd', `${tag}:set`, `member${i}`);
    ask('zadd', `${tag}:sorted`, i / 7, `member${i}`);
    ask('xadd', `${tag}:stream`, `${i + 1}-0`, 'n', i);
  }
  ask('pfadd', `${tag}:loglog`, 'a', 'b', 'c');
  ask('xgroup', 'create', `${tag}:stream`, 'group', '0');
  ask('xreadgroup', 'group', 'group', 'consumer', 'count', 20, 'streams', `${tag}:stream`, '>');
  ask('xack', `${tag}:stream`, 'group', '3-0');
  ask('select', 3);
  ask('set', `${tag}:elsewhere`, tag);
  ask('select', 0);
  ask(
    'function',
    'load',
    'replace',
    `#!lua name=${tag}\nredis.register_function('${tag}', function() return '${tag}' end)`,
  );
  await Promise.all(work);
}

/** A line for each key, and one for the functions. */
export type Content = readonly string[];

/** What only one of the two has, as far as a person reads. */
export function difference(a: Content, b: Content): string[] {
  const [inA, inB] = [new Set(a), new Set(b)];
  const only = [...a.filter((line) => !inB.has(line)), ...b.filter((line) => !inA.has(line))];
  return only.slice(0, 10);
}

/**
 * All that a server holds: values as commands read them, times to live, groups of streams with what is
 * pending, functions. What expires within the next minutes is left out: it may or may not be gone.
 */
export async function contentOf(server: Connection): Promise<Content> {
  const lines: string[] = [];
  for (const database of [0, 3]) {
    await server.ask('select', database);
    const names = (await server.ask('keys', '*')) as Buffer[];
    for (const name of names) {
      const expires = Number(await server.ask('pexpiretime', name));
      if (expires === -2 || (expires > 0 && expires < Date.now() + 300_000)) continue;
      const value = hashOf(await readValue(server, name));
      lines.push(`${database} ${name.toString('hex')} ${expires} ${value}`);
    }
  }
  await server.ask('select', 0);
  const functions = hashOf(await server.ask('function', 'dump'));
  lines.push(`functions ${functions}`);
  return lines.sort();
}

async function readValue(server: Connection, name: Buffer): Promise<Reply> {
  const type = String(await server.ask('type', name));
  switch (type) {
    case 'string':
      return server.ask('get', name);
    case 'hash': {
      const fields = (await server.ask('hgetall', name)) as Buffer[];
      return sorted(
        fields.flatMap((field, i) => (i % 2 === 0 ? [Buffer.concat([field, fields[i + 1] as Buffer])] : [])),
      );
    }
    case 'list':
      return server.ask('lrange', name, 0, -1);
    case 'set':
      return sorted((await server.ask('smembers', name)) as Buffer[]);
    case 'zset':
      return server.ask('zrange', name, 0, -1, 'withscores');
    case 'stream':
      return [
        await server.ask('xrange', name, '-', '+'),
        ...(((await server.ask('xinfo', 'groups', name)) as Reply[][]).flat() as Reply[]),
        await server.ask('xpending', name, 'group', '-', '+', 1000).then((pending) =>
          // The time since a delivery goes on.
          (pending as Reply[][]).map(([id, consumer, , times]) => [id, consumer, times] as Reply[]),
        ),
      ];
    default:
      throw new Error(`${name} is a ${type}`);
  }
}

const sorted = (parts: Buffer[]) => parts.sort((a, b) => a.compare(b));

function hashOf(reply: Reply): string {
  const hash = createHash('sha256');
  const add = (part: Reply) => {
    if (Array.isArray(part)) {
      hash.update(`[${part.length}]`);
      part.forEach(add);
    } else if (Buffer.isBuffer(part)) hash.update(`${part.length}:`).update(part);
    else hash.update(`(${String(part)})`);
  };
  add(reply);
  return hash.digest('hex');
}
