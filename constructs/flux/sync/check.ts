import { parseAllDocuments } from 'yaml';
import type { Problem } from '../../problem';
import { checkDuration } from '../duration';
import { checkSyncFields } from './fields';
import type { Patch, SyncProps } from './props';

/** What is wrong with a sync by itself. */
export function checkSync(path: string, props: SyncProps): Problem[] {
  const shape = checkSyncFields(path, props);
  if (shape.length > 0) return shape;
  return [
    ...checkDuration(path, 'interval', props.interval),
    ...checkDuration(path, 'retryInterval', props.retryInterval),
    ...checkDuration(path, 'timeout', props.timeout),
    ...checkPath(path, props.path),
    ...checkSelf(path, props),
    ...checkPatches(path, props.patches),
    ...checkHealth(path, props),
  ];
}

function checkPath(path: string, folder: string): Problem[] {
  const steps = folder.split('/');
  if (steps[0] === '.' && !steps.includes('..')) return [];
  return [
    {
      code: 'sync-path',
      path,
      field: 'path',
      value: folder,
      problem: 'is no folder inside the source',
      remedy: 'begin with `./` and leave `..` out, such as ./deploy/prod',
    },
  ];
}

/** A patch that is no YAML, or neither a piece of an object nor a list of operations. */
export function checkPatches(path: string, patches: readonly Patch[] = []): Problem[] {
  return patches.flatMap(({ patch }, i) => {
    if (patch.startsWith('[') && !isJson(patch)) return [patchNotJson(path, i, patch)];
    const documents = parseAllDocuments(patch);
    const isPatch = (value: unknown) => typeof value === 'object' && value !== null;
    if (documents.length > 0 && documents.every((one) => one.errors.length === 0 && isPatch(one.toJS())))
      return [];
    return [
      {
        code: 'value-invalid',
        path,
        field: `patches[${i}].patch`,
        value: patch,
        problem: 'is no patch',
        remedy: 'write a piece of an object in YAML, or a list of operations with `op` and `path`',
      },
    ];
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Kustomize takes what begins like JSON for JSON, and fails on YAML. */
function patchNotJson(path: string, i: number, patch: string): Problem {
  return {
    code: 'value-invalid',
    path,
    field: `patches[${i}].patch`,
    value: patch,
    problem: 'begins like JSON, and is none: Flux would fail on it',
    remedy: 'write the operations in lines that begin with `- `, or quote what JSON quotes',
  };
}

/** Things that wait for themselves never start. */
export function checkSelf(
  path: string,
  { name, namespace, dependsOn = [] }: Pick<SyncProps, 'name' | 'namespace' | 'dependsOn'>,
): Problem[] {
  const i = dependsOn.findIndex((other) =>
    typeof other === 'string' ? other === name : other.name === name && other.namespace === namespace,
  );
  if (i < 0) return [];
  return [
    {
      code: 'dependency-self',
      path,
      field: `dependsOn[${i}]`,
      value: name,
      problem: 'is its own name: it would wait for itself for ever',
      remedy: 'remove it',
    },
  ];
}

/** Flux ignores the one when it has the other, without a word. */
function checkHealth(path: string, props: SyncProps): Problem[] {
  const { wait, healthChecks, healthCheckExprs } = props;
  if (wait && healthChecks) {
    return [
      {
        code: 'health-checks-ignored',
        path,
        field: 'healthChecks',
        value: healthChecks.map(({ kind, name }) => `${kind} ${name}`),
        problem: 'counts for nothing beside `wait: true`, which waits for everything',
        remedy: 'remove one of them',
      },
    ];
  }
  if (wait === false && healthCheckExprs && !healthChecks) {
    return [
      {
        code: 'health-checks-ignored',
        path,
        field: 'healthCheckExprs',
        value: healthCheckExprs.map(({ kind }) => kind),
        problem: 'counts for nothing: with `wait: false` and no `healthChecks` nothing is looked at',
        remedy: 'name the objects in `healthChecks`, or leave `wait` out',
      },
    ];
  }
  return [];
}
