import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../support/folder';

/** Whether this is `npm run e2e:long`, which takes the full counts and notes its figures. */
export const isLong = process.env.FLEETWRIGHT_LONG === '1';

/** How often something is done: in `npm run e2e`, and in `npm run e2e:long`. */
export function count(quick: number, long: number): number {
  return isLong ? long : quick;
}

/** The file with the figures of a long run, a JSON object a line. */
export const FIGURES = path.join(ROOT, 'build', 'figures.jsonl');

/** Prints what a test has measured; a long run notes it for docs/evidence.md. */
export function figure(what: string, value: string): void {
  process.stdout.write(`figure: ${what}: ${value}\n`);
  if (!isLong) return;
  const file = path.relative(ROOT, expect.getState().testPath ?? '');
  mkdirSync(path.dirname(FIGURES), { recursive: true });
  appendFileSync(FIGURES, `${JSON.stringify({ file, what, value })}\n`);
}
