import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { pick } from '../drift/edits';
import type { Disturbance } from './pipeline';
import type { HttpFault, HttpProxy, TcpProxy } from './proxy';

/** Where faults are put in. */
export interface Scene {
  /** Between the dump and the server. */
  readonly redis: TcpProxy;
  /** Between the mover and the proxy of requests. */
  readonly connections: TcpProxy;
  /** Between that and the S3 server. */
  readonly requests: HttpProxy;
  /** How big a dump is, in bytes. */
  bytes: number;
  /** The address of a server that writes no checksums. */
  readonly withoutChecksum: string;
}

/** A fault that is put in. */
export interface Fault {
  readonly what: string;
  readonly disturbance?: Disturbance;
  /** The server to dump from, if it is another. */
  readonly host?: string;
  /** Whether it can leave the backup whole: it may be met too late, or be got over. All others strike by failing it. */
  readonly survivable: boolean;
}

type Random = () => number;
type Kind = (scene: Scene, random: Random) => Fault;

/** From 0 to below a bound; small ones as often as big ones, since most happens at the begin. */
function upTo(random: Random, bound: number): number {
  return Math.floor(random() < 0.3 ? random() * Math.min(bound, 600) : random() * bound);
}

function spoilRequests({ requests }: Scene, random: Random, fault: HttpFault, times: number): void {
  requests.plan = { fault, from: Math.floor(random() * 5), times };
}

const KINDS: Readonly<Record<string, Kind>> = {
  'redis: cut': ({ redis, bytes }, random) => {
    const at = upTo(random, bytes);
    redis.cut = random() < 0.15 ? { up: upTo(random, 150) } : { down: at };
    return { what: JSON.stringify(redis.cut), survivable: true };
  },
  'redis: slow': ({ redis }, random) => {
    redis.cut = { delay: 5 + upTo(random, 40), down: random() < 0.5 ? upTo(random, 400_000) : undefined };
    return { what: JSON.stringify(redis.cut), survivable: true };
  },
  'redis: wrong password': () => ({
    ...{ what: 'wrong', disturbance: { password: 'wrong' }, survivable: false },
  }),
  'redis: no checksum': ({ withoutChecksum }) => ({
    ...{ what: withoutChecksum, host: withoutChecksum, survivable: false },
  }),
  'disk: full': ({ bytes }, random) => {
    const fileLimit = upTo(random, bytes - 1024);
    return { what: `${fileLimit} bytes`, disturbance: { fileLimit }, survivable: false };
  },
  'dump: truncated': (_, random) => {
    const share = random();
    const spoil = (file: string) => truncateSync(file, Math.floor(readFileSync(file).length * share));
    return { what: `to ${share}`, disturbance: { spoil }, survivable: false };
  },
  'dump: changed': (_, random) => {
    const share = random();
    const spoil = (file: string) => {
      const content = readFileSync(file);
      const at = Math.floor(content.length * share);
      content[at] = (content[at] ?? 0) ^ (1 << Math.floor(random() * 8));
      writeFileSync(file, content);
    };
    return { what: `at ${share}`, disturbance: { spoil }, survivable: false };
  },
  'dump: with something after it': (_, random) => {
    const tail = Buffer.alloc(1 + upTo(random, 100), 'x');
    const spoil = (file: string) => writeFileSync(file, tail, { flag: 'a' });
    return { what: `${tail.length} bytes`, disturbance: { spoil }, survivable: false };
  },
  's3: cut': ({ connections, bytes }, random) => {
    const at = upTo(random, bytes);
    const times = 1 + Math.floor(random() * 20);
    connections.cut = random() < 0.5 ? { up: at, times } : { down: at, times };
    return { what: JSON.stringify(connections.cut), survivable: true };
  },
  's3: slow': ({ connections }, random) => {
    const at = random() < 0.5 ? undefined : upTo(random, 1_000_000);
    connections.cut = { delay: 5 + upTo(random, 60), up: at };
    return { what: JSON.stringify(connections.cut), survivable: true };
  },
  's3: error': (scene, random) => {
    const status = pick(random, [500, 503, 502, 429, 403]);
    const times = pick(random, [1, 2, 4, 50]);
    spoilRequests(scene, random, { kind: 'answer', status }, times);
    return { what: JSON.stringify(scene.requests.plan), survivable: true };
  },
  's3: lost answer': (scene, random) => {
    spoilRequests(scene, random, { kind: 'lost' }, pick(random, [1, 2, 50]));
    return { what: JSON.stringify(scene.requests.plan), survivable: true };
  },
  's3: truncated answer': (scene, random) => {
    const after = upTo(random, scene.bytes);
    spoilRequests(scene, random, { kind: 'truncated', after }, pick(random, [1, 3, 50]));
    return { what: JSON.stringify(scene.requests.plan), survivable: true };
  },
  's3: changed content': (scene, random) => {
    const way = random() < 0.5 ? 'up' : 'down';
    const fault: HttpFault = { kind: 'changed', way, at: upTo(random, scene.bytes) };
    spoilRequests(scene, random, fault, pick(random, [1, 50]));
    return { what: JSON.stringify(scene.requests.plan), survivable: true };
  },
  SIGKILL: (_, random) => {
    const step = pick(random, ['dump', 'check', 'load', 'backup', 'backup']);
    const after = Math.floor(random() * (step === 'backup' || step === 'load' ? 1500 : 120));
    return { what: `${step} after ${after} ms`, disturbance: { kill: { step, after } }, survivable: true };
  },
};

/** The kinds of faults. */
export const FAULTS: readonly string[] = Object.keys(KINDS);

/** Puts a fault of a kind in. */
export function putIn(kind: string, scene: Scene, random: Random): Fault {
  const make = KINDS[kind];
  if (!make) throw new Error(`no fault is called ${kind}`);
  return make(scene, random);
}

/** Takes every fault away again. Returns how often the proxies have done what they were told. */
export function takeAway({ redis, connections, requests }: Scene): number {
  const struck = redis.struck + connections.struck + requests.struck;
  for (const proxy of [redis, connections, requests]) proxy.struck = 0;
  redis.cut = {};
  connections.cut = {};
  requests.plan = undefined;
  return struck;
}

/** How many rounds may pass a fault by, for each that it has to strike. */
const MISSES = 8;

/**
 * Goes through kinds of faults until each has struck as often as it is there: a round whose fault met nothing does not
 * count, and its kind comes again.
 *
 * @param round tells whether the fault of a kind has struck; rounds are counted from 0
 * @throws if too many rounds meet nothing: what puts faults in does not
 */
export async function untilStruck<T>(
  kinds: readonly string[],
  lanes: readonly T[],
  round: (lane: T, kind: string, n: number) => Promise<boolean>,
): Promise<number> {
  const left = [...kinds];
  let rounds = 0;
  const work = async (lane: T) => {
    for (let kind = left.shift(); kind !== undefined; kind = left.shift()) {
      if (rounds >= MISSES * kinds.length) {
        throw new Error(`after ${rounds} rounds these faults have still met nothing: ${[kind, ...left]}`);
      }
      // Who puts it back takes it up again, if no one else does.
      if (!(await round(lane, kind, rounds++))) left.push(kind);
    }
  };
  await Promise.all(lanes.map(work));
  return rounds;
}
