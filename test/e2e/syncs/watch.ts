import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ApiServer } from '../../stack/api-server';
import type { KubernetesObject } from '../../stack/kubernetes-object';

/** Everything that a server has said of the objects of one kind since the watch began. */
export class Watch<T extends KubernetesObject> {
  /** Each state that an object was in, in the order that they came. */
  readonly seen: T[] = [];
  private ended: string | undefined;

  private constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => this.take(line));
    child.once('close', (code) => {
      this.ended ??= `the watch ended with ${code}`;
    });
  }

  /** Starts a watch, which also tells of all that is there. @param path such as `/api/v1/events` */
  static start<T extends KubernetesObject>({ kubectl }: ApiServer, path: string): Watch<T> {
    const [file = '', ...args] = kubectl.command(['get', '--raw', `${path}?watch=true&timeoutSeconds=3600`]);
    return new Watch(spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], env: kubectl.environment }));
  }

  /** Takes a line of what the server says; the last one of a watch that was ended may be half a line. */
  private take(line: string): void {
    let said: { type?: string; object?: T & { message?: string } };
    try {
      said = JSON.parse(line);
    } catch {
      this.ended ??= `the watch ended within a line: ${line.slice(-80)}`;
      return;
    }
    if (said.type === 'ERROR') this.ended ??= `the watch ended: ${said.object?.message}`;
    else if (said.object) this.seen.push(said.object);
  }

  /** Ends it; fails if it ended before, since it would have missed what came later. */
  async stop(): Promise<void> {
    const { ended, child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const closed = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      await closed;
    }
    if (ended) throw new Error(ended);
  }
}
