import * as fs from 'node:fs';
import * as path from 'node:path';
import { temporaryScratch } from '../stack/scratch';

/** The root of the repository. */
export const ROOT = path.join(__dirname, '..', '..');

/** Every file below a folder: path to content. */
export function readTree(folder: string): Record<string, string> {
  const files = fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile());
  return Object.fromEntries(
    files
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort()
      .map((file) => [path.relative(folder, file), fs.readFileSync(file, 'utf8')]),
  );
}

/** A folder that is removed after the test file, or by a later one if that is killed. */
export function temporaryFolder(name: string): string {
  const folder = temporaryScratch(name);
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}
