import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type CommandResult, run } from '../../stack/command';
import type { Engine } from '../../stack/engine';
import type { Stack } from '../../stack/stack';

/** What tells a hook what to look at, as the engine does. */
export interface BindingContext {
  readonly binding: string;
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What kill-at-call.cjs notes before it ends a run. */
const KILLED = 'killed';

/** A run of a hook that ends itself. */
export interface KilledRun extends CommandResult {
  /** The calls that it made, such as `GET /api/v1/namespaces/kube-system`. */
  readonly calls: readonly string[];
  /** Whether it ended at the call that it was to end at. */
  readonly wasKilled: boolean;
}

/** Runs hooks one by one, as the engine does, and can end a run at any of its calls. */
export class HookRuns {
  private count = 0;

  constructor(
    private readonly stack: Stack,
    private readonly operator: Pick<Engine, 'env' | 'hooks'>,
  ) {
    mkdirSync(stack.path('hook-runs'));
  }

  /** Runs a hook for one object that changed. */
  changed(
    hook: string,
    key: { readonly namespace: string; readonly name: string },
    kill?: { readonly at: number; readonly after: boolean },
  ): Promise<KilledRun> {
    return this.run(
      hook,
      [{ binding: 'items', type: 'Event', watchEvent: 'Modified', filterResult: key }],
      kill,
    );
  }

  /** Runs a hook for binding contexts. */
  async run(
    hook: string,
    contexts: readonly BindingContext[],
    kill?: { readonly at: number; readonly after: boolean },
  ): Promise<KilledRun> {
    const file = (name: string) => this.stack.path('hook-runs', `${this.count}-${name}`);
    this.count++;
    const [context, calls] = [file('context.json'), file('calls')];
    writeFileSync(context, JSON.stringify(contexts));
    writeFileSync(calls, '');
    const env = {
      ...{ PATH: process.env.PATH, ...this.operator.env },
      // The SDK warns of versions of Node.
      NODE_NO_WARNINGS: '1',
      ...{ BINDING_CONTEXT_PATH: context, METRICS_PATH: file('metrics'), CALLS: calls },
      ...(kill ? { KILL_AT: String(kill.at), ...(kill.after ? { KILL_AFTER: 'true' } : {}) } : {}),
    };
    const node = [process.execPath, '--require', path.join(__dirname, 'kill-at-call.cjs')];
    const command = [...node, path.join(this.operator.hooks, `${hook}.js`)];
    const result = await run(this.stack.network.inside(command), { env });
    const noted = readFileSync(calls, 'utf8').split('\n').filter(Boolean);
    for (const each of [context, calls]) rmSync(each);
    const made = noted.filter((line) => line !== KILLED);
    return { ...result, calls: made, wasKilled: made.length < noted.length };
  }
}
