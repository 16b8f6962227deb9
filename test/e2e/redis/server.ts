import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { RedisConnection } from './resp';

/** A real redis-server of a test, in a folder of its own. */
export class RedisServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly connection: RedisConnection,
    /** Its folder. */
    readonly folder: string,
  ) {}

  /** Starts one and waits until it has loaded what is in its folder. */
  static async start(folder: string, flags: readonly string[]): Promise<RedisServer> {
    mkdirSync(folder, { recursive: true });
    const socket = path.join(folder, 'redis.sock');
    const all = ['--dir', folder, '--unixsocket', socket, '--logfile', path.join(folder, 'log'), ...flags];
    const child = spawn('redis-server', all, { stdio: 'ignore' });
    let ended: string | undefined;
    child.once('error', (error) => {
      ended = error.message;
    });
    child.once('exit', (code, signal) => {
      ended = `it ended with ${code ?? signal}`;
    });
    for (;;) {
      if (ended !== undefined) throw new Error(`redis-server in ${folder}: ${ended}`);
      const connection = await RedisConnection.open({ path: socket }).catch(() => undefined);
      const pong = await connection?.send('ping').catch(() => undefined);
      if (connection && pong === 'PONG') return new RedisServer(child, connection, folder);
      connection?.close();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The process. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  async stop(): Promise<void> {
    this.connection.close();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }
}
