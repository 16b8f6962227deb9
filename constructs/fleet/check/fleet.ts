import type { FluxInstall } from '../../flux/wiring';
import type { Problem } from '../../problem';
import type { Placed } from '../app';
import type { Cluster } from '../cluster';
import type { Fleet, FleetProps } from '../fleet';
import { checkDependencies } from './dependencies';
import { checkFields, type Fields } from './fields';
import { checkObjectName } from './names';
import { checkConnections } from './networks';
import { checkFleetSource } from './source';

const FIELDS: Fields<FleetProps> = {
  source: 'object',
  outdir: 'string?',
  flux: 'object?',
  decryptionSecret: 'string?',
  resolvers: 'list?',
  clusterScoped: 'strings?',
  forget: 'strings?',
};

const FLUX_FIELDS: Fields<FluxInstall> = { url: 'string?', version: 'string?', digest: 'string?' };

/** What is wrong with a fleet as a whole. */
export function checkFleet(fleet: Fleet, props: FleetProps): Problem[] {
  const { clusters } = fleet;
  const placed = new Map<Placed, Cluster[]>(fleet.units.map((unit) => [unit, []]));
  for (const cluster of clusters) {
    for (const unit of fleet.unitsOn(cluster)) placed.get(unit)?.push(cluster);
  }
  return [
    ...checkFields('', '', props, FIELDS),
    ...checkFields('', 'flux', props.flux, FLUX_FIELDS),
    ...checkFluxVersion(fleet.flux),
    ...checkObjectName('', 'decryptionSecret', props.decryptionSecret),
    ...checkFleetSource(props.source),
    ...checkManagement(clusters),
    ...checkConnections(clusters.map((cluster) => ({ ...pick(cluster), path: cluster.node.path }))),
    ...checkDependencies(fleet.units, placed),
    ...[...placed]
      // A cluster that is being removed counts until its file goes.
      .filter(([unit]) => unit.isSound && !clusters.some((cluster) => unit.selects(cluster)))
      .map(([unit]) => unplaced(unit, clusters)),
  ];
}

function checkFluxVersion({ version }: FluxInstall): Problem[] {
  if (version === undefined || /^v\d+\.\d+\.\d+$/.test(version)) return [];
  return [
    {
      code: 'version-malformed',
      path: '',
      field: 'flux.version',
      value: version,
      problem: 'is no version of Flux',
      remedy: 'write it in full, like v2.7.5',
    },
  ];
}

function checkManagement(clusters: readonly Cluster[]): Problem[] {
  const found = clusters.filter((cluster) => cluster.isManagement);
  if (found.length === 1) return [];
  return [
    {
      code: 'management-cluster',
      path: found[1]?.node.path ?? 'clusters',
      field: 'management',
      value: found.length === 0 ? undefined : found.map(({ name }) => name),
      problem: found.length === 0 ? 'is set by no cluster' : 'is set by more than one cluster',
      remedy: 'set `management: true` on exactly one ExistingCluster: it holds the others',
    },
  ];
}

function unplaced(unit: Placed, clusters: readonly Cluster[]): Problem {
  return {
    code: 'placement-empty',
    path: unit.node.path,
    field: 'placement',
    value: unit.props.placement,
    problem: 'selects no cluster',
    remedy: `clusters have these labels: ${clusters
      .map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`)
      .join('; ')}`,
  };
}

function pick({ name, networks, connectedTo }: Cluster) {
  return { name, networks, connectedTo };
}
