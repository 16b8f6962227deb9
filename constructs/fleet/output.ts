import * as fs from 'node:fs';
import * as path from 'node:path';
import { recoverTree } from '../emit/swap';
import { type Before, type Changes, type Tree, writeTree } from '../emit/write';
import { FleetError, type Problem } from '../problem';
import { checkChange, checkForget, clustersIn, forgetOf, isClusterFile, isFolderList } from './change';
import type { Fleet } from './fleet';
import type { Compiled } from './render';
import { summary } from './summary';

/** Compiles a fleet, makes its folder hold it, and tells the person who ran it what changed. */
export function writeFleet(fleet: Fleet): void {
  const { outdir } = fleet;
  refuseEmptied(outdir);
  onDisk(outdir, () => recoverTree(outdir));
  const compiled = fleet.compile();
  const changes = onDisk(outdir, () =>
    writeTree(outdir, compiled.files, (changes, before) => refuseLoss(fleet, compiled, changes, before)),
  );
  const scratch = process.env.CDK8S_OUTDIR;
  if (scratch) writeStreams(scratch, compiled);
  process.stderr.write(summary(fleet, compiled, changes));
}

/** `cdk8s synth` has deleted its own output folder before any code of the fleet ran. */
function refuseEmptied(outdir: string): void {
  const scratch = process.env.CDK8S_OUTDIR;
  if (!scratch || path.resolve(scratch) !== path.resolve(outdir)) return;
  throw new FleetError([
    {
      code: 'outdir-emptied',
      path: 'cdk8s.yaml',
      field: 'output',
      value: scratch,
      problem:
        "is the fleet's own folder, which `cdk8s synth` empties before it knows that the fleet is right",
      remedy:
        'write `output: build/synth` there, and give no `--output`; `git restore` brings the folder back',
    },
  ]);
}

/** A change by which a cluster would be lost is refused as a whole. */
function refuseLoss(fleet: Fleet, compiled: Compiled, changes: Changes, before: Before): void {
  const { files } = compiled;
  const problems = [
    ...checkForgetNames(fleet, compiled, changes, before),
    ...checkChange(treeBefore(files, changes, before), files, fleet.forget, fleet.outdir),
  ];
  if (problems.length > 0) throw new FleetError(problems);
}

/** The files of clusters as they were; what did not change is as it will be. */
function treeBefore(files: Tree, { added, changed, removed }: Changes, before: Before): Tree {
  const others = new Set([...added, ...changed]);
  const tree = new Map([...files].filter(([file]) => isClusterFile(file) && !others.has(file)));
  for (const file of [...changed, ...removed].filter(isClusterFile)) {
    const text = before(file);
    if (text !== undefined) tree.set(file, text);
  }
  return tree;
}

/** A first output says nothing of what there was before. */
function checkForgetNames(
  { forget }: Fleet,
  { files }: Compiled,
  { changed, removed }: Changes,
  before: Before,
): Problem[] {
  if (forget.length === 0 || changed.length + removed.length === 0) return [];
  const all = [...files.keys(), ...removed];
  const lists = all.filter(isFolderList).map(before);
  return checkForget(forget, new Set([...clustersIn(all), ...lists.flatMap(forgetOf)]));
}

/** What the file system refuses is a problem of the folder, and not of the fleet's code. */
function onDisk<T>(outdir: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const { syscall, message } = cause as NodeJS.ErrnoException;
    if (!syscall) throw cause;
    throw new FleetError([
      {
        code: 'outdir-unwritable',
        path: path.resolve(outdir),
        field: 'outdir',
        value: outdir,
        problem: `cannot be written: ${message}`,
        remedy:
          'make it a folder that you may write, with room for two copies beside each other; then synthesize again',
        cause,
      },
    ]);
  }
}

/** One file for each cluster, for what `cdk8s synth` does with its own folder; a long one in parts. */
function writeStreams(folder: string, { files }: Compiled): void {
  const streams = new Map<string, string[]>();
  for (const [file, content] of files) {
    if (file.endsWith('/kustomization.yaml')) continue;
    const cluster = file.slice(0, file.indexOf('/'));
    const parts = streams.get(cluster) ?? [];
    const last = parts.at(-1);
    if (last === undefined || Buffer.byteLength(last + content) > PIECE) parts.push(content);
    else parts[parts.length - 1] = last + content;
    streams.set(cluster, parts);
  }
  fs.mkdirSync(folder, { recursive: true });
  for (const [cluster, parts] of streams) {
    for (const [i, part] of parts.entries()) {
      fs.writeFileSync(path.join(folder, i === 0 ? `${cluster}.yaml` : `${cluster}.${i + 1}.yaml`), part);
    }
  }
}

/** With `--stdout`, cdk8s reads all files at once, in pieces of so many bytes, and mixes the pieces up. */
const PIECE = 65_536;
