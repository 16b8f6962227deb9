import { FleetError } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { CLUSTERS_NAMESPACE, FLUX_NAMESPACE } from '../../constructs/flux/wiring';

/** A Secret that something in the folder of the management cluster names. */
export interface Need {
  readonly namespace: string;
  readonly name: string;
  /** Who reads it, such as `GitRepository fleet`. */
  readonly reader: string;
  /** What `kubectl create secret` is told beside the name. */
  readonly recipe: string;
  /** Whether the fleet's own syncs wait for it. What others wait for may come later. */
  readonly isFirst: boolean;
}

/** Where `fleetwright bootstrap` puts Secrets: the two namespaces of the management cluster's Flux. */
export const NAMESPACES: ReadonlySet<string> = new Set([FLUX_NAMESPACE, CLUSTERS_NAMESPACE]);

/**
 * The Secrets that nobody makes but a person, in the two namespaces of Flux: credentials of sources and keys of
 * syncs, without which nothing starts; addresses of notifications, and kubeconfigs of clusters that are not made here.
 */
export function neededSecrets(objects: readonly Manifest[]): Need[] {
  const made = new Set(
    objects.filter(({ kind }) => kind === 'Secret').map((object) => keyOf(object.metadata)),
  );
  // Cluster API makes these kubeconfigs.
  for (const { kind, metadata } of objects) {
    if (kind === 'Cluster') made.add(keyOf({ ...metadata, name: `${metadata.name}-kubeconfig` }));
  }
  const all = objects
    .filter(({ metadata }) => NAMESPACES.has(metadata.namespace ?? ''))
    .flatMap(needsOf)
    .filter((need) => !made.has(keyOf(need)));
  const byKey = new Map<string, Need>();
  // Of several readers the first tells what is in it; those that wait for it come first.
  for (const need of [...all.filter(({ isFirst }) => isFirst), ...all]) {
    if (!byKey.has(keyOf(need))) byKey.set(keyOf(need), need);
  }
  return [...byKey.values()];
}

/** Namespace and name, as one word. */
export function keyOf({ namespace, name }: { readonly namespace?: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

function needsOf({ kind, metadata, spec }: Manifest): Need[] {
  const { name: reader, namespace = '' } = metadata;
  const { secretRef, certSecretRef, proxySecretRef, verify, decryption, kubeConfig, url } = Object(spec);
  const need = (ref: { readonly name?: string } | undefined, recipe: string, isFirst: boolean): Need[] =>
    ref?.name ? [{ namespace, name: ref.name, reader: `${kind} ${reader}`, recipe, isFirst }] : [];
  const opaque = (...keys: readonly string[]) =>
    ['generic NAME', ...keys.map((key) => `--from-file=${key}=FILE`)].join(' ');
  const proxy = () => need(proxySecretRef, opaque('address'), true);
  switch (kind) {
    case 'GitRepository':
      return [
        ...need(
          secretRef,
          /^ssh:/.test(String(url)) ? opaque('identity', 'known_hosts') : opaque('username', 'password'),
          true,
        ),
        ...need(verify?.secretRef, opaque('author.asc'), true),
        ...proxy(),
      ];
    case 'OCIRepository':
    case 'HelmRepository':
      return [
        ...need(
          secretRef,
          /^oci:/.test(String(url))
            ? `docker-registry NAME --from-file=FILE`
            : opaque('username', 'password'),
          true,
        ),
        ...need(certSecretRef, opaque('ca.crt'), true),
        ...need(verify?.secretRef, opaque('cosign.pub'), true),
        ...proxy(),
      ];
    case 'Bucket':
      return [
        ...need(secretRef, opaque('accesskey', 'secretkey'), true),
        ...need(certSecretRef, opaque('ca.crt'), true),
        ...proxy(),
      ];
    case 'Kustomization':
      return [
        ...need(decryption?.secretRef, opaque('age.agekey'), true),
        ...need(kubeConfig?.secretRef, opaque('value'), false),
      ];
    case 'Provider':
      return need(secretRef, opaque('address'), false);
    case 'Receiver':
      return need(secretRef, opaque('token'), false);
    default:
      return [];
  }
}

/** @throws FleetError for the Secrets that are neither on the cluster nor given, though nothing starts without them */
export function checkMissing(missing: readonly Need[]): void {
  const first = missing.filter(({ isFirst }) => isFirst);
  const names = [...new Set(first.map(({ name }) => name))];
  const byName = names.map((name) => [name, first.filter((need) => need.name === name)] as const);
  const problems = byName.map(([name, needs]) => ({
    code: 'secret-missing',
    path: `Secret ${name}`,
    field: 'namespace',
    value: needs.map(({ namespace }) => namespace).join(', '),
    problem: `has no such Secret, which ${[...new Set(needs.map(({ reader }) => reader))].join(', ')} needs`,
    remedy: `give what this prints to --secrets: kubectl create secret ${needs[0]?.recipe.replace('NAME', name)} --dry-run=client --output=yaml`,
  }));
  if (problems.length > 0) throw new FleetError(problems);
}
