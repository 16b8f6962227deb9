import * as fs from 'node:fs';
import * as path from 'node:path';
import { FleetError } from '../../constructs';
import { clustersOf } from '../dist';
import { type Artifact, chartArtifact, clusterArtifact } from './artifact';
import { chartsIn } from './charts';
import { filesBelow } from './folder';
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
 * @throws FleetError before anything is packed when an artifact would be empty: Flux would prune what it lacks
 */
export function planOf({ dist, charts, repository }: PlanProps): Plan {
  const names = clustersOf(dist);
  const hollow = names.filter((name) => !fs.existsSync(path.join(dist, name, 'kustomization.yaml')));
  if (hollow.length > 0) throw new FleetError(hollow.map((name) => hollowProblem(path.join(dist, name))));
  const source = renderedSource(dist, names);
  const clusters = names.map((name): Item => {
    const archive = pack(filesBelow(path.join(dist, name), `${source.path}/${name}`));
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

function hollowProblem(folder: string) {
  return {
    code: 'cluster-hollow',
    path: folder,
    field: '',
    value: undefined,
    problem: 'has no kustomization.yaml, and Flux would prune what it does not list',
    remedy: 'synthesize again; remove the folder if it is no cluster',
  };
}
