import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { kubectlBinary } from '../../stack/binaries';
import { output } from '../../stack/command';
import { importedModules } from '../../stack/crds';
import { FLUX_CONTROLLERS, fluxManifests } from '../../stack/flux-manifests';
import { type KubernetesObject, readObjects } from '../../stack/kubernetes-object';
import { ROOT } from '../../support/folder';

/** In the Flux project's artifact, but in no Go module that can be had: source-controller stands in for them. */
const SUPERFLUOUS = ['image-automation-controller', 'image-reflector-controller', 'source-watcher'];
const CRD = 'CustomResourceDefinition';
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
    await writeManifests();
    const built = await output([await kubectlBinary(), 'kustomize', folder]);
    patched = loadAll(built) as KubernetesObject[];
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Writes what the artifact holds, and asks kustomize for it as Flux does. */
  async function writeManifests(): Promise<void> {
    const manifests = await fluxManifests(await importedModules());
    const byName = (name: string) => manifests.filter(({ metadata }) => metadata.name === name);
    const renamed = (object: KubernetesObject, name: string) => ({
      ...object,
      metadata: { ...object.metadata, name },
    });
    crds.push(...manifests.filter(({ kind }) => kind === CRD).map(({ metadata }) => metadata.name));
    const resources = [
      ...manifests,
      ...SUPERFLUOUS.flatMap((name) => byName('source-controller').map((object) => renamed(object, name))),
      ...SUPERFLUOUS_CRDS.flatMap((name) => byName(crds[0] ?? '').map((object) => renamed(object, name))),
    ];
    writeFileSync(path.join(folder, 'install.yaml'), resources.map((object) => dump(object)).join('---\n'));
    const patches = patchesOf(path.join(ROOT, 'dist', 'management', 'clusters'));
    writeFileSync(path.join(folder, 'kustomization.yaml'), dump({ resources: ['install.yaml'], patches }));
  }

  test('leave the four controllers that a fleet uses, and their definitions', () => {
    const names = (kind: string) =>
      patched.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
    const controllers = FLUX_CONTROLLERS.map((name) => `${name}-controller`).sort();
    expect(names('Deployment').sort()).toEqual(controllers);
    expect(names('ServiceAccount').sort()).toEqual(controllers);
    expect(names('Service').sort()).toEqual([
      'notification-controller',
      'source-controller',
      'webhook-receiver',
    ]);
    expect(names(CRD).sort()).toEqual([...crds].sort());
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
