import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { identify, isAlive } from './identity';

/** How the name of a scratch folder ends: whose it is, and what makes it unique. */
const OWNED = /\.(\d+)-(\d+)-[^.-]{6}$/;

/** Makes a scratch folder that a later run removes when this process was killed. @param prefix of its path */
export function scratchFolder(prefix: string): string {
  mkdirSync(path.dirname(prefix), { recursive: true, mode: 0o700 });
  // Where processes cannot be told apart, it has no owner, and stays.
  const { pid, started } = identify(process.pid) ?? { pid: process.pid, started: '' };
  return mkdtempSync(`${prefix}.${pid}-${started}-`);
}

/** Removes the scratch folders in a folder whose processes are gone. */
export function removeScratch(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid, started] = OWNED.exec(name) ?? [];
    if (pid === undefined || started === undefined || isAlive({ pid: Number(pid), started })) continue;
    rmSync(path.join(folder, name), { recursive: true, force: true });
  }
}
