import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/folder';
import { kernelSettings } from './kernel';

const scratch = temporaryFolder('kernel');
const canMount = spawnSync('unshare', ['--mount', 'true']).status === 0;

(canMount ? test : test.skip)('what a kubelet wants of the kernel is there for it alone', () => {
  const settings = ['kernel/panic', 'vm/overcommit_memory'].map((name) => `/proc/sys/${name}`);
  const own = settings.map((file) => readFileSync(file, 'utf8'));
  const script = [...kernelSettings(path.join(scratch, 'kernel')), `cat ${settings.join(' ')}`];
  // What is written there reaches no kernel.
  script.push(`echo 77 > ${settings[0]}`, `cat ${settings[0]}`);
  const { stdout } = spawnSync('unshare', ['--mount', 'sh', '-c', script.join(' && ')], { encoding: 'utf8' });
  expect(stdout).toBe('10\n1\n77\n');
  expect(settings.map((file) => readFileSync(file, 'utf8'))).toEqual(own);
});
