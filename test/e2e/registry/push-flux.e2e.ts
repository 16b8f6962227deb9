import * as fs from 'node:fs';
import * as path from 'node:path';
import { REDIS_CHART_VERSION } from '../../../constructs/redis-backup/shared-chart';
import type { ApiServer } from '../../stack/api-server';
import { output } from '../../stack/command';
import { importedModules } from '../../stack/crds';
import { Flux, type FluxObject, installFluxCrds } from '../../stack/flux';
import { type KubernetesObject, listOf, readObjects } from '../../stack/kubernetes-object';
import { ACCOUNT, Registry } from '../../stack/registry';
import { Stack } from '../../stack/stack';
import { ROOT, readTree, temporaryFolder } from '../../support/folder';
import { describeStack } from '../describe-stack';
import { REGISTRY_HOST, RegistryFleet, sourceOf } from './registry-fleet';

const scratch = temporaryFolder('push-flux');

const CLUSTERS = fs
  .readdirSync(path.join(ROOT, 'dist'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** The Secret with the login. */
const LOGIN = 'fleet-registry';

/** Docker's configuration, as `docker login` leaves it. */
function loginTo(address: string): string {
  const auth = Buffer.from(`${ACCOUNT.username}:${ACCOUNT.password}`).toString('base64');
  return JSON.stringify({ auths: { [address]: { auth } } });
}

describeStack("what Flux's source-controller makes of a pushed fleet", () => {
  let stack: Stack;
  let registry: Registry;
  let fleet: RegistryFleet;
  let server: ApiServer;
  let flux: Flux;
  const push = async () => {
    const pushed = await fleet.push(stack, registry, { DOCKER_CONFIG: path.join(scratch, 'login') });
    expect(pushed).toMatchObject({ code: 0 });
  };
  const look = (namespace: string, name = 'fleet') => flux.look('ocirepository', namespace, name);
  const revisionOf = ({ status }: FluxObject) => status?.artifact?.revision;

  /** A source as it is rendered, but in a namespace of its own, and in the registry of the tests, by its login. */
  function source(namespace: string, rendered: KubernetesObject): KubernetesObject {
    const { url, ...spec } = rendered.spec as { url: string };
    expect(url.startsWith(`oci://${REGISTRY_HOST}/fleet/`)).toBe(true);
    const address = url.replace(REGISTRY_HOST, registry.address);
    return {
      ...rendered,
      metadata: { ...rendered.metadata, namespace },
      spec: { ...spec, url: address, insecure: true, secretRef: { name: LOGIN } },
    } as KubernetesObject;
  }

  async function unpacked(found: FluxObject): Promise<Record<string, string>> {
    const folder = fs.mkdtempSync(path.join(scratch, 'unpacked-'));
    await output(['tar', '-xzf', flux.artifact(found), '-C', folder]);
    return readTree(folder);
  }

  beforeAll(async () => {
    fleet = new RegistryFleet(scratch);
    stack = await Stack.start();
    registry = await Registry.start(stack, 'registry', { login: true });
    fs.mkdirSync(path.join(scratch, 'login'));
    fs.writeFileSync(path.join(scratch, 'login', 'config.json'), loginTo(registry.loopback));
    await push();
    server = await stack.apiServer('management');
    await installFluxCrds(server, await importedModules());
    flux = await Flux.start(stack, server, { controllers: ['source-controller'] });
    const namespaces = fleet.clusters.map((name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    }));
    const secrets = fleet.clusters.map((namespace) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: LOGIN, namespace },
      type: 'kubernetes.io/dockerconfigjson',
      stringData: { '.dockerconfigjson': loginTo(registry.address) },
    }));
    const sources = fleet.clusters.map((name) => source(name, sourceOf(fleet.dist, name)));
    const release = path.join(fleet.dist, 'edge-local/controllers/redis-release/redis-release.yaml');
    const chart = readObjects(release)
      .filter(({ kind }) => kind === 'OCIRepository')
      .map((rendered) => source('edge-local', rendered));
    await server.kubectl.output(['create', '--filename=-'], {
      input: listOf([...namespaces, ...secrets, ...sources, ...chart]),
    });
  });
  afterAll(async () => stack?.stop());

  test.each(CLUSTERS)('the source of %s is Ready with its folder and nothing else', async (cluster) => {
    const found = await look(cluster);
    expect(found.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'True' }),
    );
    expect(revisionOf(found)).toBe(`latest@${fleet.digests(registry)[cluster]}`);
    const wanted = Object.entries(readTree(path.join(fleet.dist, cluster)));
    expect(await unpacked(found)).toEqual(
      Object.fromEntries(wanted.map(([file, text]) => [`dist/${cluster}/${file}`, text])),
    );
  });

  test("one cluster's change is no revision to another", async () => {
    const before = revisionOf(await look('prod-eu'));
    const edge = revisionOf(await look('edge-local'));
    fleet.change('edge-local');
    await push();
    expect(revisionOf(await look('prod-eu'))).toBe(before);
    const after = revisionOf(await look('edge-local'));
    expect(after).not.toBe(edge);
    expect(after).toBe(`latest@${fleet.digests(registry)['edge-local']}`);
  });

  test('the shared chart is Ready, packed as Helm wants it', async () => {
    const found = await look('edge-local', 'fleetwright-redis');
    expect(found.status?.conditions).toContainEqual(
      expect.objectContaining({ type: 'Ready', status: 'True' }),
    );
    expect(revisionOf(found)).toMatch(new RegExp(`^${REDIS_CHART_VERSION}@sha256:`));
    const listed = await output(['tar', '-tzf', flux.artifact(found)]);
    expect(listed.trim().split('\n')).toContain('redis/templates/statefulset.yaml');
  });
});
