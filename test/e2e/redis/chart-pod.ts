import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type CommandResult, run, until } from '../../stack/command';
import { ROOT } from '../../support/folder';
import { RedisClient } from './redis-client';

/** A user of the server, as its Secret is called in the chart's values. */
export type User = 'app' | 'backup' | 'admin';

const NAMES = { app: 'shop-redis-app', backup: 'shop-redis-backup-user', admin: 'shop-redis-admin' };

/** The scripts of charts/redis with this machine's own server, in folders that stand in for a pod's volumes. */
export class ChartPod {
  /** An address of this machine that no other test has. */
  readonly host = `127.${process.pid % 250}.${1 + Math.floor(Math.random() * 250)}.${next++}`;
  private readonly running = new Map<string, ChildProcess>();
  /** What the containers have said. */
  readonly logs: Record<string, string> = {};
  private written = 0;

  constructor(
    private readonly folder: string,
    private readonly tls = false,
  ) {
    for (const name of ['data', 'own', 'run', 'metrics']) fs.mkdirSync(this.path(name), { recursive: true });
    for (const user of Object.keys(NAMES)) fs.mkdirSync(this.path('users', user), { recursive: true });
    this.secret('app', { username: 'app', password: 'app-1' });
    this.secret('backup', { username: 'backup', password: 'backup-1' });
    this.secret('admin', { username: 'admin', password: 'admin-1' });
  }

  path(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** The environment of the chart's containers. */
  get env(): Record<string, string> {
    return {
      PATH: process.env.PATH ?? '',
      CONFIG: path.join(ROOT, 'charts/redis/files'),
      DATA: this.path('data'),
      OWN: this.path('own'),
      SOCKET: this.path('run', 'redis.sock'),
      USERS: this.path('users'),
      METRICS: this.path('metrics'),
      TLS: this.tls ? this.path('tls') : '',
      MAXMEMORY: String(192 * 2 ** 20),
      POLICY: 'noeviction',
      PERIOD: '0.2',
    };
  }

  /** Writes a user's Secret as the kubelet does: all of its keys at once. */
  secret(user: User, data: Readonly<Record<string, string>>): void {
    this.mount(['users', user], data);
  }

  /** Writes a mounted Secret: the keys are links into a folder that is replaced as a whole. */
  mount(names: readonly string[], data: Readonly<Record<string, string>>): void {
    const target = this.path(...names);
    fs.mkdirSync(target, { recursive: true });
    const version = `..${++this.written}`;
    fs.mkdirSync(path.join(target, version));
    for (const [key, value] of Object.entries(data)) fs.writeFileSync(path.join(target, version, key), value);
    fs.symlinkSync(version, path.join(target, '..next'));
    fs.renameSync(path.join(target, '..next'), path.join(target, '..data'));
    const keys = fs.readdirSync(target).filter((name) => !name.startsWith('..'));
    for (const key of Object.keys(data).filter((name) => !keys.includes(name))) {
      fs.symlinkSync(`..data/${key}`, path.join(target, key));
    }
    for (const key of keys.filter((name) => !(name in data))) fs.rmSync(path.join(target, key));
  }

  /** Runs one of the chart's scripts to its end. */
  script(name: string, ...args: string[]): Promise<CommandResult> {
    return run(['/bin/sh', path.join(this.env.CONFIG ?? '', name), ...args], { env: this.env });
  }

  /** What the init container does. */
  init(): Promise<CommandResult> {
    return this.script('users.sh', ...Object.values(NAMES));
  }

  /** Starts the container of the server. @param more arguments of the server */
  async startServer(...more: string[]): Promise<void> {
    this.start('redis', 'start.sh', '--bind', this.host, ...more);
    await until('the server answers', 60, () => this.isAlive());
  }

  async isAlive(): Promise<boolean> {
    if (!this.running.has('redis')) throw new Error(`the server has ended: ${this.logs.redis}`);
    return (await this.script('probe.sh', 'alive')).code === 0;
  }

  async isReady(): Promise<boolean> {
    return (await this.script('probe.sh', 'ready')).code === 0;
  }

  /** Starts the container that looks for changes. */
  startWatch(): void {
    this.start('watch', 'watch.sh', ...Object.values(NAMES));
  }

  /** Starts everything in a pod's order. */
  async up(): Promise<this> {
    const { code, stderr } = await this.init();
    if (code !== 0) throw new Error(stderr);
    await this.startServer();
    this.startWatch();
    await until('the users are loaded', 30, async () => this.logs.watch?.includes('users loaded') === true);
    return this;
  }

  /** The process of the server. */
  get pid(): number | undefined {
    return this.running.get('redis')?.pid;
  }

  /** Ends a container, and waits until it has. */
  async end(container: 'redis' | 'watch', how: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this.running.get(container);
    if (!child) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(how);
    await gone;
  }

  /** Ends everything. */
  async down(): Promise<void> {
    await this.end('watch');
    await this.end('redis', 'SIGKILL');
  }

  /** A connection that has logged in, or what the server says instead. */
  connect(user: string, password: string): Promise<RedisClient> {
    return RedisClient.connect(this.host, 6379, user, password);
  }

  /** Whether the server takes a password. */
  async takes(user: string, password: string): Promise<boolean> {
    const client = await this.connect(user, password).catch(() => undefined);
    client?.close();
    return client !== undefined;
  }

  private start(name: string, script: string, ...args: string[]): void {
    const command = [path.join(this.env.CONFIG ?? '', script), ...args];
    const child = spawn('/bin/sh', command, { env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    const note = (text: Buffer) => {
      this.logs[name] = (this.logs[name] ?? '') + text.toString();
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.once('exit', () => this.running.delete(name));
    this.running.set(name, child);
  }
}

let next = 1;
