import type { Changes } from '../emit/write';
import type { Fleet } from './fleet';
import type { Compiled } from './render';

/** How many changed files the summary names; `git status` tells the rest. */
const MOST = 20;

/** What a synth did, for the person who ran it. */
export function summary(fleet: Fleet, { files, objects }: Compiled, changes: Changes): string {
  const lines = [
    ...changes.added.map((file) => `  + ${file}`),
    ...changes.changed.map((file) => `  ~ ${file}`),
    ...changes.removed.map((file) => `  - ${file}`),
  ];
  const shown = lines.slice(0, MOST);
  if (lines.length > MOST) shown.push(`  ... and ${lines.length - MOST} more`);
  const state =
    lines.length === 0
      ? 'nothing changed'
      : `${changes.added.length} files added, ${changes.changed.length} changed, ${changes.removed.length} removed`;
  const head = `${fleet.outdir}/: ${count(fleet.clusters.length, 'cluster')}, ${count(objects, 'object')} in ${files.size} files; ${state}`;
  return [head, ...shown, ''].join('\n');
}

function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`;
}
