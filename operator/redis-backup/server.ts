import type { Manifest } from '../../constructs/emit/manifest';
import { expand, type RedisBundle } from '../../constructs/redis-backup/expand';
import { hashOf } from '../../constructs/redis-backup/identity';
import { imagesOf, RELEASE_NAMESPACE } from '../../constructs/redis-backup/platform';
import { type KubeObject, textOf, type Verdict } from '../kit';
import { type Bundle, settledBundle } from './bundle';
import { runOnce, stateOf } from './jobs';
import { HELM_RELEASE, kindOf, STATEFUL_SET } from './kinds';
import { applyOwned, ownedObject } from './owned';
import { hasEnded } from './restore/machine';

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
 *
 * @param refused why the bucket is not the bundle's: then no job may write to it
 */
export async function bringServer(bundle: Bundle, refused?: Verdict): Promise<Verdict> {
  const { settings } = bundle;
  const release = await releaseOf(bundle);
  const { image, waits } = await imageNow(bundle, release, refused);
  const objects = expand(withImage(bundle, image), { namespace: settings.namespace, ...settings.platform });
  for (const object of objects)
    await applyOwned(bundle, kindOf(object), refused ? suspended(object) : object);
  return waits ?? serverNow(bundle);
}

function withImage({ declared }: Bundle, image: string): RedisBundle {
  const { spec } = declared;
  return { ...declared, spec: { ...spec, redis: { ...spec.redis, image } } };
}

function suspended(object: Manifest): Manifest {
  if (object.kind !== 'CronJob') return object;
  return { ...object, spec: { ...(object as Manifest & { spec: object }).spec, suspend: true } } as Manifest;
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
  refused: Verdict | undefined,
): Promise<{ image: string; waits?: Verdict }> {
  const { settled, settings, item } = bundle;
  const wanted = imagesOf(settings.platform, settled.spec.redis.image).server;
  const current = release?.spec.values?.image;
  if (!release || !current || current === wanted) return { image: wanted };
  const { restore } = item.status ?? {};
  if (restore && !hasEnded(restore.step)) {
    return { image: current, waits: waiting('Restoring', 'the image changes when the restore has ended') };
  }
  // One that does not run has nothing that is newer than its volume, and needs another image to run again.
  const now = await serverNow(bundle);
  if (now.status !== 'True') return { image: wanted };
  if (refused)
    return {
      image: current,
      waits: waiting('BackupFailed', `no backup, no other image: ${refused.message}`),
    };
  // With the image that it has: the other one may read what this one writes, but not the other way round.
  const before = { ...bundle, settled: settledBundle(withImage(bundle, current), settings) };
  const occasion = hashOf([current, wanted, String(release.metadata.generation)]);
  const job = await runOnce(before, 'backup', occasion);
  const state = stateOf(job);
  if (state === 'complete') return { image: wanted };
  const { name } = job.metadata;
  if (state === 'failed') {
    const message = `Job ${name} failed to take a backup, so the image stays ${current}; delete the Job to try again`;
    return { image: current, waits: waiting('BackupFailed', message) };
  }
  // The server runs, and goes on to do so.
  const message = `Job ${name} takes a backup before the image changes from ${current} to ${wanted}`;
  return { image: current, waits: { ...now, reason: 'BackingUp', message } };
}

function waiting(reason: string, message: string): Verdict {
  return { type: 'RedisReady', status: 'False', reason, message };
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
