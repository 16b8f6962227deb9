import type { CommandResult } from '../../stack/command';
import { waitForCrds } from '../../stack/crds';
import type { Manifest } from '../../stack/dist';
import type { Kubectl } from '../../stack/kubectl';
import { listOf } from '../../stack/kubernetes-object';

/** How Flux applies: by the server, as the owner of its fields. Here no mistake and no warning passes. */
const APPLY = [
  ...['apply', '--server-side', '--field-manager=kustomize-controller', '--force-conflicts'],
  ...['--validate=strict', '--warnings-as-errors', '--filename=-'],
];

/** A manifest that a server did not take without a word. */
export interface Refusal {
  readonly manifest: Manifest;
  readonly reason: string;
}

/** Which object was refused, and why. */
export function describeRefusal({ manifest: { file, object }, reason }: Refusal): string {
  return `${file}, ${object.kind} ${object.metadata.name}: ${reason}`;
}

/** The server's answer to an object, without changing anything: undefined if it has nothing to say. */
export async function complaint(kubectl: Kubectl, object: object): Promise<string | undefined> {
  return complaintOf(await dryRun(kubectl, JSON.stringify(object)));
}

/** What a server refuses, or warns of, when all of this were applied. Changes nothing. */
export async function refusals(kubectl: Kubectl, manifests: readonly Manifest[]): Promise<Refusal[]> {
  const together = complaintOf(await dryRun(kubectl, textOf(manifests)));
  if (together === undefined) return [];
  const refused: Refusal[] = [];
  for (const manifest of manifests) {
    const reason = complaintOf(await dryRun(kubectl, manifest.text));
    if (reason !== undefined) refused.push({ manifest, reason });
  }
  if (refused.length === 0) throw new Error(`Refused together, though not one by one: ${together}`);
  return refused;
}

/** Applies for real, and waits until new kinds are served. */
export async function apply(kubectl: Kubectl, manifests: readonly Manifest[]): Promise<void> {
  if (manifests.length === 0) return;
  const reason = complaintOf(await kubectl.run(APPLY, { input: textOf(manifests) }));
  if (reason !== undefined) throw new Error(reason);
  if (manifests.some(({ object }) => object.kind === 'CustomResourceDefinition'))
    await waitForCrds({ kubectl });
}

/** What must be there before the rest can be tried: namespaces and CRDs. */
export function foundations(manifests: readonly Manifest[]): Manifest[] {
  return manifests.filter(({ object }) => ['Namespace', 'CustomResourceDefinition'].includes(object.kind));
}

/** The uid, resourceVersion and generation of each object on a server, by its name. */
export async function revisions(
  kubectl: Kubectl,
  manifests: readonly Manifest[],
): Promise<Map<string, string>> {
  return new Map(
    (await stored(kubectl, manifests)).map(({ apiVersion, kind, metadata }) => [
      `${apiVersion} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`,
      `${metadata.uid} ${metadata.resourceVersion} ${metadata.generation ?? ''}`,
    ]),
  );
}

/**
 * Stores the status that Flux's CRDs give their objects by default. The API server shows it from the start
 * but stores it with the next write, whoever makes that; on a cluster Flux does so at once.
 */
export async function storeDefaultStatus(kubectl: Kubectl, manifests: readonly Manifest[]): Promise<void> {
  const objects = (await stored(kubectl, manifests))
    .filter(({ apiVersion, status }) => apiVersion.includes('.fluxcd.io/') && status !== undefined)
    .map(({ apiVersion, kind, metadata: { namespace, name } }) => {
      return { apiVersion, kind, metadata: { namespace, name } };
    });
  if (objects.length === 0) return;
  const command = ['apply', '--server-side', '--subresource=status', '--filename=-'];
  await kubectl.output(command, { input: listOf(objects) });
}

interface Stored {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly namespace?: string;
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
  };
  readonly status?: unknown;
}

async function stored(kubectl: Kubectl, manifests: readonly Manifest[]): Promise<Stored[]> {
  const input = listOf(manifests.map(({ object }) => object));
  const answer = await kubectl.output(['get', '--filename=-', '--output=json'], { input });
  return (JSON.parse(answer) as { items: Stored[] }).items;
}

function dryRun(kubectl: Kubectl, input: string): Promise<CommandResult> {
  return kubectl.run([...APPLY, '--dry-run=server'], { input });
}

function complaintOf({ code, stderr, stdout }: CommandResult): string | undefined {
  const quiet = code === 0 && !/warning/i.test(stderr);
  return quiet ? undefined : stderr.trim() || stdout.trim() || `kubectl ended with ${code}`;
}

function textOf(manifests: readonly Manifest[]): string {
  return manifests.map(({ text }) => text).join('\n---\n');
}
