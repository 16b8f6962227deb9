import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Include } from 'cdk8s';
import { ExistingCluster, type Fleet, FleetApp } from '../../../constructs';
import { until } from '../../stack/command';
import type { FluxObject } from '../../stack/flux';
import { listOf } from '../../stack/kubernetes-object';
import { fetchNow, type LiveCluster, LiveFleet, synced, syncOf } from '../../stack/live/live-fleet';
import { type AgeKey, ageKey, decrypt, encrypt, writeCreationRules } from '../../stack/sops';
import { readTree } from '../../support/folder';
import { describeStack } from '../describe-stack';

const FILE = 'apps/smtp.sops.yaml';
const PASSWORD = 'correct-horse-battery-staple';
const ROTATED = 'staple-battery-horse-correct';

/** The password as it is, and as Kubernetes writes it. */
const FORMS = [PASSWORD, ROTATED].flatMap((password) => [
  password,
  Buffer.from(password).toString('base64').replace(/=+$/, ''),
]);

const secretOf = (password: string) => `apiVersion: v1
kind: Secret
metadata:
  name: smtp
stringData:
  user: mailer
  password: ${password}
`;

describeStack('a Secret that is encrypted for one cluster', () => {
  let fleet: LiveFleet;
  let mine: LiveCluster;
  let other: LiveCluster;
  let key: AgeKey;
  let others: AgeKey;

  /** A fleet whose mailer runs on these clusters. */
  const mailerOn = (placed: readonly string[]) => (made: Fleet) => {
    new ExistingCluster(made, 'management', { kubernetesVersion: 'v1.36.3', management: true });
    for (const name of ['mine', 'other']) {
      new ExistingCluster(made, name, { kubernetesVersion: 'v1.36.3' });
    }
    new FleetApp(made, 'mailer', {
      namespace: 'mailer',
      placement: { matchExpressions: [{ key: 'name', operator: 'In', values: [...placed] }] },
      sync: { decryption: { secretName: 'fleet-age' } },
      define: (chart) => {
        new Include(chart, 'smtp', { url: path.join(fleet.repository.folder, FILE) });
      },
    });
  };

  /** A cluster that is handed over with a key of its own; without a management cluster, which has no part in it. */
  async function start(name: string, { secretKey }: AgeKey): Promise<LiveCluster> {
    const cluster = await fleet.cluster(name, { controllers: ['source-controller', 'kustomize-controller'] });
    const metadata = { name: 'fleet-age', namespace: 'flux-system' };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { 'age.agekey': secretKey } };
    await cluster.server.kubectl.output(['create', '-f', '-'], { input: listOf([secret]) });
    await fleet.connect(cluster, `management/clusters/${name}/handoff/handoff.yaml`);
    return cluster;
  }

  const writeSecret = (password: string) => encrypt(fleet.repository.folder, FILE, secretOf(password));

  const passwordOn = async ({ server }: LiveCluster) => {
    const get = ['get', 'secret', 'smtp', '--namespace=mailer', '--output=jsonpath={.data.password}'];
    return Buffer.from((await server.kubectl.run(get)).stdout, 'base64').toString();
  };

  /** Waits until the mailer's sync fails, and returns what it says. */
  async function failureOn(cluster: LiveCluster, commit: string): Promise<string> {
    let found: FluxObject | undefined;
    await until(`${cluster.server.name} fails at ${commit.slice(0, 8)}`, 120, async () => {
      found = await syncOf(cluster, 'mailer');
      const ready = found?.status?.conditions?.find(({ type }) => type === 'Ready');
      return ready?.status === 'False' && JSON.stringify(found?.status).includes(commit);
    });
    return found?.status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
  }

  beforeAll(async () => {
    fleet = await LiveFleet.start();
    [key, others] = [await ageKey(), await ageKey()];
    writeCreationRules(fleet.repository.folder, { apps: key.publicKey });
    await writeSecret(PASSWORD);
    const commit = await fleet.push(mailerOn(['mine']));
    [mine, other] = await Promise.all([start('mine', key), start('other', others)]);
    await synced(mine, 'mailer', commit);
    await synced(other, 'fleet', commit);
  });
  afterAll(() => fleet?.stop());

  test('is decrypted there, and by no other key', async () => {
    expect(await passwordOn(mine)).toBe(PASSWORD);
    expect(await passwordOn(other)).toBe('');
    const file = path.join(fleet.repository.folder, FILE);
    expect(await decrypt(file, key)).toContain(PASSWORD);
    await expect(decrypt(file, others)).rejects.toThrow('did not match any of the recipients');
  });

  test('is not opened by a cluster with another key, even where its app is placed there', async () => {
    const commit = await fleet.push(mailerOn(['mine', 'other']));
    await Promise.all([mine, other].map(fetchNow));
    await synced(mine, 'mailer', commit);
    const said = await failureOn(other, commit);
    expect(said).toMatch(/cannot get sops data key|failed to decrypt/i);
    expect(await passwordOn(other)).toBe('');
    expect(await passwordOn(mine)).toBe(PASSWORD);
    const all = ['get', 'secrets,configmaps,events,kustomizations', '--all-namespaces', '--output=json'];
    const there = await other.server.kubectl.output(all);
    for (const form of FORMS) expect(there).not.toContain(form);
  });

  test('stays as it was when a new one is encrypted for the wrong key', async () => {
    writeCreationRules(fleet.repository.folder, { apps: others.publicKey });
    await writeSecret(ROTATED);
    const commit = await fleet.push(mailerOn(['mine', 'other']));
    await Promise.all([mine, other].map(fetchNow));
    expect(await failureOn(mine, commit)).toMatch(/cannot get sops data key|failed to decrypt/i);
    expect(await passwordOn(mine)).toBe(PASSWORD);
    await synced(other, 'mailer', commit);
    expect(await passwordOn(other)).toBe(ROTATED);
  });

  test('is in the clear in no file of git, dist or Flux, and in nothing that Flux says', async () => {
    const { folder } = fleet.repository;
    const history = await fleet.repository.git('log', '--patch', '--all');
    const artifacts = ['mine', 'other'].flatMap((name) =>
      artifactsOf(fleet.stack.path(`${name}-flux-storage`)),
    );
    expect(artifacts.some(([, text]) => text.includes('ENC[AES256_GCM'))).toBe(true);
    const logs = readTree(fleet.stack.path('logs'));
    const files = [...Object.entries({ ...readTree(fleet.dist), ...logs }), ...artifacts];
    expect(history).toContain('ENC[AES256_GCM');
    expect(readFileSync(path.join(folder, FILE), 'utf8')).toContain('ENC[AES256_GCM');
    for (const form of FORMS) {
      expect(history).not.toContain(form);
      expect(files.filter(([, text]) => text.includes(form)).map(([file]) => file)).toEqual([]);
    }
    for (const { server } of [mine, other]) {
      const kinds = 'events,kustomizations,gitrepositories,configmaps,namespaces';
      const said = await server.kubectl.output(['get', kinds, '--all-namespaces', '--output=json']);
      for (const form of FORMS) expect(said).not.toContain(form);
    }
  });
});

/** The artifacts of a source-controller, unpacked. */
function artifactsOf(storage: string): [file: string, text: string][] {
  return readdirSync(storage, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.tar.gz'))
    .map((file) => [file, gunzipSync(readFileSync(path.join(storage, file))).toString('latin1')]);
}
