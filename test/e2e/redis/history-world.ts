import { minutesOf } from '../../../constructs/redis-backup/pause';
import { resolveSpec } from '../../../constructs/redis-backup/spec';
import type { Api, Hook, KubeObject } from '../../../operator/kit';
import type { BindingContext } from '../../../operator/kit/contexts';
import { runOnce } from '../../../operator/kit/run';
import type { RedisBackupResource } from '../../../operator/redis-backup/resource';
import { requests } from '../../../operator/requests/hook';
import { APPS, type App, type Seen, type Step, Truth } from './histories';
import type { Buckets } from './history-buckets';
import type { Item, People } from './history-people';
import { workload } from './workloads';

const REQUEST = 'fleetwright.dev/redis-backup';
const ALLOW = 'fleetwright.dev/allow-deletion';
const REQUESTED_BY = 'fleetwright.dev/requested-by';

/** The operator's part that has buckets. */
export interface Storage {
  readonly hook: Hook<RedisBackupResource>;
  readonly api: Api;
  readonly buckets: Buckets;
  /** The UID of the cluster. */
  readonly cluster: string;
  readonly bucketOf: (app: string) => string;
}

/** A namespace of a cluster, with an operator whose clock the history has. */
export class World {
  readonly truth = new Truth();
  readonly wrongs: string[] = [];
  private up = true;
  private skew = 0;

  constructor(
    private readonly namespace: string,
    private readonly people: People,
    private readonly operator: Api,
    private readonly storage: Storage,
  ) {}

  async begin(): Promise<void> {
    await this.makeNamespace();
  }

  /** Ends when all is as it should be. */
  async end(): Promise<void> {
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
    await this.endNamespace();
    this.people.end();
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'pass':
        for (let i = 0; i < step.minutes; i++) {
          this.truth.minutes++;
          await this.request(await this.tick());
        }
        return this.settle();
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
        await this.endNamespace();
        return this.makeNamespace();
      default:
        await this.act(step);
        return this.run(changed(this.namespace, 'to' in step ? [step.app, step.to] : [step.app]));
    }
  }

  private async act(step: Extract<Step, { app: App }>): Promise<void> {
    const { app } = step;
    switch (step.do) {
      case 'ask':
        return this.ask(app, step.request);
      case 'unask':
        await this.people.merge(this.people.deployment(app), {
          metadata: { annotations: { [REQUEST]: null } },
        });
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
        await this.people.merge(this.people.backup(app), {
          metadata: { annotations: { [ALLOW]: 'true' } },
        });
        return;
      case 'remove':
        await this.people.call('DELETE', this.people.backup(app));
    }
  }

  private async ask(app: App, request: string): Promise<void> {
    const path = this.people.deployments;
    const made = await this.people.call(
      'POST',
      path,
      workload('Deployment', this.namespace, app, { [REQUEST]: request }),
    );
    if (made.status === 409) {
      await this.people.merge(this.people.deployment(app), {
        metadata: { annotations: { [REQUEST]: request } },
      });
    }
    this.truth.set(app, true);
  }

  private async prune(app: App, propagationPolicy: string): Promise<void> {
    await this.people.call('DELETE', this.people.deployment(app), {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      propagationPolicy,
    });
    this.truth.set(app, false);
    // In the foreground or not, it is gone from now on; that the name is free takes the garbage collector.
    await this.people.isGone(this.people.deployment(app));
  }

  private async endNamespace(): Promise<void> {
    await this.take({ do: 'start' });
    const path = `/api/v1/namespaces/${this.namespace}`;
    await this.people.call('DELETE', path);
    for (const app of APPS) this.truth.set(app, false);
    await this.people.isGone(path, () => this.settle());
  }

  private async makeNamespace(): Promise<void> {
    const { namespace: name } = this;
    await this.people.call('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
  }

  private async run(contexts: BindingContext[]): Promise<void> {
    await this.request(contexts);
    await this.settle();
  }

  /** A run for Deployments: what it deletes is judged. */
  private async request(contexts: BindingContext[]): Promise<void> {
    if (!this.up) return;
    const before = await this.seen();
    await runOnce(requests, contexts, this.operator, this.now);
    this.wrongs.push(...this.truth.wrongs(before, await this.seen()));
  }

  /** Runs for resources, until none is ending: what becomes of buckets is judged. */
  private async settle(): Promise<void> {
    const { hook, api, buckets, cluster, bucketOf } = this.storage;
    for (let i = 0; this.up && i < 4; i++) {
      const backups = await this.people.list(this.people.backups);
      const ending = backups.filter(({ metadata }) => metadata.deletionTimestamp);
      await buckets.look(APPS.map(bucketOf));
      await runOnce(
        hook,
        changed(
          this.namespace,
          backups.map(({ metadata }) => metadata.name),
        ),
        api,
        this.now,
      );
      const endings = ending.map(({ metadata: { name, annotations }, spec }) => ({
        bucket: bucketOf(name),
        allowed: spec.reclaimPolicy === 'Delete' && annotations?.[ALLOW] === 'true',
      }));
      this.wrongs.push(...(await buckets.wrongs(cluster, endings)));
      if (ending.length === 0) return;
    }
  }

  private get now(): Date {
    return new Date(Date.UTC(2026, 2, 1) + (this.truth.minutes + this.skew) * 60_000);
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
    const deployments = await this.people.list(this.people.deployments);
    const backups = await this.people.list(this.people.backups);
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
    const backups = await this.people.list(this.people.backups);
    return backups.map(({ metadata: { name, uid, deletionTimestamp }, spec }) => ({
      ...{ app: name, uid, ending: deletionTimestamp !== undefined },
      grace: minutesOf(resolveSpec(spec).orphanGrace),
    }));
  }

  private async requestOf(app: App): Promise<string | undefined> {
    const { text, ok } = await this.people.call('GET', this.people.deployment(app));
    return ok ? (JSON.parse(text) as KubeObject).metadata.annotations?.[REQUEST] : undefined;
  }
}

/** Events of objects that changed. */
function changed(namespace: string, names: readonly string[]): BindingContext[] {
  const found = (name: string) => ({ namespace, name, uid: name, generation: null, deleting: false });
  return names.map((name) => ({ binding: 'items', type: 'Event', filterResult: found(name) }));
}
