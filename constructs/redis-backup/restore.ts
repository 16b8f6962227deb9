import type { Job, JobSpec } from '../../imports/kubernetes';
import type { Manifest } from '../emit/manifest';
import type { Plain } from '../plain';
import { metadataOf, type SettledBundle } from './bundle';
import { childName, hashOf } from './identity';
import { backupJob, jobIdentity, jobSpec } from './jobs';
import type { RedisPlatform, S3Identity } from './platform';
import { checkStep, jobPod, moverStep, type PodPart, serverStep } from './pod';
import { parseBytes } from './quantity';
import { FENCE, INSPECT, LIFT, RESTORE } from './scripts';
import type { Restore } from './spec';
import { typed } from './typed';

/**
 * The pods of a restore, in the order in which they run. `look` is `fence` again, after a pod was lost: it tells
 * whether that had begun to change the server. `rollback` puts back the backup that was taken behind the fence.
 */
export type RestoreStage = 'check' | 'fence' | 'backup' | 'run' | 'look' | 'rollback' | 'lift';

/** What a stage has to know of the ones before. */
export interface RestoreFacts {
  readonly restore: Restore;
  /** Counts the stages that had to be run again. */
  readonly attempt: number;
  /** The backup that is put in: its key, and what it has to load as. */
  readonly key?: string;
  readonly keys?: number;
  readonly digest?: string;
  /** The key of the backup that was taken behind the fence. */
  readonly backup?: string;
  /** Whether the server had no data. */
  readonly empty?: boolean;
  /** The process that was fenced. */
  readonly runId?: string;
  /** How many pods were lost with their nodes. */
  readonly lostPods?: number;
}

/** The label of everything that is there for a restore only: its id, hashed. */
export const RESTORE_LABEL = 'fleetwright.dev/restore';

/** The label of pods that may reach the server: another value for each restore, and after each pod that was lost. */
const OPENING_LABEL = 'fleetwright.dev/restore-opening';

/** The port at which the restore's own server gives its data to the target. */
export const LINK_PORT = 6379;
const ADMIN = '/run/secrets/redis-admin';
const APP = '/run/secrets/redis-app';
const TLS = '/run/secrets/redis-tls';

/** The labels of everything of one restore. */
export function restoreLabels(bundle: SettledBundle, id: string): Record<string, string> {
  return { ...metadataOf(bundle, '').labels, [RESTORE_LABEL]: hashOf([id]) };
}

/** The label by which a restore's pods reach the server. Those that had it before one was lost do not any more. */
export function openingLabels({ restore, lostPods = 0 }: Pick<RestoreFacts, 'restore' | 'lostPods'>) {
  return { [OPENING_LABEL]: hashOf([restore.id, String(lostPods)]) };
}

/** The name of a stage's Job: another one for each restore and attempt. */
export function restoreJobName(
  { identity }: SettledBundle,
  { restore, attempt }: RestoreFacts,
  stage: RestoreStage,
): string {
  return childName(identity.name, `restore-${stage}-${hashOf([restore.id, String(attempt)])}`, 63);
}

/** The Job of a stage. It runs once: whether again, the operator decides from what the pod has told. */
export function restoreJob(bundle: SettledBundle, facts: RestoreFacts, stage: RestoreStage): Manifest {
  const name = restoreJobName(bundle, facts, stage);
  const metadata = metadataOf(bundle, name);
  return typed<Job>({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...metadata, labels: restoreLabels(bundle, facts.restore.id) },
    spec: stage === 'backup' ? backupJob(bundle) : stageSpec(bundle, facts, stage),
  });
}

function stageSpec(
  bundle: SettledBundle,
  facts: RestoreFacts,
  stage: Exclude<RestoreStage, 'backup'>,
): Plain<JobSpec> {
  const pod = podOf(bundle, facts, stage);
  const labels = { ...pod.metadata?.labels, ...openingLabels(facts) };
  const spec = jobSpec(bundle, { ...pod, metadata: { ...pod.metadata, labels } });
  // Put in, read back, and put back what was there.
  const times = stage === 'run' || stage === 'rollback' ? 3 : 1;
  return { ...spec, backoffLimit: 0, activeDeadlineSeconds: times * (spec.activeDeadlineSeconds ?? 0) };
}

