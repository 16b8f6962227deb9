import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from '../../stack/build';
import { until } from '../../stack/command';
import { isReady } from '../../stack/flux';
import { listOf } from '../../stack/kubernetes-object';
import { type LiveCluster, LiveFleet, synced, syncOf } from '../../stack/live/live-fleet';
import { settle } from '../../stack/live/settle';
import { sops } from '../../stack/parts';
import { type AgeKey, ageKey } from '../../stack/sops';
import { CDK8S } from '../../support/fork';
import { describeStack } from '../describe-stack';
import { DocsShell, namedBlocks } from '../docs-shell';
import { writeFork } from './day-2-fleet';
import { patternOf, STUCK, stuckObjects, syncFor, THERE_ALREADY, writeStuck } from './stuck';

const NOWHERE = 'https://127.0.0.1:9';

describeStack('docs/day-2.md', () => {
  const blocks = namedBlocks('day-2.md');
  let fleet: LiveFleet;
  let hub: LiveCluster;
  let prod: LiveCluster;
  let shell: DocsShell;
  let keys: string;
  let hubKey: AgeKey;

  const inWorkTree = (...names: string[]) => path.join(fleet.repository.folder, ...names);

  /** Runs a block, which must succeed, in a shell that knows where the keys are. Returns what it printed. */
  const block = (name: string, env: Readonly<Record<string, string>> = {}): Promise<string> =>
    shell.output(`${blocks.get('keys')}${blocks.get(name) ?? 'false'}`, { env });

  const create = ({ server }: LiveCluster, ...objects: object[]) =>
    server.kubectl.output(['create', '--filename=-'], { input: listOf(objects) });

  const secret = (name: string, namespace: string, stringData: Readonly<Record<string, string>>) => ({
    ...{ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData },
  });

  /** The keys of a Secret, and a value of it. */
  async function dataOf(
    { server }: LiveCluster,
    name: string,
    namespace: string,
  ): Promise<Map<string, string>> {
    const get = ['get', 'secret', name, `--namespace=${namespace}`, '--output=json'];
    const { data } = JSON.parse(await server.kubectl.output(get)) as { data: Record<string, string> };
    return new Map(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
    );
  }

  /** Commits what is there, and waits until both clusters have applied it. */
  async function merge(): Promise<void> {
    const commit = await fleet.repository.commit('A change');
    await settle(hub);
    await synced(hub, 'prod-eu-handoff', commit, { namespace: 'clusters' });
    await settle(prod);
    await synced(prod, 'login', commit);
  }

  /** What `sops edit` is told to do: a person's part. */
  function editor(script: string): Readonly<Record<string, string>> {
    const file = path.join(shell.home, 'editor');
    writeFileSync(file, `#!/bin/sh\nexec sed --in-place '${script}' "$1"\n`);
    chmodSync(file, 0o755);
    return { EDITOR: file };
  }

  /** The programs that a person has, and the two clusters as contexts. */
  async function person(): Promise<DocsShell> {
    const tools = await build(sops);
    return DocsShell.create(fleet, {
      ...{ servers: [hub.server, prod.server], cwd: fleet.repository.folder },
      programs: {
        sops: [path.join(tools, 'sops')],
        'age-keygen': [path.join(tools, 'age-keygen')],
        // Without its look for a newer version of itself.
        npx: ['sh', '-c', `exec '${process.execPath}' ${CDK8S.join(' ')}`],
      },
    });
  }

  beforeAll(async () => {
    fleet = await LiveFleet.start();
    const prodKey = await ageKey();
    hubKey = await ageKey();
    await writeFork(fleet.repository.folder, hubKey, prodKey);
    writeStuck(fleet.repository.folder);
    hub = await fleet.cluster('management');
    prod = await fleet.cluster('prod-eu');
    shell = await person();
    keys = (await shell.output(`${blocks.get('keys')}printf %s "$keys"`)).trim();
    writeFileSync(path.join(keys, 'management.agekey'), hubKey.secretKey);
    await shell.output('npx cdk8s synth');
    await fleet.repository.commit('The fleet');
    await fleet.connect(hub);
    await create(
      hub,
      secret('prod-eu-kubeconfig', 'clusters', { value: readFileSync(prod.server.kubeconfig, 'utf8') }),
      secret('fleet-age', 'clusters', { 'age.agekey': hubKey.secretKey }),
    );
    await merge();
  });
  afterAll(() => fleet?.stop());

  test('has a cluster whose Secrets are decrypted there', async () => {
    expect((await dataOf(prod, 'login', 'login')).get('password')).toBe('first');
    expect([...(await dataOf(prod, 'fleet-age', 'flux-system')).keys()]).toEqual(['age.agekey']);
  });

  test('lists the syncs, and has Flux look at one now', async () => {
    expect(await block('list')).toMatch(
      /^clusters +prod-eu-handoff +<none> +True +main@sha1:\w+ +Applied revision: /m,
    );
    await block('now');
    await until('Flux has looked', 60, async () => {
      const found = await syncOf(hub, 'prod-eu-handoff', 'clusters');
      return found?.status?.lastHandledReconcileAt === found?.metadata.annotations?.[REQUESTED];
    });
  });

  test('suspends a sync until somebody resumes it, whatever Flux applies', async () => {
    const isSuspended = async () =>
      (await syncOf(hub, 'prod-eu-handoff', 'clusters'))?.spec as { readonly suspend?: boolean };
    await block('suspend');
    await hub.flux.look('kustomization', 'flux-system', 'fleet');
    expect(await isSuspended()).toMatchObject({ suspend: true });
    await block('resume');
    expect(await isSuspended()).toMatchObject({ suspend: false });
    const byKubectl = (blocks.get('suspend') ?? '').replace(/ \\\n +--field-manager by-hand/, '');
    await shell.output(byKubectl);
    await hub.flux.look('kustomization', 'flux-system', 'fleet');
    expect((await isSuspended()).suspend).toBeUndefined();
  });

  test('rotates the age key of a cluster', async () => {
    const added = (await block('second-key')).trim();
    expect(added).toMatch(/^age-2\.agekey: \S+$/);
    await block('edit', editor(`s/^\\( *\\)age.agekey:.*/&\\n\\1${added.replaceAll('/', '\\/')}/`));
    await merge();
    const handed = await dataOf(prod, 'fleet-age', 'flux-system');
    expect([...handed.keys()]).toEqual(['age-2.agekey', 'age.agekey']);
    await block('re-encrypt');
    for (const file of ['prod-eu', 'prod-eu-2']) {
      expect(statSync(path.join(keys, `${file}.agekey`)).mode & 0o077).toBe(0);
    }
    await block('edit', editor('/^ *age.agekey:/d'));
    // A change, so that the Secret must be decrypted by the one key that is left.
    await merge();
    expect([...(await dataOf(prod, 'fleet-age', 'flux-system')).keys()]).toEqual(['age-2.agekey']);
    await prod.server.kubectl.output(['delete', 'secret', 'login', '--namespace=login']);
    await prod.flux.look('kustomization', 'flux-system', 'login');
    expect((await dataOf(prod, 'login', 'login')).get('password')).toBe('first');
    expect(readFileSync(inWorkTree('apps/login.sops.yaml'), 'utf8').match(/recipient:/g)).toHaveLength(1);
  });

  test('rotates the age key of the management cluster', async () => {
    await block('hub-key');
    await merge();
    await block('hub-key-done');
    const left = await dataOf(hub, 'fleet-age', 'clusters');
    expect([...left.keys()]).toEqual(['age.agekey']);
    expect(left.get('age.agekey')).not.toBe(hubKey.secretKey);
    await prod.server.kubectl.output(['delete', 'secret', 'fleet-age', '--namespace=flux-system']);
    await hub.flux.look('kustomization', 'clusters', 'prod-eu-handoff');
    expect((await dataOf(prod, 'fleet-age', 'flux-system')).size).toBe(1);
  });

  test('rotates the git credential of the management cluster', async () => {
    for (const file of ['management', 'known_hosts']) writeFileSync(path.join(keys, file), `${file} one`);
    await block('credential');
    writeFileSync(path.join(keys, 'management'), 'management two');
    await block('credential');
    for (const namespace of ['flux-system', 'clusters']) {
      expect((await dataOf(hub, 'fleet-git', namespace)).get('identity')).toBe('management two');
    }
    await block('keys-done');
    expect(existsSync(keys)).toBe(false);
  });

  test('says of each sync that is stuck what Flux says', async () => {
    const lost = JSON.parse(readFileSync(prod.server.kubeconfig, 'utf8'));
    lost.clusters[0].cluster.server = NOWHERE;
    await create(
      hub,
      ...THERE_ALREADY,
      secret('lost-kubeconfig', 'clusters', { value: JSON.stringify(lost) }),
    );
    await create(hub, ...stuckObjects());
    for (const [name, { says }] of Object.entries(STUCK)) {
      let message = '';
      await until(`${name} says ${says}`, 240, async () => {
        const { status } = (await syncOf(hub, name, 'clusters')) ?? {};
        message = status?.conditions?.find(({ type }) => type === 'Ready')?.message ?? '';
        return patternOf(says).test(message);
      }).catch((error: Error) => {
        throw new Error(`${error.message}, but ${message}`);
      });
    }
  });

  test('ends a sync whose cluster does not answer any more', async () => {
    const { kubectl } = hub.server;
    const value = readFileSync(prod.server.kubeconfig, 'utf8');
    const kubeConfig = { secretRef: { name: 'old-kubeconfig' } };
    await create(
      hub,
      secret('old-kubeconfig', 'clusters', { value }),
      syncFor('prod-eu-old', { kubeConfig }),
    );
    const old = () => syncOf(hub, 'prod-eu-old', 'clusters');
    await until('it is applied', 60, async () => isReady((await old()) ?? NOTHING));
    const dead = JSON.stringify({ stringData: { value: value.replace(prod.server.url, NOWHERE) } });
    await kubectl.output(['patch', 'secret', 'old-kubeconfig', '--namespace=clusters', `--patch=${dead}`]);
    const which = ['kustomization', 'prod-eu-old', '--namespace=clusters'];
    await kubectl.output(['delete', ...which, '--wait=false']);
    expect((await kubectl.run(['wait', ...which, '--for=delete', '--timeout=5s'])).code).toBe(1);
    expect(await block('finalizer')).toContain('default_stuck-prod-eu-old__ConfigMap\n');
    expect(await old()).toBeUndefined();
    const kept = ['get', 'configmap', 'stuck-prod-eu-old', '--namespace=default', '--output=name'];
    expect(await prod.server.kubectl.output(kept)).toBe('configmap/stuck-prod-eu-old\n');
  });
});

const REQUESTED = 'reconcile.fluxcd.io/requestedAt';
const NOTHING = { apiVersion: '', kind: '', metadata: { name: '' } };
