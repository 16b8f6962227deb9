import { parseAllDocuments } from 'yaml';
import type { Fleet, Problem } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { emptyFleet, problemsOf } from './fleet';

/** The file of Cluster API objects of a cluster that `add` puts into a fleet. */
export function renderCluster(name: string, add: (fleet: Fleet) => unknown): string {
  const fleet = emptyFleet();
  add(fleet);
  return fleet.compile().files.get(`management/clusters/${name}/${name}.yaml`) ?? '';
}

/** The objects of one kind in a stream of documents. */
export function objectsOf(yaml: string, kind: string): Manifest[] {
  return parseAllDocuments(yaml)
    .map((document) => document.toJS() as Manifest)
    .filter((object) => object.kind === kind);
}

/** A problem as a person reads it, without where: `field [code] problem; remedy`. */
export function readings(fleet: Fleet): string[] {
  return problemsOf(fleet).map(reading);
}

function reading({ code, field, problem, remedy }: Problem): string {
  return `${field} [${code}] ${problem}; ${remedy}`;
}
