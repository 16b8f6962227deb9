import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { identify, isAlive } from './identity';

/** How the name of a scratch folder ends: whose it is, and what makes it unique. */
const OWNED = /\.(\d+)-(\d+)-[^.-]{6}$/;

/** How the names of the project's temporary files begin. */
const TEMPORARY = 'fleetwright-';

/** Makes a scratch folder that a later run removes when this process was killed. @param prefix of its path */
export function scratchFolder(prefix: string): string {
  mkdirSync(path.dirname(prefix), { recursive: true, mode: 0o700 });
  // Where processes cannot be told apart, it has no owner, and stays.
  const { pid, started } = identify(process.pid) ?? { pid: process.pid, started: '' };
  return mkdtempSync(`${prefix}.${pid}-${started}-`);
}

/** Makes a scratch folder among the machine's temporary files, and removes those that killed runs left there. */
export function temporaryScratch(name: string): string {
  removeScratch(tmpdir(), TEMPORARY);
  return scratchFolder(path.join(tmpdir(), `${TEMPORARY}${name}`));
}

/** Removes the scratch folders in a folder whose processes are gone. @param prefix of their names */
export function removeScratch(folder: string, prefix = ''): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(prefix)) continue;
    const [, pid, started] = OWNED.exec(name) ?? [];
    if (pid === undefined || started === undefined || isAlive({ pid: Number(pid), started })) continue;
    try {
      rmSync(path.join(folder, name), { recursive: true, force: true });
    } catch (error) {
      // That of another user is not for this one to remove, and another run may remove the same.
      if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes((error as NodeJS.ErrnoException).code ?? ''))
        throw error;
    }
  }
}
