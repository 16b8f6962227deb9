import { minutesOf } from '../../constructs/redis-backup/pause';
import { ApiError, type KubeObject, record } from '../kit';
import { BucketRefused } from '../s3/refused';
import { removeBucket } from '../s3/sweep';
import { accessOf, bucketIdentity } from './bucket';
import type { Bundle } from './bundle';
import { HELM_RELEASE, OWN_KINDS, VOLUME_CLAIM } from './kinds';
import { remember, volumeClaimOf } from './ledger';
import { labelsOf } from './owned';
import { Refused } from './refused';
import { said } from './resource';
import { releaseOf } from './server';

/** How long S3 may be away before a resource goes without its bucket. */
const PATIENCE = '1h';

/**
 * Takes a bundle down: its HelmRelease first, and gone, before what it needs; then its other objects; then, if the
 * policy and a person say so, volume and bucket. Each part may be gone already: a run can be killed at any
 * instruction, and Secrets go by themselves where a namespace ends.
 *
 * @returns whether all is done
 */
export async function finalize(bundle: Bundle): Promise<boolean> {
  const { settled, run, item } = bundle;
  const release = await ownRelease(bundle);
  if (release) {
    const { name, namespace = '', uid } = release.metadata;
    await run.api.remove(HELM_RELEASE, { name, namespace }, uid);
    // Flux uninstalls; its event brings the next run.
    return false;
  }
  await removeObjects(bundle);
  if (settled.spec.reclaimPolicy === 'Retain') return retained(bundle, 'the reclaim policy is Retain');
  if (said(item, 'allowDeletion') !== 'true') {
    return retained(
      bundle,
      'the reclaim policy is Delete, and the annotation fleetwright.dev/allow-deletion is missing',
    );
  }
  return deleted(bundle);
}

/** The HelmRelease, if it is there and the bundle's. Another's of that name is no reason to wait. */
async function ownRelease(bundle: Bundle): Promise<KubeObject | undefined> {
  try {
    return await releaseOf(bundle);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

async function removeObjects({ settled, run }: Bundle): Promise<void> {
  const { identity } = settled;
  for (const kind of OWN_KINDS) {
    for (const { metadata } of await run.api.list<KubeObject>(kind, identity.namespace, labelsOf(identity))) {
      await run.api.remove(kind, { namespace: identity.namespace, name: metadata.name }, metadata.uid);
    }
  }
}

async function deleted(bundle: Bundle): Promise<boolean> {
  const { settled, item } = bundle;
  const { bucket } = settled;
  // Without a record there never was a bucket of ours.
  if (item.status?.bucket) {
    try {
      const { done, deleted } = await removeBucket({ ...accessOf(bundle), identity: bucketIdentity(bundle) });
      if (!done) return deleted === 0 && stuck(bundle, 'it has not answered');
    } catch (error) {
      if (error instanceof BucketRefused) return retained(bundle, error.message);
      return stuck(bundle, (error as Error).message);
    }
    await note(bundle, 'BucketDeleted', `bucket ${bucket} is deleted`);
  }
  return removeVolume(bundle);
}

/** Last: where the bucket turns out to be another's, the volume has the only data. */
async function removeVolume(bundle: Bundle): Promise<boolean> {
  const { settled, run } = bundle;
  const claim = { namespace: settled.identity.namespace, name: volumeClaimOf(bundle) };
  try {
    if (await run.api.remove(VOLUME_CLAIM, claim)) {
      await note(bundle, 'VolumeDeleted', `volume claim ${claim.name} is deleted`);
    }
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 403)) throw error;
    await note(bundle, 'VolumeRetained', `volume claim ${claim.name} stays: ${error.message}`);
  }
  return true;
}

/** Waits for S3, but not for ever: a namespace waits for this resource. */
async function stuck(bundle: Bundle, trouble: string): Promise<boolean> {
  const { item, run, settled } = bundle;
  const waited = run.now.getTime() - Date.parse(item.metadata.deletionTimestamp ?? '');
  if (!(waited > minutesOf(PATIENCE) * 60_000)) {
    throw new Error(`S3 does not let bucket ${settled.bucket} be deleted: ${trouble}`);
  }
  const why = `S3 did not let it be deleted for ${PATIENCE}: ${trouble}`;
  await remember(bundle, 'stuck', why);
  await note(bundle, 'BucketStuck', `bucket ${settled.bucket} stays: ${why}`);
  return true;
}

async function retained(bundle: Bundle, why: string): Promise<boolean> {
  const { settled, run, item } = bundle;
  const claim = { namespace: settled.identity.namespace, name: volumeClaimOf(bundle) };
  const volume = await run.api.get(VOLUME_CLAIM, claim);
  const bucket = item.status?.bucket;
  if (!bucket && !volume) return true;
  await remember(bundle, 'retained', why);
  const what = [bucket && `bucket ${bucket}`, volume && `volume claim ${claim.name}`].filter(Boolean);
  await note(bundle, 'DataRetained', `${what.join(' and ')} ${what.length > 1 ? 'stay' : 'stays'}: ${why}`);
  return true;
}

/** An Event, unless the namespace takes none any more. */
async function note(bundle: Bundle, reason: string, text: string): Promise<void> {
  const { api, now } = bundle.run;
  try {
    await record(api, bundle.item, { type: 'Normal', reason, action: 'Removing', note: text }, now);
  } catch {
    process.stderr.write(`${bundle.settled.identity.namespace}/${bundle.settled.identity.name}: ${text}\n`);
  }
}
