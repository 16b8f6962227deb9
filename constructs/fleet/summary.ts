import type { Changes } from '../emit/write';
import { notLookedAt } from './change';
import type { Fleet } from './fleet';
import type { Compiled } from './render';

/** How many changed files the summary names; `git status` tells the rest. */
const MOST = 20;

/** What a synth did, for the person who ran it. */
export function summary(fleet: Fleet, { files, objects }: Compiled, changes: Changes): string {
  const lines = [
    ...changes.removed.map((file) => `  - ${file}`),
    ...changes.added.map((file) => `  + ${file}`),
    ...changes.changed.map((file) => `  ~ ${file}`),
  ];
  const shown = lines.slice(0, MOST);
  if (lines.length > MOST) shown.push(`  ... and ${lines.length - MOST} more`);
  const state =
    lines.length === 0
      ? 'nothing changed'
      : `${changes.added.length} files added, ${changes.changed.length} changed, ${changes.removed.length} removed`;
  const head = `${fleet.outdir}/: ${count(fleet.clusters.length, 'cluster')}, ${count(objects, 'object')} in ${files.size} files; ${state}`;
  const passed = fleet.forget.map((name) => `  ! ${notLookedAt(name)}`);
  return [
    head,
    ...goneClusters(fleet, files, changes),
    ...passed,
    ...unmadeClusters(fleet),
    ...shown,
    '',
  ].join('\n');
}

/** What happens to clusters whose folder vanishes. A cluster that nobody makes runs on. */
function goneClusters({ clusters, forget }: Fleet, files: Compiled['files'], { removed }: Changes): string[] {
  const clusterOf = (file: string) => file.slice(0, Math.max(0, file.indexOf('/')));
  const left = new Set([...files.keys()].map(clusterOf));
  const gone = new Set(removed.map(clusterOf).filter((cluster) => cluster !== '' && !left.has(cluster)));
  return [...gone]
    .filter((name) => !forget.includes(name))
    .map((name) =>
      clusters.some((cluster) => cluster.name === name)
        ? `  ! ${name} will be deleted, with all of its machines, when this is merged: docs/protection.md`
        : `  ! ${name} is no longer in the fleet. What it runs stays, and so do its machines: docs/protection.md`,
    );
}

/** Clusters that Cluster API is to make, in a fleet that installs none of its providers. */
function unmadeClusters({ clusters, units }: Fleet): string[] {
  const provided = units.flatMap(({ provides }) => provides ?? []);
  const unmade = clusters.filter(
    ({ madeBy, teardown }) =>
      teardown !== 'removed' && madeBy.length > 0 && !madeBy.some((provider) => provided.includes(provider)),
  );
  if (unmade.length === 0) return [];
  const names = unmade.map(({ name }) => name).join(', ');
  return [
    `  ! nothing in this fleet makes clusters: ${names}. Add ClusterApi, unless somebody installs its providers otherwise: docs/clusters.md`,
  ];
}

function count(many: number, noun: string): string {
  return `${many} ${noun}${many === 1 ? '' : 's'}`;
}
