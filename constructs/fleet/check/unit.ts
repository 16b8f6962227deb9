import { checkSyncOptions } from '../../flux/sync/fields';
import type { Problem } from '../../problem';
import { type AddOnProps, LAYERS, type PlacedProps } from '../app';
import type { Placement, PlacementExpression } from '../placement';
import { checkChoice } from './choice';
import { checkFields, type Fields } from './fields';

const PLACED: Fields<PlacedProps<object>> = {
  namespace: 'string',
  placement: 'object',
  values: 'object?',
  instances: 'map?',
  dependsOn: 'strings?',
  sync: 'object?',
  podSecurity: 'choice?',
  network: 'choice?',
  define: 'function',
};

const ADD_ON: Fields<AddOnProps<object>> = { ...PLACED, layer: 'choice' };

const PLACEMENT: Fields<Placement> = { matchLabels: 'map?', matchExpressions: 'list?' };

const EXPRESSION: Fields<PlacementExpression> = { key: 'string', operator: 'choice', values: 'strings?' };

/**
 * What is wrong with the shape of an app or add-on. One that has such a problem is placed nowhere: a
 * misspelt selector would otherwise select every cluster.
 */
export function checkUnitFields(path: string, props: PlacedProps<object>, layer: string): Problem[] {
  const { placement, define, dependsOn, instances } = props ?? {};
  const expressions = placement?.matchExpressions;
  return [
    ...checkFields<AddOnProps<object>>(
      path,
      '',
      props as AddOnProps<object>,
      layer === 'apps' ? (PLACED as typeof ADD_ON) : ADD_ON,
    ),
    ...checkFields(path, 'placement', placement, PLACEMENT),
    ...checkSyncOptions(path, 'sync', props?.sync),
    ...(Array.isArray(expressions) ? expressions : []).flatMap((expression, i) =>
      checkFields<PlacementExpression>(path, `placement.matchExpressions[${i}]`, expression, EXPRESSION),
    ),
    ...checkType(path, 'placement.matchLabels', placement?.matchLabels, isMap, 'labels'),
    ...checkType(path, 'placement.matchExpressions', expressions, Array.isArray, 'a list of expressions'),
    ...checkType(path, 'define', define, (value) => typeof value === 'function', 'a function'),
    ...checkType(path, 'dependsOn', dependsOn, isNames, 'a list of names'),
    ...checkType(path, 'instances', instances, isInstances, 'values by cluster name'),
    ...checkChoice(path, 'layer', layer, LAYERS),
    ...checkChoice(path, 'podSecurity', props?.podSecurity, ['restricted', 'baseline', 'privileged']),
    ...checkChoice(path, 'network', props?.network, ['deny', 'open']),
  ];
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function isInstances(value: unknown): boolean {
  return isMap(value) && Object.values(value).every(isMap);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value of another type than the field takes. `undefined` is left to the check of fields. */
function checkType(
  path: string,
  field: string,
  value: unknown,
  isRight: (value: unknown) => boolean,
  wanted: string,
): Problem[] {
  if (value === undefined || isRight(value)) return [];
  const shown = typeof value === 'function' ? 'a function' : value;
  return [
    {
      code: 'field-malformed',
      path,
      field,
      value: shown,
      problem: `is not ${wanted}`,
      remedy: `write ${wanted}`,
    },
  ];
}
