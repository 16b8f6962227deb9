import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import { ITEM_ERRORS_METRIC } from '../../constructs/operator/metrics';
import { Api } from './api';
import { bindingsOf, ITEMS } from './bindings';
import { type BindingContext, workOf } from './contexts';
import type { Hook, ItemRun, Reason } from './hook';
import { type Metric, writeMetrics } from './metrics';
import { type Key, type KubeObject, textOf } from './objects';

const AT_ONCE = 8;
/** The engine has no deadline: after this long, in milliseconds, a run begins with no further item. */
const BUDGET = 120_000;

/**
 * Makes a program a hook of shell-operator: `--config` prints the bindings, and a run looks at every item that its
 * binding contexts name.
 *
 * It ends with 0 also when items failed: they have been told, and the next tick looks at them again. Anything else
 * would hold up the queue, and so the other items.
 */
export async function runHook<Item extends KubeObject>(hook: Hook<Item>): Promise<void> {
  if (process.argv.includes('--config')) {
    process.stdout.write(`${JSON.stringify(bindingsOf(hook))}\n`);
    return;
  }
  const { BINDING_CONTEXT_PATH = '', METRICS_PATH } = process.env;
  const contexts = JSON.parse(readFileSync(BINDING_CONTEXT_PATH, 'utf8')) as BindingContext[];
  const metrics = await runOnce(hook, contexts, Api.ofPod(hook.name), new Date());
  if (metrics && METRICS_PATH) writeMetrics(METRICS_PATH, hook.name, metrics);
  // What an item left behind when its time was up must not keep the run.
  process.exit(0);
}

/** One run: looks at what the contexts name, and tells the metrics if all items are known. */
export async function runOnce<Item extends KubeObject>(
  hook: Hook<Item>,
  contexts: readonly BindingContext[],
  api: Api,
  now: Date,
): Promise<readonly Metric[] | undefined> {
  const { items, known } = workOf(hook, contexts, now);
  const errors = await lookAt(hook, api, [...items.values()], now);
  if (!known) return undefined;
  const { [ITEMS]: all = [], ...related } = known;
  return [...(hook.metrics?.(all, related) ?? []), { name: ITEM_ERRORS_METRIC, value: errors }];
}

/** Says how many items failed. */
async function lookAt<Item extends KubeObject>(
  hook: Hook<Item>,
  api: Api,
  work: { key: Key; reason: Reason }[],
  now: Date,
): Promise<number> {
  let errors = 0;
  const end = Date.now() + BUDGET;
  const waiting = work.values();
  const worker = async () => {
    for (const { key, reason } of waiting) {
      if (Date.now() > end) log(key, 'left for the next tick: this run took too long');
      else if (!(await lookAtOne(hook, api, key, reason, now))) errors++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return errors;
}

/** Says whether all went well. */
async function lookAtOne<Item extends KubeObject>(
  hook: Hook<Item>,
  whole: Api,
  key: Key,
  reason: Reason,
  now: Date,
): Promise<boolean> {
  const { seconds = 30 } = hook;
  let item: Item | undefined;
  try {
    await within(seconds, async (signal) => {
      const run = { api: whole.until(signal), reason, now, signal };
      item = await run.api.get<Item>(hook.items.kind, key);
      await step(hook, key, item, run);
    });
    return true;
  } catch (error) {
    log(key, (error as Error).message);
    if (!item || !hook.failed) return false;
    const failed = item;
    await within(10, async (signal) => {
      await hook.failed?.(failed, error as Error, { api: whole.until(signal), reason, now, signal });
    }).catch((more: Error) => log(key, more.message));
    return false;
  }
}

async function step<Item extends KubeObject>(
  hook: Hook<Item>,
  key: Key,
  item: Item | undefined,
  run: ItemRun,
): Promise<void> {
  if (!item) {
    await hook.gone?.(key, run);
    return;
  }
  const { finalizer } = hook;
  const { finalizers = [], resourceVersion, deletionTimestamp } = item.metadata;
  const set = (next: readonly string[]) =>
    run.api.merge<Item>(hook.items.kind, key, { metadata: { resourceVersion, finalizers: next } });
  if (deletionTimestamp) {
    if (!finalizer) await hook.gone?.(key, run);
    if (!finalizer || !finalizers.includes(finalizer)) return;
    const done = (await hook.finalize?.(item, run)) ?? true;
    if (done) await release(hook, key, finalizer, run);
    return;
  }
  const held = finalizer && !finalizers.includes(finalizer) ? await set([...finalizers, finalizer]) : item;
  await hook.reconcile(held, run);
}

/** From the object as it is by then: `finalize` may have written its status. */
async function release<Item extends KubeObject>(
  hook: Hook<Item>,
  key: Key,
  finalizer: string,
  { api }: ItemRun,
): Promise<void> {
  const item = await api.get<Item>(hook.items.kind, key);
  if (!item?.metadata.deletionTimestamp) return;
  const { finalizers = [], resourceVersion } = item.metadata;
  const rest = finalizers.filter((other) => other !== finalizer);
  await api.merge(hook.items.kind, key, { metadata: { resourceVersion, finalizers: rest } });
}

/** Ends what takes longer, also if it does not listen to its signal. */
async function within(seconds: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const late = new Error(`not done within ${seconds} s`);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort(late.message);
      reject(late);
    }, seconds * 1000);
  });
  try {
    await Promise.race([work(controller.signal), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

/** A line of the engine's log. */
function log(key: Key, message: string): void {
  process.stderr.write(`${textOf(key)}: ${message}\n`);
}
