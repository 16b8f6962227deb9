import { Agent } from 'node:https';
import type { RedisBackupSpec } from '../../../constructs/redis-backup/spec';
import type { KubeObject } from '../../../operator/kit';
import { type Answer, send } from '../../../operator/kit/http';
import type { App } from './histories';

/** A Deployment or a `RedisBackup`. */
export interface Item extends KubeObject {
  readonly spec: RedisBackupSpec;
}

/** Where an API server is, and an account of it that may do all. */
export interface PeopleProps {
  readonly url: string;
  readonly token: string;
  readonly ca: string;
}

/** Everyone who writes in a namespace beside the operator. */
export class People {
  private readonly agent: Agent;

  constructor(
    private readonly namespace: string,
    private readonly props: PeopleProps,
  ) {
    this.agent = new Agent({ keepAlive: true, ca: props.ca });
  }

  end(): void {
    this.agent.destroy();
  }

  get deployments(): string {
    return `/apis/apps/v1/namespaces/${this.namespace}/deployments`;
  }

  get backups(): string {
    return `/apis/fleetwright.dev/v1alpha1/namespaces/${this.namespace}/redisbackups`;
  }

  deployment(app: App): string {
    return `${this.deployments}/${app}`;
  }

  backup(app: App): string {
    return `${this.backups}/${app}`;
  }

  async list(path: string): Promise<Item[]> {
    return (JSON.parse((await this.call('GET', path)).text) as { items: Item[] }).items;
  }

  merge(path: string, patch: object) {
    return this.call('PATCH', path, patch, 'application/merge-patch+json');
  }

  async isGone(path: string, meanwhile = async () => {}): Promise<void> {
    for (let i = 0; (await this.call('GET', path)).status !== 404; i++) {
      if (i > 600) throw new Error(`${path} does not end`);
      await meanwhile();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async call(method: string, path: string, body?: object, type = 'application/json'): Promise<Answer> {
    const { url, token } = this.props;
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
