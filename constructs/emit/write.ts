import * as fs from 'node:fs';
import * as path from 'node:path';
import { FleetError } from '../problem';
import { compare } from './order';
import { besideOf, isOurs, MARKER, MARKER_TEXT, realPath, swap, textOf } from './swap';

/** Files below one folder: path (with `/`) to content. */
export type Tree = ReadonlyMap<string, string>;

/** What writing a tree did to the folder, as sorted paths. */
export interface Changes {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/** The text of a file as it was before, or nothing if there was none that can be read. */
export type Before = (file: string) => string | undefined;

/**
 * Makes a folder hold exactly these files, or leaves it as it was: everything is written beside it first,
 * then the folders change places. Nothing happens when nothing changed.
 *
 * A run that is killed leaves either the old folder or the new one. Only a SIGKILL between the two renames
 * leaves neither in place; the old one then stands beside it, and the next run puts it back.
 *
 * @param outdir made when missing; must be empty or written by Fleetwright before
 * @param approve sees what would change before anything does, and may throw
 * @throws FleetError when the folder holds files of someone else
 */
export function writeTree(
  outdir: string,
  files: Tree,
  approve: (changes: Changes, before: Before) => void = () => undefined,
): Changes {
  const target = realPath(outdir);
  refuseForeign(target);
  // The marker comes first: what a killed run leaves is known for ours by it.
  const tree = new Map([[MARKER, MARKER_TEXT], ...files]);
  const changes = compareWith(target, tree);
  if (changes.added.length + changes.changed.length + changes.removed.length === 0) return changes;
  approve(changes, (file) => textOf(path.join(target, file)));
  const fresh = besideOf(target, 'new');
  try {
    writeAll(fresh, tree);
    swap(target, fresh);
  } catch (error) {
    fs.rmSync(fresh, { recursive: true, force: true });
    throw error;
  }
  return changes;
}

function writeAll(folder: string, files: Tree): void {
  fs.mkdirSync(folder, { recursive: true });
  const made = new Set(['.']);
  const make = (parent: string): void => {
    if (made.has(parent)) return;
    make(path.posix.dirname(parent));
    fs.mkdirSync(path.join(folder, parent));
    made.add(parent);
  };
  for (const [name, content] of files) {
    make(path.posix.dirname(name));
    fs.writeFileSync(path.join(folder, name), content);
  }
}

/** A folder without the marker is not ours; nor is one that somebody keeps a repository in. */
function refuseForeign(target: string): void {
  if (!fs.existsSync(target)) return;
  const entries = fs.readdirSync(target);
  const hidden = entries.find((name) => name.startsWith('.'));
  if (entries.length === 0 || (isOurs(target) && hidden === undefined)) return;
  throw new FleetError([
    {
      code: 'outdir-foreign',
      path: target,
      field: 'outdir',
      value: undefined,
      problem: `holds files that Fleetwright did not write${hidden ? ` (${hidden})` : ''}, and synth replaces the whole folder`,
      remedy: 'move them away, or give the fleet another `outdir`',
    },
  ]);
}

function compareWith(target: string, files: Tree): Changes {
  const before = new Set(listFiles(target));
  const added: string[] = [];
  const changed: string[] = [];
  for (const [name, content] of files) {
    if (!before.delete(name)) added.push(name);
    else if (textOf(path.join(target, name)) !== content) changed.push(name);
  }
  return { added: added.sort(compare), changed: changed.sort(compare), removed: [...before].sort(compare) };
}

/** Every file below a folder, with `/`, and whatever else is no folder: links, pipes. */
export function listFiles(root: string, folder = ''): string[] {
  if (!fs.existsSync(root)) return [];
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder ? `${folder}/${entry.name}` : entry.name;
    return entry.isDirectory() ? listFiles(root, name) : [name];
  });
}
