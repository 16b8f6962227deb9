import { minutesOf } from '../../constructs/redis-backup/pause';
import { type KubeObject, record } from '../kit';
import { BucketRefused } from '../s3/refused';
import { removeBucket } from '../s3/sweep';
import { accessOf, bucketIdentity } from './bucket';
import type { Bundle } from './bundle';
import { HELM_RELEASE, OWN_KINDS, VOLUME_CLAIM } from './kinds';
import { remember, volumeClaimOf } from './ledger';
import { labelsOf } from './owned';
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
  const release = await releaseOf(bundle);
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

async function removeObjects({ settled, run }: Bundle): Promise<void> {
  const { identity } = settled;
  for (const kind of OWN_KINDS) {
    for (const { metadata } of await run.api.list<KubeObject>(kind, identity.namespace, labelsOf(identity))) {
      await run.api.remove(kind, { namespace: identity.namespace, name: metadata.name }, metadata.uid);
    }
  }
}

async function deleted(bundle: Bundle): Promise<boolean> {
  const { settled, run, item } = bundle;
  const { bucket, identity } = settled;
  const claim = { namespace: identity.namespace, name: volumeClaimOf(bundle) };
  await run.api.remove(VOLUME_CLAIM, claim);
  // Without a record there never was a bucket of ours.
  if (!item.status?.bucket) return true;
  let trouble = 'it has not answered';
  try {
    const { done, deleted } = await removeBucket({ ...accessOf(bundle), identity: bucketIdentity(bundle) });
    if (done) {
      await note(bundle, 'BucketDeleted', `bucket ${bucket} and volume claim ${claim.name} are deleted`);
      return true;
    }
    if (deleted > 0) return false;
  } catch (error) {
    if (error instanceof BucketRefused) return retained(bundle, error.message);
    trouble = (error as Error).message;
  }
  return stuck(bundle, trouble);
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
  if (!bundle.item.status?.bucket) return true;
  await remember(bundle, 'retained', why);
  const where = `bucket ${bundle.settled.bucket} and volume claim ${volumeClaimOf(bundle)} stay`;
  await note(bundle, 'BucketRetained', `${where}: ${why}`);
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
