import type { Manifest } from '../../constructs/emit/manifest';
import { groupOf } from '../../constructs/emit/manifest';
import { type Kubectl, listOf } from './kubectl';

/** What is done to an object. `kept`: it is there, and stays as it is, whatever is in it. */
export type Action = 'create' | 'change' | 'unchanged' | 'kept';

/** An object, and what is done to it. */
export interface Planned {
  readonly object: Manifest;
  readonly action: Action;
}

/**
 * How objects are applied: by the name that `kubectl apply --server-side` has by itself. kustomize-controller takes
 * over whatever a manager of such a name applied, so that a field that git drops later is dropped on the cluster, too.
 * Under any other name the field would stay for ever; under kustomize-controller's own, a second run would take away
 * the labels that it adds.
 *
 * @see https://github.com/fluxcd/kustomize-controller/blob/v1.7.3/internal/controller/kustomization_controller.go#L839
 */
export const APPLY = [
  'apply',
  '--server-side',
  '--force-conflicts',
  '--field-manager=kubectl',
  '--filename=-',
];

/** Compares objects with what the cluster has, by the server's own judgement where it knows the kind. */
export async function planOf(kubectl: Kubectl, objects: readonly Manifest[]): Promise<Planned[]> {
  const kinds = await servedKinds(kubectl, objects);
  const known = objects.filter((object) => kinds.has(kindOf(object)));
  const live = byIdentity(await getAll(kubectl, known));
  const namespaces = new Set(
    (await kubectl.output(['get', 'namespaces', '--output=name']))
      .trim()
      .split('\n')
      .map((name) => name.slice(10)),
  );
  const judged = known.filter(({ metadata: { namespace } }) => !namespace || namespaces.has(namespace));
  const after = byIdentity(await dryRun(kubectl, judged));
  return objects.map((object) => {
    const [before, then] = [live.get(identityOf(object)), after.get(identityOf(object))];
    const isSame = before && then && textOf(before) === textOf(then);
    return { object, action: before ? (isSame ? 'unchanged' : 'change') : 'create' };
  });
}

/** The kinds of these objects that the cluster serves. */
async function servedKinds(kubectl: Kubectl, objects: readonly Manifest[]): Promise<ReadonlySet<string>> {
  const versions = [...new Set(objects.map(({ apiVersion }) => apiVersion))];
  const found = versions.map(async (version) => {
    const args = ['get', `--raw=/${version.includes('/') ? 'apis' : 'api'}/${version}`];
    const result = await kubectl.run(args);
    if (result.status === 0) {
      const { resources } = JSON.parse(result.stdout) as { resources: { kind: string }[] };
      return resources.map(({ kind }) => `${version} ${kind}`);
    }
    if (/NotFound|could not find/.test(result.stderr)) return [];
    throw kubectl.failure(args, result);
  });
  return new Set((await Promise.all(found)).flat());
}

function kindOf({ apiVersion, kind }: Manifest): string {
  return `${apiVersion} ${kind}`;
}

/** Those of these objects that are there, as the cluster has them. */
export async function getAll(kubectl: Kubectl, objects: readonly Manifest[]): Promise<readonly Manifest[]> {
  if (objects.length === 0) return [];
  return kubectl.objects(['get', '--ignore-not-found', '--filename=-'], listOf(objects.map(nameOnly)));
}

/** Enough to find it: what is in it need not travel. */
function nameOnly({ apiVersion, kind, metadata: { name, namespace } }: Manifest): Manifest {
  return { apiVersion, kind, metadata: { name, namespace } };
}

async function dryRun(kubectl: Kubectl, objects: readonly Manifest[]): Promise<readonly Manifest[]> {
  if (objects.length === 0) return [];
  return kubectl.objects([...APPLY, '--dry-run=server'], listOf(objects));
}

function byIdentity(objects: readonly Manifest[]): Map<string, Manifest> {
  return new Map(objects.map((object) => [identityOf(object), object]));
}

/** What tells an object from all others of a cluster. */
export function identityOf({ apiVersion, kind, metadata: { namespace = '', name } }: Manifest): string {
  return `${groupOf(apiVersion)} ${kind} ${namespace}/${name}`;
}

/** What a server keeps of an object, without its own notes. */
function textOf({ status: _, metadata, ...rest }: Manifest): string {
  const { managedFields, resourceVersion, generation, uid, creationTimestamp, ...own } = metadata;
  return JSON.stringify({ metadata: own, ...rest });
}
