import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CertificateAuthority } from '../../../stack/certificates';
import { until } from '../../../stack/command';
import { ROOT } from '../../../support/folder';
import { Connection } from './resp';

/** How a server is started. */
export interface TargetOptions {
  /** A loopback address of its own. */
  readonly host: string;
  readonly folder: string;
  /** @default as much as there is */
  readonly maxmemory?: string;
  /** Also serve TLS, on the next port. */
  readonly tls?: boolean;
  readonly flags?: readonly string[];
}

/** The port of every server here; each has an address of its own. */
export const PORT = 6379;

/**
 * A server with the settings of charts/redis, as a process of this machine, and users from a file. `fence`
 * and `lift` do what the chart does when the admin's Secret gets the key, and loses it again.
 */
export class Target {
  private child?: ChildProcess;
  private fenced = false;
  readonly secrets: string;

  private constructor(readonly options: TargetOptions) {
    this.secrets = path.join(options.folder, 'secrets');
  }

  static async start(options: TargetOptions): Promise<Target> {
    const target = new Target(options);
    for (const user of ['admin', 'app', 'backup']) {
      const folder = path.join(target.secrets, user);
      mkdirSync(folder, { recursive: true });
      writeFileSync(path.join(folder, 'username'), user);
      writeFileSync(path.join(folder, 'password'), `${user}-secret\n`);
    }
    if (options.tls) await target.makeCertificates();
    await target.run();
    return target;
  }

  /** Starts the process, again after it was killed. */
  async run(): Promise<void> {
    const { host, folder, maxmemory = '0', tls, flags = [] } = this.options;
    this.writeUsers();
    const cert = (name: string) => path.join(this.secrets, 'tls', name);
    const child = spawn(
      'redis-server',
      [
        path.join(ROOT, 'charts/redis/files/redis.conf'),
        ...['--bind', host, '--port', String(PORT), '--dir', folder],
        ...['--aclfile', path.join(folder, 'users.acl'), '--maxmemory', maxmemory],
        ...['--maxmemory-policy', 'allkeys-lru'],
        ...(tls ? ['--tls-port', String(PORT + 1), '--tls-cert-file', cert('tls.crt')] : []),
        ...(tls ? ['--tls-key-file', cert('tls.key'), '--tls-ca-cert-file', cert('ca.crt')] : []),
        ...(tls ? ['--tls-auth-clients', 'no'] : []),
        ...flags,
      ],
      { stdio: 'ignore' },
    );
    this.child = child;
    await until('the server answers', 60, async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      const admin = await this.connect('admin').catch(() => undefined);
      const answer = await admin?.tried('ping');
      admin?.close();
      return String(answer) === 'PONG';
    });
  }

  connect(user: 'admin' | 'app' | 'backup'): Promise<Connection> {
    return Connection.open(PORT, this.options.host, user, `${user}-secret`);
  }

  /** One question as the admin. */
  async ask(...words: (string | number)[]): Promise<string> {
    const admin = await this.connect('admin');
    try {
      return String(await admin.ask(...words));
    } finally {
      admin.close();
    }
  }

  /** What names the process, as the step that fences tells it. */
  async runId(): Promise<string> {
    return /^run_id:(\w+)/m.exec(await this.ask('info', 'server'))?.[1] ?? '';
  }

  fence(): Promise<string> {
    return this.setFence(true);
  }

  lift(): Promise<string> {
    return this.setFence(false);
  }

  /** Ends the process. @param signal SIGKILL is what a node does that runs out of memory */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await ended;
  }

  private async setFence(fenced: boolean): Promise<string> {
    this.fenced = fenced;
    this.writeUsers();
    return this.ask('acl', 'load');
  }

  private writeUsers(): void {
    const fence = this.fenced ? ' -@write -pfcount' : '';
    writeFileSync(
      path.join(this.options.folder, 'users.acl'),
      [
        'user default off',
        'user admin on >admin-secret ~* &* +@all',
        `user app on >app-secret ~* &* +@all -@admin -@dangerous +info +keys${fence}`,
        'user backup on >backup-secret resetkeys -@all +sync +replconf',
      ].join('\n'),
    );
  }

  private async makeCertificates(): Promise<void> {
    const folder = path.join(this.secrets, 'tls');
    mkdirSync(folder);
    const authority = await CertificateAuthority.create(folder);
    const subjectAltNames = [`IP:${this.options.host}`];
    await authority.issue('tls', { commonName: 'redis', subjectAltNames });
  }
}
