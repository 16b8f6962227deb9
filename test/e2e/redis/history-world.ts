import { Agent } from 'node:https';
import { minutesOf } from '../../../constructs/redis-backup/pause';
import { type RedisBackupSpec, resolveSpec } from '../../../constructs/redis-backup/spec';
import type { Api, Hook, KubeObject } from '../../../operator/kit';
import type { BindingContext } from '../../../operator/kit/contexts';
import { type Answer, send } from '../../../operator/kit/http';
import { runOnce } from '../../../operator/kit/run';
import { requests } from '../../../operator/requests/hook';
import { APPS, type App, type Seen, type Step, Truth } from './histories';
import { workload } from './workloads';

const REQUEST = 'fleetwright.dev/redis-backup';
const REQUESTED_BY = 'fleetwright.dev/requested-by';
const BACKUPS = '/apis/fleetwright.dev/v1alpha1';
const DEPLOYMENTS = '/apis/apps/v1';

interface Item extends KubeObject {
  readonly spec: RedisBackupSpec;
}

/** An administrator, who is everyone but the operator. */
export interface AdminProps {
  readonly url: string;
  readonly token: string;
  readonly ca: string;
}

/** A namespace of a cluster, with an operator whose clock the history has. */
export class World {
  readonly truth = new Truth();
  readonly wrongs: string[] = [];
  private readonly agent: Agent;
  private up = true;
  private skew = 0;

  constructor(
    private readonly namespace: string,
    private readonly admin: AdminProps,
    private readonly operator: Api,
  ) {
    this.agent = new Agent({ keepAlive: true, ca: admin.ca });
  }

  /** Begins, lives through the steps, and ends when all is as it should be. */
  async live(steps: readonly Step[]): Promise<void> {
    await this.makeNamespace();
    for (const step of steps) await this.take(step);
    await this.take({ do: 'start' });
    await this.take({ do: 'pass', minutes: 14 });
    for (const app of APPS) {
      const there = (await this.seen()).some((one) => one.app === app && !one.ending);
      // The malformed one makes nothing, and keeps what was there.
      if (this.truth.asks(app) && !there && (await this.requestOf(app)) !== 'malformed') {
        this.wrongs.push(`no RedisBackup ${app} in the end`);
      }
      if (!this.truth.asks(app) && there) this.wrongs.push(`RedisBackup ${app} is still there in the end`);
    }
    await this.call('DELETE', `/api/v1/namespaces/${this.namespace}`);
    this.agent.destroy();
  }

