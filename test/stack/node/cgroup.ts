import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import path from 'node:path';
import { until } from '../command';
import { identify, signal } from '../identity';

const ROOT = '/sys/fs/cgroup';
const VERSION_2 = existsSync(path.join(ROOT, 'cgroup.controllers'));

/** Where control groups are made: one folder with version 2, one for each controller with version 1. */
function hierarchies(): string[] {
  if (VERSION_2 || !existsSync(ROOT)) return [ROOT];
  return folders(ROOT).filter((folder) => existsSync(path.join(folder, 'cgroup.procs')));
}

/** The one of these by which processes are found. */
const REGISTER = VERSION_2 ? ROOT : path.join(ROOT, 'pids');

/** The control group of a node, which holds all of its processes, and by which they are found again. */
export class ControlGroup {
  constructor(private readonly name: string) {}

  /** Makes it, with a group in it for the node's own processes. */
  create(): void {
    for (const folder of this.folders) mkdirSync(folder);
    mkdirSync(this.system);
  }

  /** The shell command that moves its shell into the group. */
  get join(): string {
    return `echo $$ > ${path.join(this.system, 'cgroup.procs')}`;
  }

  /** The ids of all that runs in it. */
  processes(): number[] {
    return processesOf(path.join(REGISTER, this.name));
  }

  /** Ends all that runs in it, and takes it away. Does nothing if it is not there. */
  async remove(): Promise<void> {
    await until(`the processes of ${this.name} are gone`, 60, async () => {
      const pids = this.processes();
      for (const identity of pids.map(identify)) if (identity) signal(identity, 'SIGKILL');
      return pids.length === 0 && this.folders.every(removed);
    });
  }

  private get system(): string {
    return path.join(REGISTER, this.name, 'system');
  }

  private get folders(): string[] {
    return hierarchies().map((folder) => path.join(folder, this.name));
  }
}

function folders(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => path.join(folder, name));
}

/** The processes of a group and of all groups in it; a group that went meanwhile has none. */
function processesOf(folder: string): number[] {
  try {
    const own = readFileSync(path.join(folder, 'cgroup.procs'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(Number);
    return [...own, ...folders(folder).flatMap(processesOf)];
  } catch {
    return [];
  }
}

/** Removes a group, whose files go with it, or says that something of it still ends. */
function removed(folder: string): boolean {
  try {
    if (!existsSync(folder)) return true;
    for (const inner of folders(folder)) removed(inner);
    rmdirSync(folder);
    return true;
  } catch (error) {
    // Another run may remove the same leftovers.
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
