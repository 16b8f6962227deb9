import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '../command';
import { identify, signal } from '../identity';

/** The controllers of version 2 that a kubelet uses, as far as the machine has them. */
const CONTROLLERS = ['cpu', 'cpuset', 'memory', 'hugetlb', 'pids'];

/** The control group of a node, which holds all of its processes, and by which they are found again. */
export class ControlGroup {
  private readonly isVersion2: boolean;

  /** @param root where control groups are mounted */
  constructor(
    private readonly name: string,
    private readonly root = '/sys/fs/cgroup',
  ) {
    this.isVersion2 = existsSync(path.join(root, 'cgroup.controllers'));
  }

  /** Makes it, with a group in it for the node's own processes. */
  create(): void {
    if (this.isVersion2) enableControllers(this.root);
    for (const folder of this.folders) mkdirSync(folder);
    mkdirSync(this.system);
  }

  /** The shell command that moves its shell into the group. */
  get join(): string {
    return `echo $$ > ${path.join(this.system, 'cgroup.procs')}`;
  }

  /** The ids of all that runs in it. */
  processes(): number[] {
    return processesOf(path.join(this.register, this.name));
  }

  /** Ends all that runs in it, and takes it away. Does nothing if it is not there. */
  async remove(): Promise<void> {
    await until(`the processes of ${this.name} are gone`, 60, async () => {
      const pids = this.processes();
      for (const identity of pids.map(identify)) if (identity) signal(identity, 'SIGKILL');
      return pids.length === 0 && this.folders.every(removed);
    });
  }

  /** The hierarchy by which processes are found. */
  private get register(): string {
    return this.isVersion2 ? this.root : path.join(this.root, 'pids');
  }

  private get system(): string {
    return path.join(this.register, this.name, 'system');
  }

  /** One folder with version 2, one for each controller with version 1. */
  private get folders(): string[] {
    const one = this.isVersion2 || !existsSync(this.root);
    const hierarchies = one
      ? [this.root]
      : folders(this.root).filter((folder) => existsSync(path.join(folder, 'cgroup.procs')));
    return hierarchies.map((folder) => path.join(folder, this.name));
  }
}

/** Gives the groups of version 2 below the root what a kubelet demands of its own one. */
function enableControllers(root: string): void {
  const enabled = path.join(root, 'cgroup.subtree_control');
  const available = wordsOf(path.join(root, 'cgroup.controllers'));
  const missing = () => {
    const there = wordsOf(enabled);
    return CONTROLLERS.filter((name) => available.includes(name) && !there.includes(name));
  };
  if (missing().length === 0) return;
  const wanted = missing().map((name) => `+${name}`);
  try {
    writeFileSync(enabled, wanted.join(' '));
  } catch (error) {
    throw new Error(
      `A node needs the control groups ${missing().join(', ')}: ${(error as Error).message}. ` +
        `On the machine itself, as root: echo '${wanted.join(' ')}' > ${enabled}. ` +
        'A container needs to be privileged and to have the control groups of the machine (docker: --cgroupns=host)',
      { cause: error },
    );
  }
}

function wordsOf(file: string): string[] {
  return readFileSync(file, 'utf8').split(/\s+/).filter(Boolean);
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
