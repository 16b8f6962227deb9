import * as fs from 'node:fs';
import * as path from 'node:path';
import { FleetError, type Problem } from '../../constructs';
import type { ArchiveFile } from './tar';

/**
 * Every file below a folder.
 *
 * @param prefix what comes before the names in the archive
 * @throws FleetError on what Flux would not unpack
 */
export function filesBelow(folder: string, prefix: string): ArchiveFile[] {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  const problems: Problem[] = [];
  const files = entries.flatMap((entry): ArchiveFile[] => {
    if (entry.isDirectory()) return [];
    const file = path.join(entry.parentPath, entry.name);
    const name = [prefix, ...path.relative(folder, file).split(path.sep)].join('/');
    if (entry.isFile() && !entry.name.includes('\\')) return [{ name, content: fs.readFileSync(file) }];
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
