import { REQUESTED } from '../../constructs/redis-backup/status-schema';
import {
  type Api,
  ApiError,
  apiVersionOf,
  type Found,
  type Hook,
  type ItemRun,
  type KubeObject,
  record,
} from '../kit';
import { REDIS_BACKUP } from '../redis-backup/kinds';
import type { RedisBackupResource } from '../redis-backup/resource';
import { changeOf } from './change';
import { gone, unorphan } from './orphan';
import { readRequest } from './request';
import { annotate, DEPLOYMENT, isOurs, REQUEST, REQUESTED_BY, REQUESTED_SPEC } from './resource';
import { judge, refuse } from './say';

const request = `.metadata.annotations["${REQUEST}"]`;
const requester = `.metadata.labels["${REQUESTED_BY}"]`;

/**
 * Makes a `RedisBackup` of each Deployment that asks for one, keeps it as asked, and deletes it once Deployment or
 * annotation have been gone for `orphanGrace`.
 *
 * It never copies `fleetwright.dev/allow-deletion`: who may change a Deployment, or the values of its chart, must not
 * be able to destroy backups by that. It takes a second step, on the resource itself.
 */
export const requests: Hook<KubeObject> = {
  name: 'requests',
  items: { kind: DEPLOYMENT, only: `(${request} != null)`, fields: { request } },
  related: {
    resources: {
      kind: REDIS_BACKUP,
      only: `(${requester} != null)`,
      fields: { requester },
      itemOf: ({ namespace, requester: name }: Found) =>
        typeof name === 'string' ? { namespace, name } : undefined,
    },
  },
  reconcile,
  gone,
};

async function reconcile(deployment: KubeObject, run: ItemRun): Promise<void> {
  const { name, namespace = '', annotations } = deployment.metadata;
  const key = { namespace, name };
  const written = annotations?.[REQUEST];
  if (written === undefined) return gone(key, run);
  const backup = await run.api.get<RedisBackupResource>(REDIS_BACKUP, key);
  if (backup && !isOurs(backup)) return record(run.api, deployment, TAKEN, run.now);
  // One that is being deleted is made anew once it is gone: its bucket knows it again.
  if (backup?.metadata.deletionTimestamp) return;
  const found = backup && (await unorphan(backup, run.api));
  const wanted = readRequest(written);
  if ('refusal' in wanted) return refuse(deployment, found, 'RequestMalformed', wanted.refusal, run);
  try {
    if (found) await change(found, wanted.spec, run);
    else await make(deployment, wanted.spec, run);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    // What is made in a namespace that ends would hold up its end.
    if (error.causes.includes('NamespaceTerminating')) return;
    if (![400, 403, 422].includes(error.status)) throw error;
    await refuse(deployment, found, 'RequestRefused', `${REQUEST}: ${error.message}`, run);
  }
}

const TAKEN = {
  ...({ type: 'Warning', reason: 'NameTaken', action: 'Request' } as const),
  note: `the RedisBackup of this name was not made from this Deployment, and is left alone; change that one, or remove the annotation ${REQUEST}`,
};

async function make(
  deployment: KubeObject,
  spec: RedisBackupResource['spec'],
  { api, now }: ItemRun,
): Promise<void> {
  const { name, namespace } = deployment.metadata;
  // No ownerReference: a Deployment that is replaced must not take its data along.
  const made = await api.create<RedisBackupResource>(REDIS_BACKUP, {
    apiVersion: apiVersionOf(REDIS_BACKUP),
    kind: REDIS_BACKUP.kind,
    metadata: {
      ...{ name, namespace, labels: { [REQUESTED_BY]: name } },
      annotations: { [REQUESTED_SPEC]: JSON.stringify(spec) },
    },
    spec,
  } as Parameters<Api['create']>[1]);
  if (!made) return;
  const note = `RedisBackup ${name} was made; it says whether all is fine`;
  await record(api, deployment, { type: 'Normal', reason: 'Requested', action: 'Request', note }, now);
}

/** One merge patch for the spec and the record of what was asked for: the two cannot come apart. */
async function change(
  backup: RedisBackupResource,
  spec: RedisBackupResource['spec'],
  run: ItemRun,
): Promise<void> {
  const { [REQUESTED_SPEC]: recorded = '{}' } = backup.metadata.annotations ?? {};
  const wanted = JSON.stringify(spec);
  const patch = changeOf({ ...parsed(recorded) }, { ...spec }, { ...backup.spec });
  const now =
    patch || recorded !== wanted
      ? await annotate(backup, run.api, { [REQUESTED_SPEC]: wanted }, patch)
      : backup;
  const message = `as the annotation of Deployment ${backup.metadata.name} asks`;
  await judge(now, { type: REQUESTED, status: 'True', reason: 'Applied', message }, run);
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text)) as object;
  } catch {
    return {};
  }
}
