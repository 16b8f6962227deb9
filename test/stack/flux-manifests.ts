import { copyFileSync, mkdirSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dump, loadAll } from 'js-yaml';
import { downloadModules } from '../../scripts/import/go-modules';
import { readPins } from '../../scripts/import/pins';
import { kubectlBinary } from './binaries';
import { output } from './command';
import { type KubernetesObject, readObjects } from './kubernetes-object';
import { temporaryScratch } from './scratch';

/** The controllers of Flux that a fleet uses. */
export const FLUX_CONTROLLERS = ['source', 'kustomize', 'helm', 'notification'] as const;

/** The module of a release of Flux, whose manifests say how its controllers are installed. */
const RELEASE = 'github.com/fluxcd/flux2/v2';
const NAMESPACE = 'flux-system';
const DOMAIN = 'svc.cluster.local.';

/** The folder that pins the release. */
export const fluxPins = path.join(__dirname, 'parts', 'flux');

/**
 * What `flux install --export` prints: the release's own manifests, with the controllers at the versions of the
 * pinned modules, which are not always those of the release.
 *
 * @param modules the folders of the pinned modules, as `importedModules` has them
 */
export async function fluxManifests(modules: ReadonlyMap<string, string>): Promise<KubernetesObject[]> {
  const folder = realpathSync(temporaryScratch('flux'));
  try {
    const pins = readPins(fluxPins);
    const release = path.join(downloadModules(pins).get(RELEASE) ?? '', 'manifests');
    writeInstall(folder, release, pins.pins[0]?.version ?? '');
    for (const name of FLUX_CONTROLLERS) {
      const module = modules.get(`github.com/fluxcd/${name}-controller`);
      if (!module) throw new Error(`${name}-controller is not among the imported modules`);
      writeController(path.join(folder, `${name}-controller`), release, module);
    }
    return loadAll(await output([await kubectlBinary(), 'kustomize', folder])) as KubernetesObject[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The release's base of a controller, with what it takes from the Internet taken from the module. */
function writeController(folder: string, release: string, module: string): void {
  const base = path.join(release, 'bases', path.basename(folder));
  mkdirSync(folder);
  for (const name of readdirSync(base)) copyFileSync(path.join(base, name), path.join(folder, name));
  const file = path.join(folder, 'kustomization.yaml');
  const [kustomization] = readObjects(file) as (KubernetesObject & { resources: string[] })[];
  const config = path.relative(folder, path.join(realpathSync(module), 'config'));
  const resources = kustomization?.resources.map((name) => {
    if (!name.startsWith('https:')) return name;
    return path.join(config, name.endsWith('.crds.yaml') ? 'crd' : 'manager');
  });
  rmSync(file);
  writeFileSync(file, dump({ ...kustomization, resources }));
}

function writeInstall(folder: string, release: string, version: string): void {
  const from = (name: string) => path.relative(folder, path.join(release, name));
  const roles = path.join(folder, 'roles');
  mkdirSync(roles);
  const rbac = path.relative(roles, path.join(release, 'rbac'));
  writeKustomization(roles, { resources: [rbac], nameSuffix: `-${NAMESPACE}` });
  copyFileSync(path.join(release, 'install', 'namespace.yaml'), path.join(folder, 'namespace.yaml'));
  const controllers = FLUX_CONTROLLERS.map((name) => `${name}-controller`);
  writeKustomization(folder, {
    namespace: NAMESPACE,
    resources: ['namespace.yaml', from('policies'), 'roles', ...controllers],
    labels: [
      {
        pairs: {
          'app.kubernetes.io/instance': NAMESPACE,
          'app.kubernetes.io/version': version,
          'app.kubernetes.io/part-of': 'flux',
        },
        includeTemplates: true,
      },
    ],
    images: controllers.map((name) => ({ name: `fluxcd/${name}`, newName: `ghcr.io/fluxcd/${name}` })),
    patches: [
      {
        target: { kind: 'Deployment' },
        patch: dump({
          ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'any' } },
          spec: { template: { spec: { nodeSelector: { 'kubernetes.io/os': 'linux' } } } },
        }),
      },
      replaceArgs('notification-controller', ['--watch-all-namespaces=true', '--log-level=info']),
      replaceArgs('(source|kustomize|helm)-controller', [
        `--events-addr=http://notification-controller.$(RUNTIME_NAMESPACE).${DOMAIN}/`,
        '--watch-all-namespaces=true',
        '--log-level=info',
      ]),
    ],
  });
}

function writeKustomization(folder: string, fields: object): void {
  const kind = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization' };
  writeFileSync(path.join(folder, 'kustomization.yaml'), dump({ ...kind, ...fields }));
}

/** Replaces the first arguments of a controller. */
function replaceArgs(name: string, values: readonly string[]): object {
  const args = '/spec/template/spec/containers/0/args';
  const patch = values.map((value, i) => ({ op: 'replace', path: `${args}/${i}`, value }));
  return { target: { kind: 'Deployment', name }, patch: JSON.stringify(patch) };
}
