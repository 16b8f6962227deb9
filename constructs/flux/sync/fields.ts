import { checkChoice } from '../../fleet/check/choice';
import { checkFields, type Fields } from '../../fleet/check/fields';
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
  interval: 'optional',
  retryInterval: 'optional',
  timeout: 'optional',
  prune: 'optional',
  wait: 'optional',
  healthChecks: 'optional',
  healthCheckExprs: 'optional',
  postBuild: 'optional',
  decryption: 'optional',
  serviceAccountName: 'optional',
  deletionPolicy: 'optional',
};

const SYNC: Fields<SyncProps> = {
  name: 'required',
  namespace: 'required',
  annotations: 'optional',
  path: 'required',
  sourceRef: 'required',
  dependsOn: 'optional',
  kubeConfig: 'optional',
  targetNamespace: 'optional',
  patches: 'optional',
  ...SYNC_OPTIONS,
};

const PATCH: Fields<Patch> = { patch: 'required', target: 'required' };

const TARGET: Fields<Patch['target']> = { kind: 'optional', name: 'optional', namespace: 'optional' };

const SOURCE_REF: Fields<SourceRef> = { kind: 'required', name: 'required', namespace: 'optional' };

const DEPENDENCY: Fields<Exclude<SyncDependency, string>> = { name: 'required', namespace: 'required' };

const HEALTH_CHECK: Fields<HealthCheck> = {
  apiVersion: 'required',
  kind: 'required',
  name: 'required',
  namespace: 'optional',
};

const HEALTH_CHECK_EXPR: Fields<HealthCheckExpr> = {
  apiVersion: 'required',
  kind: 'required',
  current: 'required',
  inProgress: 'optional',
  failed: 'optional',
};

const POST_BUILD: Fields<PostBuild> = { substitute: 'optional', substituteFrom: 'optional' };

const SUBSTITUTE_FROM: Fields<NonNullable<PostBuild['substituteFrom']>[number]> = {
  kind: 'required',
  name: 'required',
  optional: 'optional',
};

/** The one field of a reference to a Secret. */
export const SECRET = { secretName: 'required' } as const;

/** What is wrong with the shape of a sync. */
export function checkSyncFields(path: string, props: SyncProps): Problem[] {
  const { sourceRef, kubeConfig } = props;
  return [
    ...checkFields(path, '', props, SYNC),
    ...checkFields(path, 'sourceRef', sourceRef, SOURCE_REF),
    ...checkChoice(path, 'sourceRef.kind', sourceRef?.kind, SOURCE_KINDS),
    ...checkFields(path, 'kubeConfig', kubeConfig, SECRET),
    ...(props.dependsOn ?? []).flatMap((other, i) =>
      typeof other === 'string' ? [] : checkFields(path, `dependsOn[${i}]`, other, DEPENDENCY),
    ),
    ...checkPatchFields(path, props.patches),
    ...checkNested(path, '', props),
  ];
}

/** What is wrong with the shape of a list of patches. */
export function checkPatchFields(path: string, patches: readonly Patch[] = []): Problem[] {
  return patches.flatMap((patch, i) => [
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
  const { healthChecks = [], healthCheckExprs = [], postBuild, decryption, deletionPolicy } = options;
  const at = (field: string) => `${prefix}${field}`;
  return [
    ...healthChecks.flatMap((check, i) => checkFields(path, at(`healthChecks[${i}]`), check, HEALTH_CHECK)),
    ...healthCheckExprs.flatMap((expr, i) =>
      checkFields(path, at(`healthCheckExprs[${i}]`), expr, HEALTH_CHECK_EXPR),
    ),
    ...checkFields(path, at('postBuild'), postBuild, POST_BUILD),
    ...(postBuild?.substituteFrom ?? []).flatMap((from, i) => [
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
