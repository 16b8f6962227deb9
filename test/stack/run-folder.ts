import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder, progress } from './build';
import { until } from './command';
import { identify, isAlive, type ProcessIdentity, processesWith, signal } from './identity';
import { deleteNamespace } from './network';
import { ControlGroup } from './node/cgroup';
import { removeScratch, scratchFolder } from './scratch';

const OWNER = 'owner.json';
const STAYS = 'stays';
const PREFIX = 'run-';

/** The folder that holds a folder for each run. Nobody else may write there: a run says what is ended. */
function runsFolder(): string {
  return path.join(cacheFolder(), 'runs');
}

/** What one run keeps on disk, enough to end the run when its owner was killed. */
export class RunFolder {
  /** Whether this process is removing it. */
  ending = false;

  private constructor(readonly folder: string) {}

  /** A new folder, owned by this process. */
  static create(): RunFolder {
    const draft = scratchFolder(path.join(runsFolder(), 'new'));
    removeScratch(runsFolder());
    mkdirSync(path.join(draft, 'processes'));
    mkdirSync(path.join(draft, 'logs'));
    writeFileSync(path.join(draft, OWNER), JSON.stringify(identify(process.pid)));
    // A folder without its owner would look like a leftover to another run.
    const folder = path.join(runsFolder(), `${PREFIX}${draft.slice(-6)}`);
    renameSync(draft, folder);
    return new RunFolder(folder);
  }

  /** The runs that are there now. */
  static all(): RunFolder[] {
    try {
      const names = readdirSync(runsFolder()).filter((name) => name.startsWith(PREFIX));
      return names.map((name) => new RunFolder(path.join(runsFolder(), name)));
    } catch {
      return [];
    }
  }

  /** A name that no other run has, short enough for a network namespace. */
  get name(): string {
    return `fleetwright-${path.basename(this.folder).slice(PREFIX.length)}`;
  }

  /** The path of something in this folder. */
  path(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** What every process of this run has in its environment, and nothing else has: a person may look around here. */
  get mark(): Readonly<{ HOME: string }> {
    return { HOME: this.folder };
  }

  /** Remembers a process of this run. */
  record(name: string, identity: ProcessIdentity): void {
    writeFileSync(this.path('processes', `${name}.json`), JSON.stringify(identity));
  }

  /** A process of this run that was recorded, alive or not. */
  process(name: string): ProcessIdentity | undefined {
    return readIdentity(this.path('processes', `${name}.json`));
  }

  /** The process that started this run, if it still runs. */
  owner(): ProcessIdentity | undefined {
    const owner = readIdentity(this.path(OWNER));
    return owner && isAlive(owner) ? owner : undefined;
  }

  /** Lets `endStacks` end it, though its owner still runs: it is for a person, and no test. */
  stay(): void {
    writeFileSync(this.path(STAYS), '');
  }

  /** Whether it is one that stays until a person ends it. */
  get stays(): boolean {
    return existsSync(this.path(STAYS));
  }

  /** Ends every process of this run, then takes its network and its folder away. */
  async remove(): Promise<void> {
    this.ending = true;
    // One that was started last may not be recorded.
    const processes = [...this.processes(), ...processesWith(`HOME=${this.mark.HOME}`)];
    for (const each of processes) signal(each, 'SIGTERM');
    // API servers would take their time, and nothing that any of them keeps outlives the run.
    await until('processes end', 0.5, async () => !processes.some(isAlive)).catch(() => {
      for (const each of processes) signal(each, 'SIGKILL');
    });
    await until('processes are gone', 20, async () => !processes.some(isAlive));
    await new ControlGroup(this.name).remove();
    await deleteNamespace(this.name);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private processes(): ProcessIdentity[] {
    try {
      const files = readdirSync(this.path('processes'));
      return files.flatMap((file) => readIdentity(this.path('processes', file)) ?? []);
    } catch {
      return [];
    }
  }
}

function readIdentity(file: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

/** Removes what runs left behind that were killed, as far as that can be done. Returns how many it removed. */
export async function removeLeftovers(): Promise<number> {
  const leftovers = RunFolder.all().filter((run) => !run.owner());
  const results = await Promise.allSettled(leftovers.map((run) => run.remove()));
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') continue;
    const { message } = result.reason as Error;
    progress(`cannot remove what a killed run left in ${leftovers[index]?.folder}: ${message}`);
  }
  return results.filter(({ status }) => status === 'fulfilled').length;
}

/** Ends the runs that a person has left running, and removes what killed ones left behind. */
export async function endStacks(): Promise<number> {
  const running = RunFolder.all().filter((run) => run.stays && run.owner());
  for (const run of running) {
    const owner = run.owner();
    if (owner) signal(owner, 'SIGTERM');
    await until(`${run.name} ends`, 120, async () => !run.owner());
  }
  return Math.max(await removeLeftovers(), running.length);
}
