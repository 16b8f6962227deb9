import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { run, until } from './command';
import { identify, isAlive, type ProcessIdentity, signal } from './identity';
import type { Network } from './network';
import type { RunFolder } from './run-folder';

/** Bash's own way to connect: it is tried often, and starts ten times as fast as Node. */
const CONNECT = ['bash', '-c', 'exec 3<>"/dev/tcp/$0/$1"'];

/** A program to start, and how to know that it serves. */
export interface ProcessSpec {
  /** Unique in its run; also the name of its log. */
  readonly name: string;
  /** The cluster that it is a part of. @default none, or what outlives its loss */
  readonly cluster?: string;
  readonly command: readonly string[];
  /** Added to a small environment: nothing of the user's but PATH reaches the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The port that it serves once it is ready. */
  readonly port: number;
}

/** Starts the processes of one run inside its network. */
export class Processes {
  private readonly specs = new Map<string, ProcessSpec>();

  constructor(
    private readonly runFolder: RunFolder,
    private readonly network: Network,
  ) {}

  /** Starts a process and waits until it takes connections. */
  async start(spec: ProcessSpec): Promise<ProcessIdentity> {
    this.refuseIfEnding(spec.name);
    this.specs.set(spec.name, spec);
    const [file = '', ...args] = this.network.inside(spec.command);
    const log = openSync(this.runFolder.path('logs', `${spec.name}.log`), 'a');
    const child = spawn(file, args, {
      // A process group of its own: Ctrl-C reaches this process only, which then ends the others in order.
      detached: true,
      stdio: ['ignore', log, log],
      env: { PATH: process.env.PATH, ...spec.env, ...this.runFolder.mark },
      cwd: this.runFolder.folder,
    });
    closeSync(log);
    const identity = await started(child, spec.name).catch((error) => {
      // The end of the run has found it first.
      this.refuseIfEnding(spec.name);
      throw error;
    });
    this.refuseIfEnding(spec.name, identity);
    this.runFolder.record(spec.name, identity);
    child.unref();
    await this.ready(spec.name, identity, spec.port);
    return identity;
  }

  /** What starts while the run ends would be left behind. */
  private refuseIfEnding(name: string, started?: ProcessIdentity): void {
    if (!this.runFolder.ending) return;
    if (started) signal(started, 'SIGKILL');
    throw new Error(`${name} is not started any more: its run ends`);
  }

  /** Ends a process of this run, and waits until it is gone: its ports are free then. */
  async stop(name: string): Promise<void> {
    const identity = this.runFolder.process(name);
    if (!identity) return;
    signal(identity, 'SIGTERM');
    await until(`${name} ends`, 10, async () => !isAlive(identity)).catch(() => signal(identity, 'SIGKILL'));
    await until(`${name} is gone`, 20, async () => !isAlive(identity));
  }

  /** The names of the processes of a cluster in the order that they were started, alive or not. */
  ofCluster(cluster: string): readonly string[] {
    return [...this.specs.values()].filter((spec) => spec.cluster === cluster).map(({ name }) => name);
  }

  /** Starts a process again that was stopped. */
  async resume(name: string): Promise<void> {
    const spec = this.specs.get(name);
    if (!spec) throw new Error(`${name} was never started`);
    await this.start(spec);
  }

  /** The most memory that a process of this run has had, in bytes. */
  peakMemory(name: string): number {
    const status = readFileSync(`/proc/${this.runFolder.process(name)?.pid}/status`, 'utf8');
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    if (!kilobytes) throw new Error(`${name} has ended`);
    return Number(kilobytes) * 1024;
  }

  /** How many bytes a process and all that it has started have now, shared pages counted once; and how many they are. */
  familyMemory(name: string): { bytes: number; processes: number } {
    const family = familyOf(this.runFolder.process(name)?.pid ?? 0);
    return { bytes: family.reduce((sum, pid) => sum + proportionalMemory(pid), 0), processes: family.length };
  }

  private async ready(name: string, identity: ProcessIdentity, port: number): Promise<void> {
    const probe = this.network.inside([...CONNECT, this.network.host, String(port)]);
    await until(`${name} serves port ${port}`, 120, async () => {
      if (!isAlive(identity)) throw new Error(`${name} ended: ${this.tail(name)}`);
      return (await run(probe)).code === 0;
    });
  }

  /** The end of a process's log. */
  tail(name: string, lines = 8): string {
    const log = readFileSync(this.runFolder.path('logs', `${name}.log`), 'utf8');
    return log.trimEnd().split('\n').slice(-lines).join('\n');
  }
}

/** A process and its descendants. */
function familyOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // After the name of the program, which may hold anything: state, parent.
    const [, parent] = readIfThere(`/proc/${entry}/stat`)
      .replace(/^.*\) /s, '')
      .split(' ');
    parents.set(Number(entry), Number(parent));
  }
  const isOf = (pid: number): boolean => pid === root || (pid > 1 && isOf(parents.get(pid) ?? 0));
  return [...parents.keys()].filter(isOf);
}

function proportionalMemory(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024;
}

/** The text of a file of a process, which may have ended. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function started(child: ReturnType<typeof spawn>, name: string): Promise<ProcessIdentity> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      const identity = child.pid === undefined ? undefined : identify(child.pid);
      if (identity) resolve(identity);
      else reject(new Error(`${name} ended as soon as it started`));
    });
  });
}
