/** The apps of a history: Deployments that ask for a bundle, or don't any more. */
export const APPS = ['cart', 'shop'] as const;
export type App = (typeof APPS)[number];

/** One thing that happens to a namespace, or to its operator. */
export type Step =
  /** Its Deployment is there and asks; a `request` that is malformed asks, too. */
  | { readonly do: 'ask'; readonly app: App; readonly request: string }
  | { readonly do: 'unask' | 'replace' | 'allow' | 'remove'; readonly app: App }
  | { readonly do: 'prune'; readonly app: App; readonly how: 'Background' | 'Foreground' | 'Orphan' }
  | { readonly do: 'rename'; readonly app: App; readonly to: App }
  | { readonly do: 'endNamespace' | 'stop' | 'start' }
  /** Minutes go by: the operator looks in each, unless it is stopped. */
  | { readonly do: 'pass'; readonly minutes: number }
  /** The operator's clock is moved. */
  | { readonly do: 'jump'; readonly minutes: number };

/** Random numbers that a seed gives again. */
export class Random {
  constructor(private state: number) {}

  /** From 0 up to, and without, the limit. */
  below(limit: number): number {
    // xorshift32: never 0, whatever the seed.
    let x = (this.state | 0) === 0 ? 0x9e3779b9 : this.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.state = x;
    return (x >>> 0) % limit;
  }

  of<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }
}

const REQUESTS = [
  ...['{"orphanGrace":"3m"}', '{"orphanGrace":"5m"}', '{"orphanGrace":"8m","schedule":"H * * * *"}', 'true'],
  ...['{"orphanGrace":"3m","reclaimPolicy":"Delete"}', '{"orphanGrace":"5m","reclaimPolicy":"Delete"}'],
  'malformed',
];

/** A Deployment that is gone, there while no one looks, and gone again: no time before counts. */
function blink(app: App, random: Random): Step[] {
  const gone: Step = { do: 'prune', app, how: 'Background' };
  const [before, meanwhile, after] = [1 + random.below(5), random.below(3), 1 + random.below(3)];
  return [
    ...[gone, { do: 'pass', minutes: before } as const, { do: 'stop' } as const],
    ...[{ do: 'ask', app, request: 'true' } as const, gone, { do: 'pass', minutes: meanwhile } as const],
    ...[{ do: 'start' } as const, { do: 'pass', minutes: after } as const],
  ];
}

/** How the first history begins: a bucket that stays, and one that goes, whatever chance brings after that. */
export const CERTAIN: readonly Step[] = [
  { do: 'ask', app: 'shop', request: '{"orphanGrace":"3m"}' },
  { do: 'ask', app: 'cart', request: '{"orphanGrace":"3m","reclaimPolicy":"Delete"}' },
  { do: 'allow', app: 'cart' },
  { do: 'prune', app: 'cart', how: 'Background' },
  { do: 'pass', minutes: 5 },
];

/** A history of a namespace. The same seed gives the same. */
export function historyOf(seed: number): Step[] {
  const random = new Random(seed);
  const app = () => random.of(APPS);
  const ask = (): Step => ({ do: 'ask', app: app(), request: random.of(REQUESTS) });
  const pass = (): Step => ({ do: 'pass', minutes: 1 + random.below(6) });
  const kinds: (() => Step | Step[])[] = [
    ...[ask, ask, pass, pass, pass],
    () => blink(app(), random),
    () => ({ do: 'unask', app: app() }),
    () => ({ do: 'replace', app: app() }),
    () => ({ do: 'prune', app: app(), how: random.of(['Background', 'Foreground', 'Orphan']) }),
    () => ({ do: 'rename', app: 'cart', to: 'shop' }),
    () => ({ do: 'rename', app: 'shop', to: 'cart' }),
    () => ({ do: 'allow', app: app() }),
    () => ({ do: 'remove', app: app() }),
    () => ({ do: 'stop' }),
    () => ({ do: 'start' }),
    () => ({ do: 'start' }),
    () => ({ do: 'jump', minutes: (random.below(2) ? 1 : -1) * (5 + random.below(3000)) }),
  ];
  const steps = Array.from({ length: 8 + random.below(14) }, () => random.of(kinds)()).flat();
  // It takes real seconds, so not in each.
  if (random.below(8) === 0) steps.splice(random.below(steps.length), 0, { do: 'endNamespace' });
  return [ask(), ...steps];
}

/** A `RedisBackup` as it was before a run of the operator. */
export interface Seen {
  readonly app: string;
  readonly uid: string;
  /** In minutes. */
  readonly grace: number;
  readonly ending: boolean;
}

/** What is true of a history, whatever the operator believes: which resource may go. */
export class Truth {
  /** True minutes since the beginning. */
  minutes = 0;
  private readonly asked = new Map<string, number>();
  private readonly asking = new Set<string>();

  /** Whether an app's Deployment is there and asks. */
  set(app: string, asks: boolean): void {
    if (this.asking.has(app)) this.asked.set(app, this.minutes);
    if (asks) this.asking.add(app);
    else this.asking.delete(app);
  }

  asks(app: string): boolean {
    return this.asking.has(app);
  }

  /** What the operator has deleted, and must not have: the resources before and after it ran. */
  wrongs(before: readonly Seen[], after: readonly Seen[]): string[] {
    const kept = new Set(after.filter(({ ending }) => !ending).map(({ uid }) => uid));
    return before
      .filter(({ uid, ending }) => !ending && !kept.has(uid))
      .flatMap(({ app, grace }) => {
        const gone = this.minutes - (this.asked.get(app) ?? 0);
        if (this.asks(app)) return [`RedisBackup ${app} was deleted, and its Deployment asks for it`];
        return gone < grace ? [`RedisBackup ${app} was deleted after ${gone} of ${grace} minutes`] : [];
      });
  }
}
