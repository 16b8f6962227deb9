import { setTimeout as sleep } from 'node:timers/promises';
import { FleetError } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { cleaned } from '../registry/text';
import type { ManagementFolder } from './fleet';
import type { Kubectl } from './kubectl';
import { getAll, identityOf } from './plan';

/** How long it is waited, and how often it is looked. */
export interface Patience {
  readonly seconds: number;
  readonly pauseMs: number;
}

const PATIENCE: Patience = { seconds: 300, pauseMs: 2000 };

/** What Flux says of an object. */
export interface Verdict {
  readonly isReady: boolean;
  readonly message: string;
}

/** Reads the status of a source or sync; what it says of an older generation counts for nothing. */
export function verdictOf(object: Manifest | undefined): Verdict {
  const { observedGeneration, conditions = [] } = Object(object?.status) as {
    observedGeneration?: number;
    conditions?: readonly { type: string; status: string; message: string }[];
  };
  const ready = conditions.find(({ type }) => type === 'Ready');
  const isSeen = ready !== undefined && observedGeneration === object?.metadata.generation;
  if (object === undefined) return { isReady: false, message: 'is not there yet' };
  if (Object(object.spec).suspend === true) return { isReady: false, message: 'is suspended' };
  if (!isSeen && ready?.status !== 'False')
    return { isReady: false, message: 'Flux has not looked at it yet' };
  return { isReady: isSeen && ready?.status === 'True', message: cleaned(ready?.message ?? '') };
}

/**
 * Waits until Flux has fetched the fleet and applied the management cluster's folder, and tells what it says.
 *
 * @throws FleetError when it has not in time
 */
export async function waitForRoot(
  kubectl: Kubectl,
  { source, root }: ManagementFolder,
  say: (line: string) => void,
  { seconds, pauseMs }: Patience = PATIENCE,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  const said = new Map<Manifest, string>();
  for (;;) {
    const live = await getAll(kubectl, [source, root]);
    const verdicts = [source, root].map((object) => {
      const verdict = verdictOf(live.find((other) => identityOf(other) === identityOf(object)));
      const line = `${named(object)}: ${verdict.isReady ? 'Ready, ' : ''}${verdict.message}`;
      // Another try of the same may name another folder.
      const gist = line.replace(/\d+/g, '');
      if (said.get(object) !== gist) say(line);
      said.set(object, gist);
      return { object, ...verdict };
    });
    if (verdicts.every(({ isReady }) => isReady)) return;
    if (Date.now() > deadline) {
      const late = verdicts.filter(({ isReady }) => !isReady);
      throw new FleetError(late.map(({ object, message }) => notReady(object, message, seconds)));
    }
    await sleep(pauseMs);
  }
}

function named({ kind, metadata }: Manifest): string {
  return `${kind} ${metadata.namespace}/${metadata.name}`;
}

function notReady(object: Manifest, message: string, seconds: number) {
  const { kind, metadata } = object;
  return {
    code: 'sync-not-ready',
    path: named(object),
    field: '',
    value: undefined,
    problem: `is not Ready after ${seconds} s: ${message}`,
    remedy: /not looked at|not there/.test(message)
      ? `see whether Flux runs: kubectl --namespace ${metadata.namespace} get pods`
      : `mend what it names, and run the command again: kubectl --namespace ${metadata.namespace} describe ${kind.toLowerCase()} ${metadata.name}`,
  };
}

/** A line for each sync of a namespace: its name, and whether it is Ready or what keeps it. */
export function tableOf(syncs: readonly Manifest[]): string[] {
  const rows = syncs.map(
    (sync) => [`${sync.metadata.namespace}/${sync.metadata.name}`, verdictOf(sync)] as const,
  );
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { isReady, message }]) => `${name.padEnd(width)}  ${isReady ? 'Ready' : message}`);
}
