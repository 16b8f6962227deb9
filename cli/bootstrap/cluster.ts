import { FleetError } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { cleaned, shown } from '../registry/text';
import { type ManagementFolder, pathOf } from './fleet';
import { checkContexts } from './kubeconfig';
import type { Kubectl } from './kubectl';

/** The cluster that kubectl talks to. */
export interface Cluster {
  readonly context: string;
  readonly server: string;
  /** Such as `v1.36.3`. */
  readonly version: string;
}

/**
 * Asks which cluster it is.
 *
 * @throws FleetError when kubectl is missing or too old, or there is no way in
 */
export async function clusterOf(kubectl: Kubectl): Promise<Cluster> {
  const client = JSON.parse(await kubectl.output(['version', '--client', '--output=json']));
  await checkContexts(kubectl);
  const config = JSON.parse(await kubectl.output(['config', 'view', '--minify', '--output=json']));
  const context = cleaned(String(config.contexts?.[0]?.name));
  const server = serverOf(String(config.clusters?.[0]?.cluster?.server));
  const version = cleaned(String(JSON.parse(await kubectl.output(['get', '--raw=/version'])).gitVersion));
  const own = String(client.clientVersion?.gitVersion);
  if (minorOf(own) < minorOf(version) - 1) throw new FleetError([tooOld(own, version)]);
  return { context, server, version };
}

/** An address may hold a password. */
function serverOf(server: string): string {
  return URL.canParse(server) ? shown(new URL(server)) : cleaned(server);
}

/** The number in the middle of a version, or none. */
function minorOf(version: string): number {
  return Number(/^v1\.(\d+)/.exec(version)?.[1] ?? Number.NaN);
}

function tooOld(own: string, version: string) {
  return {
    code: 'kubectl-old',
    path: 'kubectl',
    field: 'version',
    value: own,
    problem: `is more than a minor older than the cluster's ${version}`,
    remedy: `install kubectl ${version}: https://kubernetes.io/releases/version-skew-policy/#kubectl`,
  };
}

/**
 * Looks whether the cluster can be the management cluster of a fleet.
 *
 * @throws FleetError when its Kubernetes is too old, or another fleet has it, whose source has fetched something
 */
export async function checkCluster(
  kubectl: Kubectl,
  { context, server, version }: Cluster,
  fleet: ManagementFolder,
): Promise<void> {
  const path = `${context} (${server})`;
  if (minorOf(version) < minorOf(fleet.kubernetesVersion) - 1) {
    throw new FleetError([
      {
        code: 'cluster-old',
        path,
        field: 'version',
        value: version,
        problem: `is more than a minor older than ${fleet.kubernetesVersion}, for which ${fleet.folder} was made`,
        remedy: 'upgrade the cluster, or choose the right one by --context',
      },
    ]);
  }
  const live = [await liveOf(kubectl, fleet.source), await liveOf(kubectl, fleet.root)];
  // A mistyped address has fetched nothing: whoever corrects it takes the cluster from nobody.
  if (live[0] && !hasFetched(live[0])) return;
  const differing = [fleet.source, fleet.root].flatMap((object, i) => {
    const found = live[i];
    const [there, here] = [found && originOf(found), originOf(object)];
    if (there === undefined || there === here) return [];
    return [
      {
        code: 'cluster-taken',
        path,
        field: `${object.kind} ${object.metadata.namespace}/${object.metadata.name}`,
        value: there,
        problem: `belongs to another fleet: the one in ${fleet.folder} has ${JSON.stringify(here)}`,
        remedy:
          'choose the right cluster by --context; if the fleet moves, commit its new place to the old one, which Flux still reads',
      },
    ];
  });
  if (differing.length > 0) throw new FleetError(differing);
}

/** Whether Flux has ever had anything from a source. */
function hasFetched({ status }: Manifest): boolean {
  return Object(status).artifact !== undefined;
}

/** Where a source or sync reads from. */
function originOf(object: Manifest): string {
  const { sourceRef, url } = Object(object.spec);
  return object.kind === 'Kustomization' ? `${pathOf(object)} of a ${sourceRef?.kind}` : String(url);
}

async function liveOf(kubectl: Kubectl, { kind, metadata }: Manifest): Promise<Manifest | undefined> {
  const group = kind === 'Kustomization' ? 'kustomize' : 'source';
  const which = [`${kind.toLowerCase()}.${group}.toolkit.fluxcd.io`, metadata.name];
  const args = ['get', ...which, `--namespace=${metadata.namespace}`, '--ignore-not-found', '--output=json'];
  const result = await kubectl.run(args);
  if (result.status === 0) return result.stdout.trim() ? JSON.parse(result.stdout) : undefined;
  // An empty cluster does not know the kind.
  if (/doesn't have a resource type|could not find the requested resource/.test(result.stderr))
    return undefined;
  throw kubectl.failure(args, result);
}
