import type { CronJob, JobSpec, ServiceAccount } from '../../imports/kubernetes';
import type { Manifest } from '../emit/manifest';
import type { Plain } from '../plain';
import { metadataOf, type SettledBundle } from './bundle';
import { childName, hashOf } from './identity';
import { roleAnnotation, type S3Identity } from './platform';
import { checkStep, dumpStep, jobPod, loadStep, moverStep } from './pod';
import { parseBytes } from './quantity';
import { spreadSchedule } from './schedule';
import { typed } from './typed';

/** The backup CronJob and its account. */
export function backupObjects(bundle: SettledBundle): Manifest[] {
  const { names, spec } = bundle;
  return [
    account(bundle, names.backup, jobIdentity(bundle, 'backup')),
    cronJob(bundle, names.backup, spec.schedule, backupJob(bundle)),
  ];
}

/** What one backup is, on a schedule or before something else. */
export function backupJob(bundle: SettledBundle): Plain<JobSpec> {
  const s3 = jobIdentity(bundle, 'backup');
  const steps = [dumpStep(bundle), checkStep(bundle), loadStep(bundle), moverStep(bundle, 'backup', s3)];
  return jobSpec(bundle, jobPod(bundle, 'backup', steps, bundle.names.backup, s3));
}

/** The restore test's CronJob and its account. */
export function restoreTestObjects(bundle: SettledBundle): Manifest[] {
  const { names, spec } = bundle;
  const s3 = jobIdentity(bundle, 'restoreTest');
  const fetch = moverStep(bundle, 'fetch', s3);
  const steps = [fetch, checkStep(bundle), loadStep(bundle), moverStep(bundle, 'prove', s3)];
  const pod = jobPod(bundle, 'restore-test', steps, names.restoreTest, s3);
  return [
    account(bundle, names.restoreTest, s3),
    cronJob(bundle, names.restoreTest, spec.restoreTest.schedule, jobSpec(bundle, pod)),
  ];
}

/** The account of the Jobs that make buckets, in the platform's namespace. */
export const BUCKET_ACCOUNT = 'fleetwright-bucket';

/**
 * What makes and hardens the bucket where no operator does. It runs in the platform's namespace, where the
 * credentials for it are. A CronJob and not a Job: Flux counts a Job that has not succeeded against the app's
 * sync, so an S3 server that is down would make an app unready that works. It also puts the bucket's settings
 * back.
 */
export function bucketCronJob(bundle: SettledBundle): Manifest {
  const { identity, platform, system } = bundle;
  const s3 = platform.s3.operator;
  const pod = jobPod(bundle, 'bucket', [moverStep(bundle, 'bucket', s3)], BUCKET_ACCOUNT, s3);
  // In the platform's namespace `a-b` of `c` and `b` of `c-a` would else be one name.
  const suffix = `bucket-${hashOf([identity.namespace, identity.name])}`;
  const name = childName(`${identity.namespace}-${identity.name}`, suffix);
  const spec: Plain<JobSpec> = { ...jobSpec(bundle, pod), activeDeadlineSeconds: 600 };
  return cronJob(bundle, name, 'H * * * *', spec, system);
}

/** A ServiceAccount without a token, and with the role that S3 knows it by, if there is one. */
function account(bundle: SettledBundle, name: string, s3: S3Identity): Manifest {
  return typed<ServiceAccount>({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { ...metadataOf(bundle, name), annotations: roleAnnotation(s3) },
    automountServiceAccountToken: false,
  });
}

/** Who a job is to S3. */
export function jobIdentity({ names, platform }: SettledBundle, job: 'backup' | 'restoreTest'): S3Identity {
  const roles = platform.s3.jobRoles;
  return roles ? { roleArn: roles[job] } : { secretName: names.s3[job] };
}

function cronJob(
  bundle: SettledBundle,
  name: string,
  schedule: string,
  spec: Plain<JobSpec>,
  namespace?: string,
): Manifest {
  return typed<CronJob>({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: metadataOf(bundle, name, namespace),
    spec: {
      schedule: spreadSchedule(schedule, bundle.identity, name),
      timeZone: 'Etc/UTC',
      concurrencyPolicy: 'Forbid',
      startingDeadlineSeconds: 3600,
      successfulJobsHistoryLimit: 1,
      failedJobsHistoryLimit: 3,
      jobTemplate: { metadata: { labels: metadataOf(bundle, name).labels }, spec },
    },
  });
}

/** A job of one pod, with time for the bytes that the server may hold. */
export function jobSpec({ spec }: SettledBundle, template: Plain<JobSpec['template']>): Plain<JobSpec> {
  const gib = Math.ceil((parseBytes(spec.redis.memory) ?? 0) / 2 ** 30);
  return {
    activeDeadlineSeconds: 1800 + 900 * gib,
    backoffLimit: 2,
    ttlSecondsAfterFinished: 86400,
    template,
  };
}
