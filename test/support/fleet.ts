import type { Chart } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import {
  AddOn,
  ExistingCluster,
  type ExistingClusterProps,
  Fleet,
  FleetApp,
  FleetError,
  formatProblems,
  type PlacedProps,
  type Problem,
} from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';

/** A fleet with a management cluster and nothing else. */
export function emptyFleet(outdir?: string): Fleet {
  const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git' }, outdir });
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  return fleet;
}

/** The objects of one YAML file, in order. */
export function parseObjects(yaml: string): readonly Manifest[] {
  return parseAllDocuments(yaml).map((document) => document.toJS());
}

/** What a construct renders to when it is the only content of an add-on on the management cluster. */
export function renderAlone(add: (chart: Chart) => void): { yaml: string; objects: readonly Manifest[] } {
  const fleet = emptyFleet();
  new AddOn(fleet, 'sample', { layer: 'configs', namespace: 'sample', placement: {}, define: add });
  const yaml = fleet.compile().files.get('management/configs/sample/sample.yaml') ?? '';
  return { yaml, objects: parseObjects(yaml) };
}

/** The problems of a fleet, or none. */
export function problemsOf(fleet: Fleet): readonly Problem[] {
  try {
    fleet.compile();
    return [];
  } catch (error) {
    if (error instanceof FleetError) return error.problems;
    throw error;
  }
}

/** The problems of what `add` puts into an add-on on the management cluster. */
export function problemsAlone(add: (chart: Chart) => void): readonly Problem[] {
  const fleet = emptyFleet();
  new AddOn(fleet, 'sample', { layer: 'configs', namespace: 'sample', placement: {}, define: add });
  return problemsOf(fleet);
}

/** Adds a cluster that nobody makes. */
export function cluster(
  fleet: Fleet,
  name: string,
  props: Partial<ExistingClusterProps> = {},
): ExistingCluster {
  return new ExistingCluster(fleet, name, { kubernetesVersion: 'v1.35.2', ...props });
}

/** Adds an app that runs everywhere and has no object. */
export function app(fleet: Fleet, name: string, props: Partial<PlacedProps<object>> = {}): FleetApp {
  return new FleetApp(fleet, name, { namespace: 'sample', placement: {}, define: () => undefined, ...props });
}

/** The problems of a fleet as a person reads them. */
export function texts(fleet: Fleet): string[] {
  return problemsOf(fleet).map((problem) => formatProblems([problem]).split('\n').slice(2).join('\n').trim());
}
