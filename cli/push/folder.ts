import * as fs from 'node:fs';
import * as path from 'node:path';
import { FleetError, type Problem } from '../../constructs';
import type { ArchiveFile } from './tar';

/**
 * Every file below a folder.
 *
 * @param prefix what comes before the names in the archive
 * @throws FleetError on what Flux would not unpack, and on what git could not merge
 */
export function filesBelow(folder: string, prefix: string): ArchiveFile[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const problems: Problem[] = [];
  const files = entries.flatMap((entry): ArchiveFile[] => {
    if (entry.isDirectory()) return [];
    const file = path.join(entry.parentPath, entry.name);
    const name = [prefix, ...path.relative(folder, file).split(path.sep)].join('/');
    if (entry.isFile() && !entry.name.includes('\\')) {
      const content = fs.readFileSync(file);
      if (CONFLICT.test(content.toString('latin1'))) problems.push(conflicted(file));
      return [{ name, content }];
    }
    problems.push({
      code: 'file-unpackable',
      path: file,
      field: '',
      value: undefined,
      problem: entry.isFile() ? 'has a name that Flux does not unpack' : 'is no regular file',
      remedy: 'remove it: no generated file is like that',
    });
    return [];
  });
  if (problems.length > 0) throw new FleetError(problems);
  return files;
}

/** A line that git leaves in a file that two branches changed. */
const CONFLICT = /^(?:<{7}|>{7}) /m;

function conflicted(file: string): Problem {
  return {
    code: 'file-conflicted',
    path: file,
    field: '',
    value: undefined,
    problem: 'has the marks of a conflict that git left in it',
    remedy: 'solve it; in the folder that synth writes by another synth',
  };
}

/** Whether there is a file, and no folder, of that name. */
export function isFile(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}