function podOf(bundle: SettledBundle, facts: RestoreFacts, stage: Exclude<RestoreStage, 'backup'>) {
  const own = { ...facts.restore, source: undefined };
  switch (stage) {
    case 'check': {
      const { s3, step } = fetchStep(bundle, facts.restore, chosen(facts.restore));
      const overwrite = { OVERWRITE: String(facts.restore.overwrite ?? false) };
      return restorePod(
        bundle,
        [step, checkStep(bundle), targetStep(bundle, 'inspect', INSPECT, overwrite)],
        s3,
      );
    }
    case 'fence':
    case 'look':
      return restorePod(bundle, [targetStep(bundle, 'fence', FENCE, {})], undefined);
    case 'lift':
      return restorePod(bundle, [targetStep(bundle, 'lift', LIFT, {})], undefined);
    case 'run': {
      const { s3, step } = fetchStep(bundle, facts.restore, [`--key=${facts.key}`]);
      const more = {
        ...{ MODE: 'restore', RUN_ID: facts.runId ?? '', EMPTY: String(facts.empty ?? false) },
        EXPECTED: `${facts.keys} ${facts.digest}`,
      };
      return restorePod(bundle, [step, targetStep(bundle, 'restore', RESTORE, more)], s3);
    }
    case 'rollback': {
      const more = { MODE: 'rollback', RUN_ID: '', EXPECTED: '', EMPTY: String(facts.empty ?? false) };
      const restore = targetStep(bundle, 'restore', RESTORE, more);
      if (facts.empty) return restorePod(bundle, [restore], undefined);
      const { s3, step } = fetchStep(bundle, own, [`--key=${facts.backup}`]);
      return restorePod(bundle, [step, restore], s3);
    }
  }
}

function chosen({ from }: Restore): string[] {
  if (!from) return [];
  return 'key' in from ? [`--key=${from.key}`] : [`--time=${from.time}`];
}

/** Fetches from the bundle's own bucket, or with the credentials that the resource names from another. */
function fetchStep(bundle: SettledBundle, { source }: Pick<Restore, 'source'>, which: readonly string[]) {
  const s3: S3Identity = source ? { secretName: source.secretName } : jobIdentity(bundle, 'restoreTest');
  const from = source
    ? { ...bundle, bucket: source.bucket, platform: platformOf(bundle.platform, source) }
    : bundle;
  const step = moverStep(from, 'fetch', s3);
  const any = source ? ['--any-bundle'] : [];
  return { s3, step: { ...step, args: [...(step.args ?? []), ...any, ...which] } };
}

/** The platform, with the S3 server of another bucket. */
export function platformOf(platform: RedisPlatform, source: NonNullable<Restore['source']>): RedisPlatform {
  const { endpoint = platform.s3.endpoint, region = platform.s3.region } = source;
  return { ...platform, s3: { ...platform.s3, endpoint, region } };
}

/** A step that talks to the server as its admin. It has no credentials for S3. */
function targetStep(
  bundle: SettledBundle,
  name: string,
  script: string,
  more: Readonly<Record<string, string>>,
): PodPart {
  const { names, identity, spec } = bundle;
  const tls = spec.redis.tls !== undefined;
  const step = serverStep(
    bundle,
    name,
    script,
    name === 'fence' || name === 'lift' ? '64Mi' : spec.redis.memory,
  );
  const seconds = String(600 + 600 * Math.ceil((parseBytes(spec.redis.memory) ?? 0) / 2 ** 30));
  const env: Record<string, string> = {
    ...{ REDIS_HOST: `${names.server}.${identity.namespace}.svc`, REDIS_PORT: '6379' },
    REDIS_CA: tls ? `${TLS}/ca.crt` : '',
    ...{ ADMIN_DIR: ADMIN, APP_DIR: APP, TLS_DIR: TLS, REPORT: '/dev/termination-log' },
    ...{ LINK_PORT: String(LINK_PORT), TARGET_LIMIT: '300', SYNC_LIMIT: seconds, DUMP_LIMIT: seconds },
    ...more,
  };
  return {
    ...step,
    env: [
      ...(step.env ?? []),
      ...Object.entries(env).map(([key, value]) => ({ name: key, value })),
      { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
    ],
    volumeMounts: [
      ...(step.volumeMounts ?? []),
      { name: 'redis-admin', mountPath: ADMIN, readOnly: true },
      { name: 'redis-app', mountPath: APP, readOnly: true },
      ...(tls ? [{ name: 'redis-tls', mountPath: TLS, readOnly: true }] : []),
    ],
  };
}

/** The pod: with room for the backup, what the server has, and what is read back from it. */
function restorePod(bundle: SettledBundle, steps: readonly PodPart[], s3: S3Identity | undefined) {
  const { names, spec } = bundle;
  const pod = jobPod(bundle, 'restore', steps, names.restoreTest, s3);
  const { tls, memory } = spec.redis;
  const volumes = [
    ...(pod.spec?.volumes ?? []).filter(({ name }) => name !== 'work'),
    { name: 'work', emptyDir: { sizeLimit: String(3 * (parseBytes(memory) ?? 0)) } },
    { name: 'redis-admin', secret: { secretName: names.secrets.admin, defaultMode: 0o440 } },
    {
      name: 'redis-app',
      // Only the name of the user: and of one that may not be there yet.
      secret: {
        secretName: names.secrets.app,
        optional: true,
        defaultMode: 0o440,
        items: [{ key: 'username', path: 'username' }],
      },
    },
    ...(tls ? [{ name: 'redis-tls', secret: { secretName: tls.secretName, defaultMode: 0o440 } }] : []),
  ];
  return { ...pod, spec: { ...pod.spec, containers: pod.spec?.containers ?? [], volumes } };
}
