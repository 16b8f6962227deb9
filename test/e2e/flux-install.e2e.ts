import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { kubectlBinary } from '../stack/binaries';
import { output } from '../stack/command';
import { importedModules, readCrds } from '../stack/crds';
import { type KubernetesObject, readObjects } from '../stack/kubernetes-object';

const CONTROLLERS = ['source', 'kustomize', 'helm', 'notification'];

/** In the Flux project's artifact, but in no Go module that can be had: source-controller stands in for them. */
const SUPERFLUOUS = ['image-automation-controller', 'image-reflector-controller', 'source-watcher'];
const SUPERFLUOUS_CRDS = [
  'imagepolicies.image.toolkit.fluxcd.io',
  'imageupdateautomations.image.toolkit.fluxcd.io',
  'artifactgenerators.source.extensions.fluxcd.io',
];

interface Deployment extends KubernetesObject {
  spec: { template: { spec: { containers: { args: string[] }[] } } };
}

describe("the patches of Flux's own manifests", () => {
  let folder: string;
  let patched: KubernetesObject[];
  const crds: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'fleetwright-flux-install-'));
    writeManifests(await importedModules());
    const built = await output([await kubectlBinary(), 'kustomize', folder]);
    patched = loadAll(built) as KubernetesObject[];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes what the artifact holds, and asks kustomize for it as Flux does. */
  function writeManifests(modules: ReadonlyMap<string, string>): void {
    const resources: string[] = [];
    const add = (name: string, text: string) => {
      writeFileSync(path.join(folder, name), text);
      resources.push(name);
    };
    for (const name of CONTROLLERS) {
      const config = path.join(modules.get(`github.com/fluxcd/${name}-controller`) ?? '', 'config');
      add(`${name}.yaml`, readFileSync(path.join(config, 'manager', 'deployment.yaml'), 'utf8'));
      for (const crd of readCrds(path.join(config, 'crd', 'bases'))) {
        crds.push(crd.metadata.name);
        add(`${crd.metadata.name}.yaml`, dump(crd));
      }
    }
    const model = readFileSync(path.join(folder, 'source.yaml'), 'utf8');
    for (const name of SUPERFLUOUS) {
      add(`${name}.yaml`, model.replaceAll('source-controller', name));
      add(`${name}-account.yaml`, dump({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } }));
    }
    const [crd] = readObjects(path.join(folder, `${crds[0]}.yaml`));
    for (const name of SUPERFLUOUS_CRDS) add(`${name}.yaml`, dump({ ...crd, metadata: { name } }));
    const patches = patchesOf(path.join(__dirname, '..', '..', 'dist', 'management', 'clusters'));
    writeFileSync(path.join(folder, 'kustomization.yaml'), dump({ resources, patches }));
  }

  test('leave the four controllers that a fleet uses, and their definitions', () => {
    const names = (kind: string) =>
      patched.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    expect(names('Deployment').sort()).toEqual(CONTROLLERS.map((name) => `${name}-controller`).sort());
    expect(names('CustomResourceDefinition').sort()).toEqual([...crds].sort());
    expect(names('ServiceAccount')).toEqual([]);
  });

  test.each([
    ['kustomize-controller', ['--no-cross-namespace-refs=true', '--no-remote-bases=true']],
    ['helm-controller', ['--no-cross-namespace-refs=true']],
    ['notification-controller', ['--no-cross-namespace-refs=true']],
    ['source-controller', []],
  ])('lock %s down', (name, flags) => {
    const found = patched.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
    const args = (found as Deployment | undefined)?.spec.template.spec.containers[0]?.args ?? [];
    expect(args.length).toBeGreaterThan(flags.length);
    expect(args.filter((arg) => arg.startsWith('--no-'))).toEqual(flags);
  });
});

/** The patches of the syncs that install Flux on the reference fleet's clusters, as they are rendered. */
function patchesOf(clusters: string): unknown {
  const sync = readObjects(path.join(clusters, 'prod-eu.yaml')).find(
    ({ metadata }) => metadata.name === 'prod-eu-flux',
  );
  return (sync as (KubernetesObject & { spec: { patches: unknown } }) | undefined)?.spec.patches;
}
