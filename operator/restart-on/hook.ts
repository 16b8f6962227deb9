import { RESTARTED_AT } from '../../constructs/operator/rights';
import { type Hook, type ItemRun, type Kind, type KubeObject, type Note, record } from '../kit';
import { contentOf } from './content';
import { decide, readState } from './decide';
import { type HashKey, hashKey } from './key';
import { RESTART_ON, type Reference, readReferences } from './references';

/** What is remembered, on the workload. */
export const STATE = 'fleetwright.dev/restart-on-state';

const annotation = (name: string) => `.metadata.annotations["${name}"]`;

/** Restarts workloads of a kind once when the content of what they name has really changed. */
export function restartOn(kind: Kind): Hook<KubeObject> {
  return {
    name: `restart-on-${kind.plural}`,
    items: {
      kind,
      // What is remembered goes with the wish.
      only: `(${annotation(RESTART_ON)} // ${annotation(STATE)}) != null`,
      fields: { wish: annotation(RESTART_ON) },
    },
    every: '*/20 * * * * *',
    reconcile: (workload, run) => reconcile(kind, workload, run),
  };
}

async function reconcile(kind: Kind, workload: KubeObject, run: ItemRun): Promise<void> {
  const { annotations = {} } = workload.metadata;
  const { [RESTART_ON]: wish, [STATE]: written } = annotations;
  if (wish === undefined) {
    if (written !== undefined) await patch(kind, workload, run, null);
    return;
  }
  const references = readReferences(wish);
  if ('refusal' in references) return warn(workload, 'RestartOnMalformed', references.refusal, run);
  const key = await keyOf(run);
  const found = await read(workload, references, key, run);
  const { state, restart } = decide(readState(written, key.id), key.id, found, run.now);
  const text = JSON.stringify(state);
  if (text === written) return;
  await patch(kind, workload, run, text, restart);
  // With the time: the same note is written once.
  const note = `${run.now.toISOString()}: what ${RESTART_ON} names has changed: ${wish}`;
  if (restart) await tell(workload, 'Normal', 'Restarted', note, run);
}

/** Each run is a process of its own, so that it is read once in each. */
let ofRun: Promise<HashKey> | undefined;

function keyOf({ api }: ItemRun): Promise<HashKey> {
  ofRun ??= hashKey(api, process.env.FLEETWRIGHT_NAMESPACE ?? '');
  return ofRun;
}

async function read(
  workload: KubeObject,
  references: readonly Reference[],
  { bytes }: HashKey,
  run: ItemRun,
): Promise<Map<string, string | undefined>> {
  const { namespace = '' } = workload.metadata;
  const found = new Map<string, string | undefined>();
  for (const reference of references) {
    const hash = await contentOf(run.api, bytes, namespace, reference);
    found.set(reference.text, hash);
    if (hash) continue;
    const said = `${reference.text}, which ${RESTART_ON} names, does not exist: nothing restarts for it until it does`;
    await warn(workload, 'NotFound', said, run);
  }
  return found;
}

/** One patch of this very version: a restart that is not remembered would come again. */
async function patch(
  kind: Kind,
  { metadata: { name, namespace = '', resourceVersion } }: KubeObject,
  { api, now }: ItemRun,
  state: string | null,
  restart = false,
): Promise<void> {
  const template = { metadata: { annotations: { [RESTARTED_AT]: now.toISOString() } } };
  await api.merge(
    kind,
    { namespace, name },
    {
      metadata: { resourceVersion, annotations: { [STATE]: state } },
      spec: restart ? { template } : undefined,
    },
  );
}

function warn(workload: KubeObject, reason: string, note: string, run: ItemRun): Promise<void> {
  return tell(workload, 'Warning', reason, note, run);
}

function tell(
  workload: KubeObject,
  type: Note['type'],
  reason: string,
  note: string,
  { api, now }: ItemRun,
): Promise<void> {
  return record(api, workload, { type, reason, action: 'Restart', note }, now);
}
