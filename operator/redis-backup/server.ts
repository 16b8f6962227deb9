import { expand } from '../../constructs/redis-backup/expand';
import { hashOf } from '../../constructs/redis-backup/identity';
import { imagesOf, RELEASE_NAMESPACE } from '../../constructs/redis-backup/platform';
import { type KubeObject, textOf, type Verdict } from '../kit';
import type { Bundle } from './bundle';
import { runOnce, stateOf } from './jobs';
import { HELM_RELEASE, kindOf, STATEFUL_SET } from './kinds';
import { applyOwned, ownedObject } from './owned';

interface HelmRelease extends KubeObject {
  readonly spec: { readonly values?: { readonly image?: string } };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
      readonly observedGeneration?: number;
    }[];
  };
}

interface StatefulSet extends KubeObject {
  readonly status?: { readonly readyReplicas?: number };
}

/**
 * Brings all objects of the bundle but its Secrets to what is declared.
 *
 * A server with data changes its image only after a backup of what it has: the new one may not read it.
 */
export async function bringServer(bundle: Bundle): Promise<Verdict> {
  const { declared, settings } = bundle;
  const release = await releaseOf(bundle);
  const { image, waits } = await imageNow(bundle, release);
  const redis = { ...declared.spec.redis, image };
  const objects = expand(
    { ...declared, spec: { ...declared.spec, redis } },
    { namespace: settings.namespace, ...settings.platform },
  );
  for (const object of objects) await applyOwned(bundle, kindOf(object), object);
  return waits ?? serverNow(bundle);
}

/** Whether the server is installed and answers, whatever is wanted. */
export async function serverNow(bundle: Pick<Bundle, 'settled' | 'run'>): Promise<Verdict> {
  const verdict = verdictOf(await releaseOf(bundle));
  if (verdict.status !== 'True') return verdict;
  const { names, identity } = bundle.settled;
  const key = { namespace: identity.namespace, name: names.server };
  const server = await bundle.run.api.get<StatefulSet>(STATEFUL_SET, key);
  // A chart of the platform's own may have something else.
  if (!server || (server.status?.readyReplicas ?? 0) > 0) return verdict;
  const message = `StatefulSet ${textOf(key)} has no pod that is Ready: kubectl describe pod ${names.server}-0`;
  return { type: 'RedisReady', status: 'False', reason: 'ServerNotReady', message };
}

/** The image to run now, and what a change of it waits for. */
async function imageNow(
  bundle: Bundle,
  release: HelmRelease | undefined,
): Promise<{ image: string; waits?: Verdict }> {
  const { settled, settings, item } = bundle;
  const wanted = imagesOf(settings.platform, settled.spec.redis.image).server;
  const current = release?.spec.values?.image;
  if (!current || current === wanted || !item.status?.lastBackup) return { image: wanted };
  const job = await runOnce(bundle, 'backup', hashOf([current, wanted]));
  const state = stateOf(job);
  if (state === 'complete') return { image: wanted };
  const { name } = job.metadata;
  const message =
    state === 'running'
      ? `Job ${name} takes a backup before the image changes from ${current} to ${wanted}`
      : `Job ${name} failed to take a backup, so the image stays ${current}; delete the Job to try again`;
  const reason = state === 'running' ? 'BackingUp' : 'BackupFailed';
  // The server runs, and goes on to do so.
  const status = state === 'running' ? verdictOf(release).status : 'False';
  return { image: current, waits: { type: 'RedisReady', status, reason, message } };
}

/** The bundle's HelmRelease. */
export function releaseOf(bundle: Pick<Bundle, 'settled' | 'run'>): Promise<HelmRelease | undefined> {
  const { helmRelease } = bundle.settled.names;
  return ownedObject<HelmRelease>(bundle, HELM_RELEASE, helmRelease, RELEASE_NAMESPACE);
}

function verdictOf(release: HelmRelease | undefined): Verdict {
  const type = 'RedisReady';
  const ready = release?.status?.conditions?.find((condition) => condition.type === 'Ready');
  const { generation } = release?.metadata ?? {};
  if (!ready || release?.status?.observedGeneration !== generation) {
    return { type, status: 'Unknown', reason: 'Progressing', message: 'Flux has not installed this yet' };
  }
  const status = ready.status === 'True' ? 'True' : 'False';
  return { type, status, reason: ready.reason, message: ready.message };
}
