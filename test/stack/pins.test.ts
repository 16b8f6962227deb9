import { FLUX_VERSION } from '../../constructs/versions';
import { readPins } from '../../scripts/import/pins';
import { importsFolder } from './crds';
import { fluxPins } from './flux-manifests';
import { awsProvider, clusterApi, clusterctl, etcd, kubernetes, partFolder, sourceController } from './parts';

const imported = new Map(readPins(importsFolder).pins.map(({ module, version }) => [module, version]));

test.each([kubernetes, etcd, clusterApi, clusterctl, awsProvider, sourceController])(
  'what is built for $name is what is imported',
  (part) => {
    const shared = readPins(partFolder(part)).pins.filter(({ module }) => imported.has(module));
    const owned = shared.filter(({ module }) => module.startsWith(part.module ?? ''));
    expect(owned.filter(({ module, version }) => imported.get(module) !== version)).toEqual([]);
  },
);

test('the manifests of Flux are those of the version that a fleet installs', () => {
  expect(readPins(fluxPins).pins.map(({ version }) => version)).toEqual([FLUX_VERSION]);
});
