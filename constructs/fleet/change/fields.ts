import { isDeepStrictEqual } from 'node:util';
import type { Manifest } from '../../emit/manifest';
import type { Problem } from '../../problem';
import { FIELDS, type Immutable, REFERENCES } from './immutable';
import { poolField } from './pools';
import { at, type ClusterChange, find } from './read';
import { newCluster, newPool } from './remedy';
import { checkSubnets } from './subnets';

/** What checks of fields found, and the zones that the cluster loses by the change. */
export interface FieldChanges {
  readonly problems: readonly Problem[];
  readonly zones: readonly string[];
}

/** A cluster of one kind that becomes one of another under the same name. */
export function checkProvider(change: ClusterChange): Problem[] {
  const [before, after] = [find(change.before, 'Cluster'), find(change.after, 'Cluster')];
  const field = REFERENCES.find((path) => !isDeepStrictEqual(at(before, path), at(after, path)));
  if (!field) return [];
  return [
    {
      code: 'provider-changed',
      path: `clusters/${change.name}`,
      field: '',
      value: classOf(after),
      problem: `was ${JSON.stringify(classOf(before))}: one cannot become the other, and the old machines would run on with nobody to look after them`,
      remedy: newCluster(change),
    },
  ];
}

/** What a person wrote to have a cluster of a kind. */
const CLASSES: Readonly<Record<string, string>> = {
  AWSCluster: 'AwsCluster',
  AWSManagedCluster: 'EksCluster',
  DevCluster: 'LocalCluster',
};

function classOf(cluster: Manifest | undefined): unknown {
  const kind = at(cluster, 'spec.infrastructureRef.kind');
  return CLASSES[String(kind)] ?? kind;
}

/** Fields that nothing can change any more, or that would take the cluster apart. */
export function checkFields(change: ClusterChange): FieldChanges {
  const found = change.before.flatMap((before) => {
    const after = find(change.after, before.kind, before.metadata.name);
    if (!after) return [];
    return (FIELDS[before.kind] ?? [])
      .filter((rule) => isBroken(rule, at(before, rule.path), at(after, rule.path)))
      .map((rule) => ({ rule, before, after }));
  });
  // Another region is another network, with other zones.
  const root = found.filter(({ rule }) => rule.field === 'region');
  const problems = (root.length > 0 ? root : found).map(({ rule, before, after }) =>
    changed(change, rule, before, after),
  );
  if (found.some(({ rule }) => rule.network)) return { problems, zones: zonesOf(change.before) };
  const subnets = checkSubnets(change);
  return { problems: [...problems, ...subnets.problems], zones: subnets.zones };
}

function isBroken({ may }: Immutable, before: unknown, after: unknown): boolean {
  return !isDeepStrictEqual(before, after) && !may?.(before, after);
}

function changed(change: ClusterChange, rule: Immutable, before: Manifest, after: Manifest): Problem {
  const isPool = rule.instead === 'pool';
  const was = at(before, rule.path);
  return {
    code: 'field-immutable',
    path: `clusters/${change.name}`,
    field: isPool ? `${poolField(change, before)}.${rule.field}` : rule.field,
    value: shown(rule, at(after, rule.path)),
    problem: `was ${was === undefined ? 'not set' : JSON.stringify(shown(rule, was))}: ${rule.why}`,
    remedy: isPool ? newPool(change) : newCluster(change),
  };
}

/** A value as the model has it. */
function shown({ show }: Immutable, value: unknown): unknown {
  return show && value !== undefined ? show(value) : value;
}

function zonesOf(objects: readonly Manifest[]): string[] {
  return objects.map((object) => String(at(object, 'spec.template.spec.failureDomain')));
}
