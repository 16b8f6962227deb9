import { appendFileSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type AgeKey, ageKey, encrypt, writeCreationRules } from '../../stack/sops';
import { ROOT } from '../../support/folder';

/** A fleet of one management cluster and one that has secrets, as a fork of the repository has it. */
const MAIN = `import { Include } from 'cdk8s';
import { AddOn, ExistingCluster, Fleet } from './constructs';

const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git', interval: '10s' } });
new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
new ExistingCluster(fleet, 'prod-eu', {
  kubernetesVersion: 'v1.36.3',
  labels: { site: 'prod' },
  secretsFile: 'clusters/prod-eu.sops.yaml',
});
new AddOn(fleet, 'login', {
  layer: 'configs',
  namespace: 'login',
  placement: { matchLabels: { site: 'prod' } },
  sync: { decryption: { secretName: 'fleet-age' } },
  define: (chart) => {
    new Include(chart, 'secret', { url: 'apps/login.sops.yaml' });
  },
});
fleet.synth();
`;

const secret = (name: string, data: Readonly<Record<string, string>>) =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'flux-system' }, data });

const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Writes the fleet into a work tree, with its Secrets encrypted for the keys of the two clusters. */
export async function writeFork(folder: string, hub: AgeKey, prod: AgeKey): Promise<void> {
  writeFileSync(path.join(folder, 'main.ts'), MAIN);
  for (const file of ['cdk8s.yaml', 'package.json', 'tsconfig.json']) {
    copyFileSync(path.join(ROOT, file), path.join(folder, file));
  }
  for (const shared of ['constructs', 'imports', 'node_modules']) {
    symlinkSync(path.join(ROOT, shared), path.join(folder, shared));
  }
  // What is linked is not of this repository.
  appendFileSync(path.join(folder, '.git', 'info', 'exclude'), 'node_modules\n');
  mkdirSync(path.join(folder, 'apps'));
  const nobody = await ageKey();
  const rules = { clusters: hub.publicKey, apps: prod.publicKey, 'stuck/locked': nobody.publicKey };
  writeCreationRules(folder, rules);
  await encrypt(folder, 'stuck/locked/secret.sops.yaml', secret('locked', { password: base64('no') }));
  const age = secret('fleet-age', { 'age.agekey': base64(prod.secretKey) });
  await encrypt(folder, 'clusters/prod-eu.sops.yaml', age);
  const login = JSON.stringify({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login', namespace: 'login' } },
    data: { password: base64('first') },
  });
  await encrypt(folder, 'apps/login.sops.yaml', login);
}
