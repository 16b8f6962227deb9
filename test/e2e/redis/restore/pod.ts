import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import {
  CHECK,
  DUMP,
  FENCE,
  INSPECT,
  LIFT,
  LOAD,
  RESTORE,
} from '../../../../constructs/redis-backup/scripts';
import { PORT, type Target } from './target';

const SCRIPTS = { CHECK, DUMP, FENCE, INSPECT, LIFT, LOAD, RESTORE };

/** What a container told the operator. */
export interface Report {
  readonly result: string;
  readonly step: string;
  readonly message: string;
  readonly [member: string]: string | number | boolean;
}

/** A backup as the mover fetches it. */
export interface Backup {
  readonly file: string;
  readonly keys: string;
  readonly digest: string;
  readonly sha256: string;
}

/** A container of a restore, as a group of processes: what it has started dies with it. */
export class Pod {
  private output = '';
  readonly ended: Promise<number | null>;
  readonly child: ChildProcess;

  private constructor(
    readonly work: string,
    script: keyof typeof SCRIPTS,
    env: NodeJS.ProcessEnv,
  ) {
    this.child = spawn('/bin/sh', ['-c', SCRIPTS[script]], {
      detached: true,
      env: { PATH: process.env.PATH, WORK: work, REPORT: path.join(work, 'report'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const add = (text: Buffer) => {
      this.output += text;
    };
    this.child.stdout?.on('data', add);
    this.child.stderr?.on('data', add);
    this.ended = new Promise((resolve) => this.child.once('close', (code) => resolve(code)));
  }

  /** Starts a script against a target, with a backup in its folder if there is one. */
  static start(
    target: Target,
    script: keyof typeof SCRIPTS,
    env: Readonly<Record<string, string>> = {},
    backup?: Backup,
  ): Pod {
    const { host, folder, tls } = target.options;
    const work = mkdtempSync(path.join(folder, 'work-'));
    if (backup) {
      writeFileSync(path.join(work, 'dump.rdb'), readFileSync(backup.file), { mode: 0o400 });
      const manifest = { version: 1, key: 'backups/x.rdb', sha256: backup.sha256, keys: Number(backup.keys) };
      const more = { digest: backup.digest, baseline: { id: 'x', keys: 1 } };
      writeFileSync(path.join(work, 'source.json'), JSON.stringify({ ...manifest, ...more }));
      writeFileSync(path.join(work, 'facts'), `sha256=${backup.sha256}\n`);
    }
    return new Pod(work, script, {
      ...{ REDIS_HOST: host, REDIS_PORT: String(tls ? PORT + 1 : PORT) },
      ...{ ADMIN_DIR: path.join(target.secrets, 'admin'), APP_DIR: path.join(target.secrets, 'app') },
      ...{ REDIS_USER_DIR: path.join(target.secrets, 'backup'), TLS_DIR: path.join(target.secrets, 'tls') },
      REDIS_CA: tls ? path.join(target.secrets, 'tls', 'ca.crt') : '',
      ...{
        POD_IP: host.replace(/\d+$/, '99'),
        LINK_PORT: '6380',
        MODE: 'restore',
        RUN_ID: '',
        OVERWRITE: 'true',
      },
      ...{ EXPECTED: backup ? `${backup.keys} ${backup.digest}` : '', EMPTY: 'false' },
      ...{ TARGET_LIMIT: '60', SYNC_LIMIT: '60', DUMP_LIMIT: '60' },
      ...env,
    });
  }

  /** Runs a script to its end. */
  static async run(...start: Parameters<typeof Pod.start>): Promise<Report> {
    const pod = Pod.start(...start);
    await pod.ended;
    return pod.report();
  }

  report(): Report {
    const file = path.join(this.work, 'report');
    if (!existsSync(file)) throw new Error(`no report: ${this.output}`);
    return JSON.parse(readFileSync(file, 'utf8')) as Report;
  }

  /** Whether a step was begun. */
  saw(step: string): boolean {
    return this.output.includes(` ${step}: `);
  }

  async waitFor(step: string): Promise<void> {
    while (!this.saw(step) && this.child.exitCode === null && this.child.signalCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Ends the scratch server, if there is one now. */
  killScratch(): void {
    const { pid } = this.child;
    const file = `/proc/${pid}/task/${pid}/children`;
    const children = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : [];
    for (const child of children.filter((id) => id !== '')) {
      const name = readFileSync(`/proc/${child}/comm`, 'utf8').trim();
      if (/^(redis|valkey)-server$/.test(name)) process.kill(Number(child), 'SIGKILL');
    }
  }

  /** Ends every process of the pod at once, as the loss of its node does. */
  async kill(): Promise<void> {
    const { pid, exitCode, signalCode } = this.child;
    if (!pid || exitCode !== null || signalCode !== null) return;
    process.kill(-pid, 'SIGKILL');
    await this.ended;
  }
}

/** Takes a backup by the steps of a backup job, which knows the port that speaks plain here. */
export async function backUp(target: Target): Promise<Backup> {
  const work = mkdtempSync(path.join(target.options.folder, 'backup-'));
  for (const script of ['DUMP', 'CHECK', 'LOAD'] as const) {
    const pod = Pod.start(target, script, { WORK: work, REDIS_CA: '' });
    const code = await pod.ended;
    if (code !== 0) throw new Error(`${script} ended with ${code}`);
  }
  const facts = readFileSync(path.join(work, 'facts'), 'utf8');
  const fact = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(facts)?.[1] ?? '';
  return {
    file: path.join(work, 'dump.rdb'),
    keys: fact('keys'),
    digest: fact('digest'),
    sha256: fact('sha256'),
  };
}