  private async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'pass':
        for (let i = 0; i < step.minutes; i++) {
          this.truth.minutes++;
          await this.run(await this.tick());
        }
        return;
      case 'jump':
        this.skew += step.minutes;
        return;
      case 'stop':
        this.up = false;
        return;
      case 'start':
        if (this.up) return;
        this.up = true;
        return this.run(await this.synchronization());
      case 'endNamespace':
        return this.endNamespace();
      default:
        await this.act(step);
        return this.run('to' in step ? this.changed(step.app, step.to) : this.changed(step.app));
    }
  }

  private async act(step: Extract<Step, { app: App }>): Promise<void> {
    const { app } = step;
    switch (step.do) {
      case 'ask':
        return this.ask(app, step.request);
      case 'unask':
        await this.merge(this.deployment(app), { metadata: { annotations: { [REQUEST]: null } } });
        return this.truth.set(app, false);
      case 'prune':
        return this.prune(app, step.how);
      case 'replace': {
        const request = await this.requestOf(app);
        await this.prune(app, 'Background');
        return request === undefined ? undefined : this.ask(app, request);
      }
      case 'rename': {
        const request = await this.requestOf(app);
        await this.prune(app, 'Background');
        return request === undefined ? undefined : this.ask(step.to, request);
      }
      case 'allow':
        await this.merge(this.backup(app), {
          metadata: { annotations: { 'fleetwright.dev/allow-deletion': 'true' } },
        });
        return;
      case 'remove':
        await this.call('DELETE', this.backup(app));
    }
  }

  private async ask(app: App, request: string): Promise<void> {
    const path = `${DEPLOYMENTS}/namespaces/${this.namespace}/deployments`;
    const made = await this.call(
      'POST',
      path,
      workload('Deployment', this.namespace, app, { [REQUEST]: request }),
    );
    if (made.status === 409) {
      await this.merge(this.deployment(app), { metadata: { annotations: { [REQUEST]: request } } });
    }
    this.truth.set(app, true);
  }

  private async prune(app: App, propagationPolicy: string): Promise<void> {
    await this.call('DELETE', this.deployment(app), {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy,
    });
    this.truth.set(app, false);
    // In the foreground or not, it is gone from now on; that the name is free takes the garbage collector.
    await this.isGone(this.deployment(app));
  }

  private async endNamespace(): Promise<void> {
    await this.call('DELETE', `/api/v1/namespaces/${this.namespace}`);
    for (const app of APPS) this.truth.set(app, false);
    await this.run(await this.tick(), false);
    await this.isGone(`/api/v1/namespaces/${this.namespace}`);
    await this.makeNamespace();
    await this.run(this.changed(...APPS));
  }

  private async makeNamespace(): Promise<void> {
    const { namespace: name } = this;
    await this.call('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
  }

  /** A run of the operator: what it deletes is judged. */
  private async run(contexts: BindingContext[], judged = true): Promise<void> {
    if (!this.up) return;
    const now = new Date(Date.UTC(2026, 2, 1) + (this.truth.minutes + this.skew) * 60_000);
    const before = await this.seen();
    await runOnce(requests as Hook<KubeObject>, contexts, this.operator, now);
    if (judged) this.wrongs.push(...this.truth.wrongs(before, await this.seen()));
  }

  private changed(...apps: App[]): BindingContext[] {
    const { namespace } = this;
    const found = (name: string) => ({ namespace, name, uid: name, generation: null, deleting: false });
    return apps.map((app) => ({ binding: 'items', type: 'Event', filterResult: found(app) }));
  }

  private async tick(): Promise<BindingContext[]> {
    const snapshots = await this.snapshots();
    return [{ binding: 'tick', type: 'Group', groupName: 'tick', snapshots }];
  }

  private async synchronization(): Promise<BindingContext[]> {
    const all = Object.entries(await this.snapshots());
    return all.map(([binding, objects]) => ({ binding, type: 'Synchronization', objects }));
  }

  /** What the engine's filters leave of the objects. */
  private async snapshots() {
    const deployments = await this.list(`${DEPLOYMENTS}/namespaces/${this.namespace}/deployments`);
    const backups = await this.list(`${BACKUPS}/namespaces/${this.namespace}/redisbackups`);
    const found = ({ metadata: { name, uid, deletionTimestamp } }: Item) => ({
      ...{ namespace: this.namespace, name, uid, generation: null },
      deleting: deletionTimestamp !== undefined,
    });
    const asks = ({ metadata }: Item) => metadata.annotations?.[REQUEST] !== undefined;
    const requester = ({ metadata }: Item) => metadata.labels?.[REQUESTED_BY];
    return {
      items: deployments.map((one) => ({ filterResult: asks(one) ? found(one) : null })),
      resources: backups.map((one) => ({ filterResult: { ...found(one), requester: requester(one) } })),
    };
  }

  private async seen(): Promise<Seen[]> {
    const backups = await this.list(`${BACKUPS}/namespaces/${this.namespace}/redisbackups`);
    return backups.map(({ metadata: { name, uid, deletionTimestamp }, spec }) => ({
      ...{ app: name, uid, ending: deletionTimestamp !== undefined },
      grace: minutesOf(resolveSpec(spec).orphanGrace),
    }));
  }

  private async requestOf(app: App): Promise<string | undefined> {
    const { text, ok } = await this.call('GET', this.deployment(app));
    return ok ? (JSON.parse(text) as KubeObject).metadata.annotations?.[REQUEST] : undefined;
  }

  private deployment(app: App): string {
    return `${DEPLOYMENTS}/namespaces/${this.namespace}/deployments/${app}`;
  }

  private backup(app: App): string {
    return `${BACKUPS}/namespaces/${this.namespace}/redisbackups/${app}`;
  }

  private async list(path: string): Promise<Item[]> {
    return (JSON.parse((await this.call('GET', path)).text) as { items: Item[] }).items;
  }

  private merge(path: string, patch: object) {
    return this.call('PATCH', path, patch, 'application/merge-patch+json');
  }

  private async isGone(path: string): Promise<void> {
    for (let i = 0; (await this.call('GET', path)).status !== 404; i++) {
      if (i > 600) throw new Error(`${path} does not end`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  private async call(
    method: string,
    path: string,
    body?: object,
    type = 'application/json',
  ): Promise<Answer> {
    const { url, token } = this.admin;
    const answer = await send({
      ...{ what: `${method} ${path}`, method, timeout: 60_000, url: new URL(path, url), agent: this.agent },
      headers: { authorization: `Bearer ${token}`, 'content-type': type },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (answer.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return this.call(method, path, body, type);
    }
    // What is there already, or not there, is a part of life.
    if (!answer.ok && ![404, 409].includes(answer.status))
      throw new Error(`${method} ${path}: ${answer.text}`);
    return answer;
  }
}
