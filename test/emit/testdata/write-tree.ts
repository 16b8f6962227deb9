// Writes a tree of 200 files whose content is a version, and ends itself where KILL_AT says: at the n-th
// call of a function of the file system, or by SIGTERM between the two renames.
import type * as fs from 'node:fs';
import { recoverTree } from '../../../constructs/emit/swap';
import { writeTree } from '../../../constructs/emit/write';

const [outdir = '', version = ''] = process.argv.slice(2);
const [call, nth] = (process.env.KILL_AT ?? '').split(' ');
const calls: Record<string, 'writeFileSync' | 'renameSync' | 'rmSync'> = {
  write: 'writeFileSync',
  rename: 'renameSync',
  rm: 'rmSync',
};
const real: typeof fs = require('node:fs');

function before(name: 'writeFileSync' | 'renameSync' | 'rmSync', count: number, act: () => void): void {
  const original = real[name] as (...args: unknown[]) => unknown;
  let seen = 0;
  Object.assign(real, {
    [name]: (...args: unknown[]) => {
      if (++seen === count) act();
      return original(...args);
    },
  });
}

const method = calls[call ?? ''];
if (method) before(method, Number(nth), () => process.kill(process.pid, 'SIGKILL'));
if (call === 'term') before('renameSync', 2, () => process.kill(process.pid, 'SIGTERM'));

process.stderr.write('ready\n');
recoverTree(outdir);
if (version === 'invalid') throw new Error('not today');
writeTree(
  outdir,
  new Map(Array.from({ length: 200 }, (_, i) => [`folder-${i % 20}/file-${i}.yaml`, version])),
);
