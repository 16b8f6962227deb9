import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ROOT } from './folder';

/** Makes what a fork of the reference fleet has; the library itself is linked. */
export function forkFleet(folder: string): string {
  fs.mkdirSync(folder, { recursive: true });
  for (const own of [
    'main.ts',
    'versions.ts',
    'apps',
    'clusters',
    'charts',
    'cdk8s.yaml',
    'package.json',
    'tsconfig.json',
    'dist',
  ]) {
    fs.cpSync(path.join(ROOT, own), path.join(folder, own), { recursive: true });
  }
  for (const shared of ['constructs', 'imports', 'node_modules']) {
    fs.symlinkSync(path.join(ROOT, shared), path.join(folder, shared));
  }
  return folder;
}

/** Replaces text in a file of a fork; the text must be there. */
export function edit(folder: string, file: string, from: string, to: string): void {
  const name = path.join(folder, file);
  const text = fs.readFileSync(name, 'utf8');
  expect(text).toContain(from);
  fs.writeFileSync(name, text.replace(from, to));
}

/** The command line of `npx cdk8s synth`, without its look for a newer version of itself. */
export const CDK8S = ['node_modules/.bin/cdk8s', 'synth', '--check-upgrade=false'];

/** Runs `npx cdk8s synth` in a fork. */
export function cdk8sSynth(folder: string, ...more: string[]) {
  return spawnSync(process.execPath, [...CDK8S, ...more], { cwd: folder, encoding: 'utf8' });
}
