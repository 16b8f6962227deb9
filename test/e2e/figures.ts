import os from 'node:os';
import path from 'node:path';
import { addFigure, forgetFigures } from '../../scripts/evidence/figures';
import { ROOT } from '../support/folder';

/** Whether this is `npm run e2e:long`, which takes the full counts and notes its figures. */
export const isLong = process.env.FLEETWRIGHT_LONG === '1';

/** A test that takes minutes and of which shorter ones show a part: only `npm run e2e:long` has it. */
export const testLong = isLong ? test : test.skip;

/** How often something is done: in `npm run e2e`, and in `npm run e2e:long`. */
export function count(quick: number, long: number): number {
  return isLong ? long : quick;
}

/** Whether a test of this file has noted a figure in this run. */
let begun = false;

/** Prints what a test has measured; a long run notes it for docs/evidence.md. */
export function figure(what: string, value: string): void {
  process.stdout.write(`figure: ${what}: ${value}\n`);
  if (!isLong) return;
  const file = path.relative(ROOT, expect.getState().testPath ?? '').replaceAll(path.sep, '/');
  if (!begun) forgetFigures(file);
  begun = true;
  const [load = 0] = os.loadavg();
  const day = new Date().toISOString().slice(0, 10);
  addFigure({ file, what, value, day, machine: machine(), load: Math.round(load) });
}

function machine(): string {
  const memory = `${Math.round(os.totalmem() / 2 ** 30)} GiB`;
  const [kernel] = os.release().split('-');
  const parts = [`${os.cpus().length} cores`, memory, `${os.type()} ${kernel}`];
  return [...parts, `Node ${process.versions.node}`].join(', ');
}
