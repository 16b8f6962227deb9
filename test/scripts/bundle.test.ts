import * as fs from 'node:fs';
import * as path from 'node:path';
import { bundleCleanup, FILE } from '../../scripts/bundle/bundle';
import { ROOT } from '../support/folder';

test('the program that the clean-up of templates carries is what operator/ says: else run `npm run bundle`', async () => {
  const committed = fs.readFileSync(path.join(ROOT, FILE), 'utf8');
  expect(committed).toBe(await bundleCleanup());
});
