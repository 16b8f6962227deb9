import { readdirSync } from 'node:fs';
import path from 'node:path';
import { dump } from 'js-yaml';
import { FLUX_NAMESPACE } from '../../../constructs/flux/wiring';
import { type AgeKey, ageKey, encrypt, writeCreationRules } from '../../stack/sops';
import { cdk8sSynth, edit, forkFleet } from '../../support/fork';

/** The login of the git server, which lets everyone in. */
export const LOGIN = { username: 'fleet', password: 'none is asked for' };

/**
 * Makes a fork of the reference fleet, as docs/clusters.md tells its owner: with its own git server, and Secrets that
 * a key of its own opens.
 *
 * @param url of its repository
 * @returns the key of the management cluster
 */
export async function forkReference(folder: string, url: string): Promise<AgeKey> {
  forkFleet(folder);
  edit(folder, 'main.ts', 'ssh://git@github.com/example/fleet', url);
  const key = await ageKey();
  writeCreationRules(folder, { clusters: key.publicKey });
  const files = readdirSync(path.join(folder, 'clusters')).filter((name) => name.endsWith('.sops.yaml'));
  for (const file of files) {
    const own = await ageKey();
    const secrets = [
      secret('fleet-git', LOGIN, FLUX_NAMESPACE),
      secret('fleet-age', { 'age.agekey': own.secretKey }, FLUX_NAMESPACE),
    ];
    await encrypt(folder, `clusters/${file}`, secrets.map((object) => dump(object)).join('---\n'));
  }
  const { status, stderr } = cdk8sSynth(folder);
  if (status !== 0) throw new Error(stderr);
  return key;
}

/** A Secret; without a namespace for whoever needs it. */
export function secret(name: string, stringData: Readonly<Record<string, string>>, namespace?: string) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type: 'Opaque', stringData };
}
