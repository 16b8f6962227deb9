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

  /**
   * Starts one and waits until it has loaded what is in its folder.
   *
   * @param home the folder of the stack's run: by it the next run finds what a killed one left behind
   */
  static async start(home: string, folder: string, flags: readonly string[]): Promise<RedisServer> {
    mkdirSync(folder, { recursive: true });
    const socket = path.join(folder, 'redis.sock');
    const all = ['--dir', folder, '--unixsocket', socket, '--logfile', path.join(folder, 'log'), ...flags];
    const env = { PATH: process.env.PATH, HOME: home };
    const child = spawn('redis-server', all, { stdio: 'ignore', env });
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
      if (connection && pong === 'PONG') {
        const [, pid] = /^process_id:(\d+)/m.exec(String(await connection.send('info', 'server'))) ?? [];
        if (Number(pid) === child.pid) return new RedisServer(child, connection, folder);
        connection.close();
        child.kill('SIGKILL');
        throw new Error(`${socket} is answered by process ${pid}, which is not the server that was started`);
      }
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
