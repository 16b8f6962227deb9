import { randomBytes } from 'node:crypto';
import { metadataOf } from '../../constructs/redis-backup/bundle';
import type { KubeObject } from '../kit';
import type { Bundle } from './bundle';
import { SECRET } from './kinds';
import { ownedObject } from './owned';
import { Refused } from './refused';
import { rotated } from './rotation';

/** A Secret, its values in base64. */
export interface Secret extends KubeObject {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Makes the Secrets of the server's users where they are missing, and changes their passwords when a person asked for
 * it. Never over what is there: a lost password would lock the app out.
 *
 * @param withApp whether the app may connect yet; a server that starts from a backup has no user of its app before
 */
export async function ensureSecrets(bundle: Bundle, withApp: boolean): Promise<void> {
  const { names } = bundle.settled;
  for (const user of ['admin', 'backup', 'app'] as const) {
    if (user === 'app' && !withApp) continue;
    const name = names.secrets[user];
    const found = await ownedObject<Secret>(bundle, SECRET, name);
    if (found) await rotate(bundle, found, user);
    else
      await create(bundle, name, {
        username: user,
        password: newPassword(),
      });
  }
  await copyCredentials(bundle);
}

/** 256 bits that need no quoting anywhere. */
export function newPassword(): string {
  return randomBytes(32).toString('hex');
}

async function create(bundle: Bundle, name: string, data: Record<string, string>): Promise<void> {
  await bundle.run.api.create(SECRET, {
    ...{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', stringData: data },
    metadata: metadataOf(bundle.settled, name),
  });
}

async function rotate(bundle: Bundle, secret: Secret, user: 'admin' | 'backup' | 'app'): Promise<void> {
  const patch = await rotated(bundle, secret, user);
  if (!patch) return;
  const { name, namespace = '', resourceVersion } = secret.metadata;
  const { data, annotations } = patch;
  await bundle.run.api.merge(
    SECRET,
    { namespace, name },
    { metadata: { resourceVersion, annotations }, data },
  );
}

/** Copies the credentials of the jobs from the platform's namespace, where it has such. */
async function copyCredentials(bundle: Bundle): Promise<void> {
  const { settled, settings, run } = bundle;
  const { jobSecrets, jobRoles } = settings.platform.s3;
  if (jobRoles) return;
  for (const job of ['backup', 'restoreTest'] as const) {
    const name = settled.names.s3[job];
    const from = jobSecrets?.[job];
    if (!from) {
      if (await run.api.get(SECRET, { namespace: settled.identity.namespace, name })) continue;
      throw new Refused(
        'CredentialsMissing',
        `there is no Secret ${name} with the key credentials: ${REMEDY}`,
      );
    }
    const source = await run.api.get<Secret>(SECRET, { namespace: settings.namespace, name: from });
    const credentials = source?.data?.credentials;
    if (!credentials) {
      const where = `the Secret ${settings.namespace}/${from} with the key credentials`;
      throw new Refused(
        'CredentialsMissing',
        `${where} is missing: s3.jobSecrets.${job} of the platform names it`,
      );
    }
    const found = await ownedObject<Secret>(bundle, SECRET, name);
    if (found?.data?.credentials === credentials) continue;
    const wanted = { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', data: { credentials } };
    await run.api.apply(SECRET, { ...wanted, metadata: metadataOf(settled, name) });
  }
}

const REMEDY =
  'make it, or set s3.jobSecrets or s3.jobRoles of the platform, so that jobs reach the bucket as themselves';
