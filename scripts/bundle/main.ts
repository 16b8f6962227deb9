import * as fs from 'node:fs';
import { bundleCleanup, FILE } from './bundle';

void bundleCleanup().then((text) => {
  fs.writeFileSync(FILE, text);
  process.stdout.write(`${FILE}\n`);
});
