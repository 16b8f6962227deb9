import { artifactOf } from '../../../cli/bootstrap/flux';
import { FLUX_VERSION } from '../../../constructs/versions';

const sources = (...names: string[]) => ({
  wiring: names.map((name) => ({
    ...{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository', metadata: { name }, spec: {} },
  })),
});

describe('the Flux that a fleet has', () => {
  it.each([
    [['fleet'], `flux-${FLUX_VERSION}`],
    [['fleet', 'flux-3f2a1b0c'], 'flux-3f2a1b0c'],
    [['flux-v2.10.0', 'flux-v2.9.12'], 'flux-v2.10.0'],
    [['flux-v2.10.0-rc.1', 'flux-v2.10.0'], 'flux-v2.10.0'],
    [['flux-v2.8.0-0a1b2c3d', 'flux-v2.7.5-ffffffff'], 'flux-v2.8.0-0a1b2c3d'],
  ])('%j: the newest', (names, newest) => {
    expect(artifactOf(sources(...names)).metadata.name).toBe(newest);
  });

  it.each([
    [['flux-0a1b2c3d', 'flux-3f2a1b0c']],
    [['flux-0a1b2c3d', 'flux-v2.8.0']],
    [['flux-v2.8.0-0a1b2c3d', 'flux-v2.8.0-3f2a1b0c']],
  ])('%j: nobody knows which is the newest', (names) => {
    expect(() => artifactOf(sources(...names))).toThrow('do not say by their names which is the newest Flux');
  });
});
