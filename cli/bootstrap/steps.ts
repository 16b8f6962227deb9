import type { Manifest } from '../../constructs/emit/manifest';
import type { ManagementFolder } from './fleet';
import { type FluxRelease, stagesOf } from './flux';
import { type Kubectl, listOf } from './kubectl';
import { APPLY, type Planned, planOf } from './plan';
import type { Secret } from './secrets';

/** What belongs together, and is applied before the next. */
export interface Step {
  readonly title: string;
  readonly planned: readonly Planned[];
  /** Applies what is to be created or changed. */
  readonly apply: (objects: readonly Manifest[]) => Promise<void>;
}

/** Applies objects, and waits until the kinds among them are served. */
function applying(kubectl: Kubectl) {
  return async (objects: readonly Manifest[]): Promise<void> => {
    await kubectl.output(APPLY, listOf(objects));
    const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
    if (crds.length === 0) return;
    const names = crds.map(({ metadata }) => `customresourcedefinition/${metadata.name}`);
    await kubectl.output(['wait', '--for=condition=Established', '--timeout=120s', ...names]);
  };
}

/** The steps that install Flux, in two: its controllers come when all that they need is there. */
export async function fluxSteps(kubectl: Kubectl, release: FluxRelease): Promise<Step[]> {
  const [before, controllers] = stagesOf(release);
  const planned = await planOf(kubectl, release.objects);
  const stage = (title: string, objects: readonly Manifest[]): Step => ({
    title,
    planned: planned.filter(({ object }) => objects.includes(object)),
    apply: applying(kubectl),
  });
  return [stage('What Flux needs', before), stage('The controllers of Flux', controllers)];
}

/** The namespaces that something comes into before Flux makes the others. */
export async function namespaceStep(kubectl: Kubectl, fleet: ManagementFolder): Promise<Step> {
  const wanted = new Set(fleet.wiring.map(({ metadata }) => metadata.namespace));
  const objects = fleet.objects.filter(
    ({ kind, metadata }) =>
      (kind === 'Namespace' && wanted.has(metadata.name)) ||
      (kind === 'NetworkPolicy' && metadata.name === 'default-deny' && wanted.has(metadata.namespace)),
  );
  const planned = await planOf(kubectl, objects);
  return { title: 'Namespaces', planned, apply: applying(kubectl) };
}

/** The Secrets that were given, of which those that are there stay as they are. */
export function secretStep(
  kubectl: Kubectl,
  secrets: readonly Secret[],
  isThere: (secret: Secret) => boolean,
): Step {
  const planned = secrets.map((object): Planned => ({ object, action: isThere(object) ? 'kept' : 'create' }));
  const apply = async (objects: readonly Manifest[]) => {
    await kubectl.output(['create', '--filename=-'], listOf(objects));
  };
  return { title: 'Secrets', planned, apply };
}

/**
 * The sources and the root sync, from which on Flux works by itself.
 *
 * @param isSuspended whether they wait until somebody resumes them
 */
export async function wiringStep(
  kubectl: Kubectl,
  { wiring }: ManagementFolder,
  isSuspended: boolean,
): Promise<Step> {
  // The root sync last: what it reads must be there.
  const sorted = [...wiring].sort(
    (a, b) => Number(a.kind === 'Kustomization') - Number(b.kind === 'Kustomization'),
  );
  const objects = isSuspended ? sorted.map(suspended) : sorted;
  const apply = applying(kubectl);
  return {
    title: isSuspended ? 'Sources and root sync, suspended' : 'Sources and root sync',
    planned: await planOf(kubectl, objects),
    apply: async (changed) => {
      await apply(changed);
      if (isSuspended) await kubectl.output(HOLD, listOf(changed.map(heldBack)));
    },
  };
}

/**
 * How `spec.suspend` is applied once more, alone: Flux takes over what `kubectl` applied, and would resume what git
 * does not suspend. What another manager set it leaves alone.
 */
const HOLD = APPLY.map((arg) => arg.replace(/(?<=^--field-manager=).*/, 'fleetwright-suspended'));

function suspended({ spec, ...rest }: Manifest): Manifest {
  return { ...rest, spec: { ...Object(spec), suspend: true } };
}

function heldBack({ apiVersion, kind, metadata: { name, namespace } }: Manifest): Manifest {
  return { apiVersion, kind, metadata: { name, namespace }, spec: { suspend: true } };
}
