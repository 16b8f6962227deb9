import { createHash } from 'node:crypto';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  CONDITION_METRIC,
  DELETION_STUCK_METRIC,
  LAST_BACKUP_METRIC,
  LAST_PROOF_METRIC,
  RESOURCES_METRIC,
  RESTORING_METRIC,
} from '../../constructs/operator/metrics';
import { RELEASE_NAMESPACE } from '../../constructs/redis-backup/platform';
import { resolveSpec } from '../../constructs/redis-backup/spec';
import type { Found, Hook, ItemRun, Key, Metric, Related } from '../kit';
import { s3Client } from '../s3/client';
import { type Bundle, declaredBundle, settledBundle } from './bundle';
import { CONFIG_MAP, HELM_RELEASE, OWN_KINDS, REDIS_BACKUP, STATEFUL_SET } from './kinds';
import { KEPT } from './ledger';
import { bundleOf } from './owned';
import { reconcile } from './reconcile';
import { finalize } from './removal';
import { type RedisBackupResource, SAYS } from './resource';
import { holds } from './restore/machine';
import type { RestoreStatus } from './restore/status';
import { clusterUid, ownNamespace, readSettings, type Settings } from './settings';
import { writeStatus } from './status';
import { promisesOf } from './verdicts';

const OURS = { 'app.kubernetes.io/managed-by': 'fleetwright' };

/** Everything of a bundle is looked at afresh this often, in minutes, without anything having changed. */
const AGAIN = 10;

/** Reconciles `RedisBackup`: the bucket, the server, its users, its backups, and what status says of them. */
export function redisBackups(): Hook<RedisBackupResource> {
  let settings: Settings | undefined;
  let s3: S3Client | undefined;
  const bundle = async (item: RedisBackupResource, run: ItemRun): Promise<Bundle> => {
    settings ??= readSettings();
    s3 ??= s3Client(settings.platform.s3);
    const uid = await clusterUid(run.api);
    const declared = declaredBundle(item, settings, uid);
    const settled = settledBundle(declared, settings);
    return { item, run, declared, settings, settled, s3, clusterUid: uid };
  };
  return {
    name: 'redis-backup',
    finalizer: 'fleetwright.dev/redis-backup',
    items: { kind: REDIS_BACKUP, fields: FIELDS },
    related: RELATED,
    due,
    seconds: 60,
    reconcile: async (item, run) => reconcile(await bundle(item, run)),
    finalize: async (item, run) => finalize(await bundle(item, run)),
    failed: async (item, { message }, run) => {
      const verdict = { type: 'Ready', status: 'False', reason: 'Failed', message } as const;
      const { lastBackup, lastProof } = item.status ?? {};
      const created = new Date(item.metadata.creationTimestamp);
      const known = { spec: resolveSpec(item.spec), created, now: run.now, lastBackup, lastProof };
      await writeStatus({ item, run }, {}, [verdict, ...promisesOf(known)]);
    },
    metrics,
  };
}

const FIELDS = {
  said: `{${Object.entries(SAYS)
    .map(([name, annotation]) => `${name}: .metadata.annotations["${annotation}"]`)
    .join(', ')}}`,
  observed: '.status.observedGeneration',
  conditions: '(.status.conditions // [] | map({(.type): .status}) | add // {})',
  lastBackup: '.status.lastBackup.time',
  lastProof: '.status.lastProof.time',
  restore: '(.status.restore // {} | {step})',
};

const itemOf: Related['itemOf'] = ({ labels }) => bundleOf(labels as Record<string, string> | undefined);
const labels = '.metadata.labels';

const RELATED: Hook<RedisBackupResource>['related'] = {
  releases: {
    ...{ kind: HELM_RELEASE, namespace: RELEASE_NAMESPACE, labels: OURS, itemOf },
    fields: { labels, ready: '(.status.conditions // [] | map(select(.type == "Ready")))' },
  },
  ...Object.fromEntries(
    OWN_KINDS.map((kind) => [
      kind.plural,
      {
        ...{ kind, labels: OURS, itemOf },
        // A Secret's and an account's generation does not change; a Job's end is in its status.
        fields: { labels, ended: '(.status.conditions // [] | map({type, status}))' },
      },
    ]),
  ),
  servers: {
    kind: STATEFUL_SET,
    only: '.spec.template.metadata.labels["fleetwright.dev/role"] == "server"',
    itemOf: ({ of }) => of as Key,
    fields: {
      of: '(.spec.template.metadata.labels | {namespace: .["fleetwright.dev/namespace"], name: .["fleetwright.dev/redis-backup"]})',
      ready: '(.status.readyReplicas // 0)',
    },
  },
  kept: {
    ...{ kind: CONFIG_MAP, namespace: ownNamespace(), labels: OURS, itemOf: () => undefined },
    fields: { kept: `.metadata.labels["${KEPT}"]`, of: '(.data // {})' },
  },
};

/** What is not fine is looked at every minute, and everything else in turn. */
function due({ namespace, name, generation, observed, conditions }: Found, now: Date): boolean {
  const { Ready } = (conditions ?? {}) as Record<string, string>;
  if (Ready !== 'True' || observed !== generation) return true;
  const turn = createHash('sha256').update(`${namespace}/${name}`).digest().readUInt32BE(0);
  return (turn + Math.floor(now.getTime() / 60_000)) % AGAIN === 0;
}

function metrics(items: readonly Found[], related: Readonly<Record<string, readonly Found[]>>): Metric[] {
  return [
    { name: RESOURCES_METRIC, value: items.length },
    ...items.flatMap(metricsOf),
    ...(related.kept ?? []).filter(({ kept }) => kept === 'stuck').map(stuckMetric),
  ];
}

function metricsOf({ namespace, name, conditions, lastBackup, lastProof, restore }: Found): Metric[] {
  const of = { namespace, name };
  const known = (conditions ?? {}) as Record<string, string>;
  const time = (metric: string, value: unknown) =>
    typeof value === 'string' ? [{ name: metric, value: Date.parse(value) / 1000, labels: of }] : [];
  return [
    // Before it is known whether there is a backup, there is nothing to raise an alarm about.
    ...Object.entries(known)
      .filter(([, status]) => status === 'True' || status === 'False')
      .map(([condition, status]) => ({
        ...{ name: CONDITION_METRIC, value: status === 'True' ? 1 : 0 },
        labels: { ...of, condition },
      })),
    { name: RESTORING_METRIC, value: isFenced(restore as Partial<RestoreStatus>) ? 1 : 0, labels: of },
    ...time(LAST_BACKUP_METRIC, lastBackup),
    ...time(LAST_PROOF_METRIC, lastProof),
  ];
}

/** Without a restore there is no step. */
function isFenced({ step }: Partial<RestoreStatus>): boolean {
  return !!step && holds({ id: '', step }).fence;
}

function stuckMetric({ of }: Found): Metric {
  const { namespace = '', name = '', bucket = '' } = of as Record<string, string>;
  return { name: DELETION_STUCK_METRIC, value: 1, labels: { namespace, name, bucket } };
}
