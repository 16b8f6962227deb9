import * as fs from 'node:fs';
import * as path from 'node:path';
import { parseDocument } from 'yaml';
import { FleetError, type Problem } from '../../constructs';
import { checkDnsLabel } from '../../constructs/fleet/check/names';
import { clustersOf } from '../dist';
import { type Artifact, chartArtifact, clusterArtifact } from './artifact';
import { chartsIn } from './charts';
import { filesBelow, isFile } from './folder';
import { type RenderedSource, renderedSource } from './source';
import { pack } from './tar';

/** One artifact to push. */
export interface Item {
  /** Behind the address of the fleet: a cluster's name, or `charts/` and a chart's. */
  readonly name: string;
  /** The tag, where it is not the fleet's: a chart's version. */
  readonly version?: string;
  readonly artifact: Artifact;
}

/** Everything to push, in the order of what needs what. */
export interface Plan {
  readonly source: RenderedSource;
  readonly charts: readonly Item[];
  readonly clusters: readonly Item[];
  /** It tells the other clusters where to look: it comes last. */
  readonly management: Item;
}

/** What to push. */
export interface PlanProps {
  /** The folder that synth wrote. */
  readonly dist: string;
  /** The folder of charts. @default none */
  readonly charts?: string;
  /** The address of the repository that it all comes from, for the registry to show. @default none */
  readonly repository?: string;
}

/**
 * Reads and packs what is to be pushed.
 *
 * @throws FleetError before anything is packed when an artifact would be empty: Flux would prune what it lacks; and
 * when it is no output of synth
 */
export function planOf({ dist, charts, repository }: PlanProps): Plan {
  const names = clustersOf(dist);
  const strange = names.flatMap((name) => checkFolder(path.join(dist, name)));
  if (strange.length > 0) throw new FleetError(strange);
  const folders = names.map((name) => ({ name, files: filesBelow(path.join(dist, name), name) }));
  const broken = names.flatMap((name) => checkList(path.join(dist, name, 'kustomization.yaml')));
  if (broken.length > 0) throw new FleetError(broken);
  const source = renderedSource(dist, names);
  const clusters = folders.map(({ name, files }): Item => {
    const archive = pack(files.map((file) => ({ ...file, name: `${source.path}/${file.name}` })));
    return { name, artifact: clusterArtifact(archive, repository) };
  });
  const packed = charts === undefined ? [] : chartsIn(charts);
  return {
    source,
    charts: packed.map(({ name, version, metadata, files }) => ({
      name: `charts/${name}`,
      // A tag has no plus sign.
      version: version.replace('+', '_'),
      artifact: chartArtifact(metadata, pack(files), repository),
    })),
    clusters: clusters.filter(({ name }) => name !== source.management),
    management: clusters.find(({ name }) => name === source.management) as Item,
  };
}

/** The name of a folder becomes a part of addresses. */
function checkFolder(folder: string): Problem[] {
  const name = checkDnsLabel(folder, '', path.basename(folder));
  if (name.length > 0) return name.map((problem) => ({ ...problem, remedy: 'remove it: it is no cluster' }));
  return isFile(path.join(folder, 'kustomization.yaml')) ? [] : [hollow(folder)];
}

function hollow(folder: string): Problem {
  return {
    code: 'cluster-hollow',
    path: folder,
    field: '',
    value: undefined,
    problem: 'has no kustomization.yaml, and Flux would prune what it does not list',
    remedy: 'synthesize again; remove the folder if it is no cluster',
  };
}

function checkList(file: string): Problem[] {
  const [error] = parseDocument(fs.readFileSync(file, 'utf8')).errors;
  if (!error) return [];
  return [
    {
      code: 'yaml-malformed',
      path: file,
      field: '',
      value: undefined,
      problem: error.message.split('\n')[0] ?? 'is no YAML',
      remedy: 'this folder is generated: synthesize it again',
      cause: error,
    },
  ];
}
