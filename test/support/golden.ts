import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Compares text with a file beside the test, a whole rendered example for a reader. After a wanted change,
 * `UPDATE_GOLDEN=1 npx jest` writes the files anew: review the diff.
 */
export function expectGolden(folder: string, name: string, text: string): void {
  const file = path.join(folder, name);
  if (process.env.UPDATE_GOLDEN && !process.env.CI) fs.writeFileSync(file, text);
  expect(text).toBe(
    fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : `(no ${file}: run with UPDATE_GOLDEN=1)`,
  );
}
