import type { KubeObject } from '../kit';
import type { Bundle } from './bundle';
import { POD } from './kinds';
import { said } from './resource';
import { newPassword, type Secret } from './secrets';

const ROTATION = 'fleetwright.dev/rotation';
const SINCE = 'fleetwright.dev/rotation-since';

/** A server learns of a changed Secret when its kubelet does, which asks about once a minute. */
const LEARNS = 3 * 60_000;
/** Jobs read their password when they start, and none takes longer. */
const JOBS_END = 60 * 60_000;

interface Pod extends KubeObject {
  readonly spec: object;
  readonly status?: { readonly phase?: string };
}

type Patch = { readonly data: Record<string, string | null>; readonly annotations: Record<string, string> };

/**
 * The next change of a Secret whose password is being rotated, or undefined. There are three, so that at every moment
 * the server takes what its clients have:
 *
 * 1. `next-password` is there: the server takes it beside the old one.
 * 2. It becomes `password`, and the old one `previous-password`: clients that restart get the new one.
 * 3. `previous-password` goes once no client has it any more.
 */
export async function rotated(
  bundle: Pick<Bundle, 'item' | 'settled' | 'run'>,
  secret: Secret,
  user: 'admin' | 'backup' | 'app',
): Promise<Patch | undefined> {
  const { now } = bundle.run;
  const { [ROTATION]: id, [SINCE]: since } = secret.metadata.annotations ?? {};
  const { password, 'next-password': next, 'previous-password': previous } = secret.data ?? {};
  const asked = said(bundle.item, 'rotatePasswords');
  const passed = now.getTime() - Date.parse(since ?? '');
  const stamp = { [SINCE]: now.toISOString() };
  if (next && password) {
    if (!(passed >= LEARNS)) return undefined;
    const data = { password: next, 'previous-password': password, 'next-password': null };
    return { data, annotations: stamp };
  }
  if (previous) {
    const gone = user === 'app' ? await clientsRestarted(bundle, secret, since) : passed >= JOBS_END;
    return gone ? { data: { 'previous-password': null }, annotations: stamp } : undefined;
  }
  if (!asked || asked === id) return undefined;
  const data = { 'next-password': Buffer.from(newPassword()).toString('base64') };
  return { data, annotations: { ...stamp, [ROTATION]: asked } };
}

/** Whether every pod that names the Secret began after its password changed. */
async function clientsRestarted(
  { settled, run }: Pick<Bundle, 'settled' | 'run'>,
  secret: Secret,
  since: string | undefined,
): Promise<boolean> {
  const pods = await run.api.list<Pod>(POD, settled.identity.namespace);
  const mention = JSON.stringify(secret.metadata.name);
  const changed = Date.parse(since ?? '');
  return pods
    .filter(({ metadata, status }) => !isServer(metadata.labels) && !hasEnded(status?.phase))
    .filter(({ spec }) => JSON.stringify(spec).includes(mention))
    .every(({ metadata }) => Date.parse(metadata.creationTimestamp) > changed);
}

function hasEnded(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

/** The server itself names the Secret, and learns of a change without a restart. */
function isServer(labels: Readonly<Record<string, string>> | undefined): boolean {
  return labels?.['fleetwright.dev/role'] === 'server';
}
