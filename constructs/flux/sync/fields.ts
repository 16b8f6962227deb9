import { checkChoice } from '../../fleet/check/choice';
import { checkEach, checkFields, type Fields } from '../../fleet/check/fields';
import type { Problem } from '../../problem';
import type {
  HealthCheck,
  HealthCheckExpr,
  Patch,
  PostBuild,
  SourceRef,
  SyncDependency,
  SyncOptions,
  SyncProps,
} from './props';

/** The fields of `SyncOptions`. */
export const SYNC_OPTIONS: Fields<SyncOptions> = {
  interval: 'string?',
  retryInterval: 'string?',
  timeout: 'string?',
  prune: 'boolean?',
  wait: 'boolean?',
  healthChecks: 'list?',
  healthCheckExprs: 'list?',
  postBuild: 'object?',
  decryption: 'object?',
  serviceAccountName: 'string?',
  deletionPolicy: 'choice?',
};

const SYNC: Fields<SyncProps> = {
  name: 'string',
  namespace: 'string',
  annotations: 'map?',
  path: 'string',
  sourceRef: 'object',
  dependsOn: 'mixed?',
  kubeConfig: 'object?',
  targetNamespace: 'string?',
  patches: 'list?',
  ...SYNC_OPTIONS,
};

const PATCH: Fields<Patch> = { patch: 'string', target: 'object' };

const TARGET: Fields<Patch['target']> = { kind: 'string?', name: 'string?', namespace: 'string?' };

const SOURCE_REF: Fields<SourceRef> = { kind: 'choice', name: 'string', namespace: 'string?' };

const DEPENDENCY: Fields<Exclude<SyncDependency, string>> = { name: 'string', namespace: 'string' };

const HEALTH_CHECK: Fields<HealthCheck> = {
  apiVersion: 'string',
  kind: 'string',
  name: 'string',
  namespace: 'string?',
};

const HEALTH_CHECK_EXPR: Fields<HealthCheckExpr> = {
  apiVersion: 'string',
  kind: 'string',
  current: 'string',
  inProgress: 'string?',
  failed: 'string?',
};

const POST_BUILD: Fields<PostBuild> = { substitute: 'map?', substituteFrom: 'list?' };

const SUBSTITUTE_FROM: Fields<NonNullable<PostBuild['substituteFrom']>[number]> = {
  kind: 'choice',
  name: 'string',
  optional: 'boolean?',
};

/** The one field of a reference to a Secret. */
export const SECRET = { secretName: 'string' } as const;

/** What is wrong with the shape of a sync. */
export function checkSyncFields(path: string, props: SyncProps): Problem[] {
  const { sourceRef, kubeConfig } = props;
  return [
    ...checkFields(path, '', props, SYNC),
    ...checkFields(path, 'sourceRef', sourceRef, SOURCE_REF),
    ...checkChoice(path, 'sourceRef.kind', sourceRef?.kind, SOURCE_KINDS),
    ...checkFields(path, 'kubeConfig', kubeConfig, SECRET),
    ...(Array.isArray(props.dependsOn) ? props.dependsOn : []).flatMap((other, i) =>
      typeof other === 'string' ? [] : checkFields<object>(path, `dependsOn[${i}]`, other, DEPENDENCY),
    ),
    ...checkPatchFields(path, props.patches),
    ...checkNested(path, '', props),
  ];
}

/** What is wrong with the shape of a list of patches. */
export function checkPatchFields(path: string, patches: readonly Patch[] | undefined): Problem[] {
  return checkEach(patches, (patch, i) => [
    ...checkFields(path, `patches[${i}]`, patch, PATCH),
    ...checkFields(path, `patches[${i}].target`, patch?.target, TARGET),
  ]);
}

const SOURCE_KINDS: readonly SourceRef['kind'][] = [
  'GitRepository',
  'OCIRepository',
  'Bucket',
  'ExternalArtifact',
];

/**
 * What is wrong with the shape of a sync's options.
 *
 * @param field where they are written, such as `sync`
 * @param known the fields that they may have there
 */
export function checkSyncOptions(
  path: string,
  field: string,
  options: SyncOptions | undefined,
  known: Partial<Fields<SyncOptions>> = SYNC_OPTIONS,
): Problem[] {
  const shape = checkFields(path, field, options, known as Fields<SyncOptions>);
  return [...shape, ...(options ? checkNested(path, `${field}.`, options) : [])];
}

function checkNested(path: string, prefix: string, options: SyncOptions): Problem[] {
  const { healthChecks, healthCheckExprs, postBuild, decryption, deletionPolicy } = options;
  const at = (field: string) => `${prefix}${field}`;
  return [
    ...checkEach(healthChecks, (check, i) =>
      checkFields(path, at(`healthChecks[${i}]`), check, HEALTH_CHECK),
    ),
    ...checkEach(healthCheckExprs, (expr, i) =>
      checkFields(path, at(`healthCheckExprs[${i}]`), expr, HEALTH_CHECK_EXPR),
    ),
    ...checkFields(path, at('postBuild'), postBuild, POST_BUILD),
    ...checkEach(postBuild?.substituteFrom, (from, i) => [
      ...checkFields(path, at(`postBuild.substituteFrom[${i}]`), from, SUBSTITUTE_FROM),
      ...checkChoice(path, at(`postBuild.substituteFrom[${i}].kind`), from?.kind, ['ConfigMap', 'Secret']),
    ]),
    ...checkFields(path, at('decryption'), decryption, SECRET),
    ...checkChoice(path, at('deletionPolicy'), deletionPolicy, DELETION_POLICIES),
  ];
}

const DELETION_POLICIES: readonly NonNullable<SyncOptions['deletionPolicy']>[] = [
  'MirrorPrune',
  'Delete',
  'WaitForTermination',
  'Orphan',
];
