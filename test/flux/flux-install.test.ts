import { ExistingCluster, Fleet, type FluxInstall } from '../../constructs';
import { FLUX_VERSION } from '../../constructs/versions';
import { readings } from '../support/clusters';
import { parseObjects } from '../support/fleet';

function fleetWith(flux: FluxInstall | undefined, installFlux = true): Fleet {
  const fleet = new Fleet({ source: { url: 'https://git.example.com/fleet.git' }, flux });
  new ExistingCluster(fleet, 'management', { kubernetesVersion: 'v1.36.3', management: true });
  new ExistingCluster(fleet, 'prod', { kubernetesVersion: 'v1.36.3', installFlux });
  return fleet;
}

const sourceOf = (fleet: Fleet) =>
  parseObjects(fleet.compile().files.get('management/flux.yaml') ?? '').find(
    ({ kind }) => kind === 'OCIRepository',
  );

describe("Flux's own manifests", () => {
  it("are the Flux project's, at an exact version and with its signature", () => {
    expect(sourceOf(fleetWith(undefined))).toMatchObject({
      metadata: { name: `flux-${FLUX_VERSION}`, namespace: 'clusters' },
      spec: {
        url: 'oci://ghcr.io/fluxcd/flux-manifests',
        ref: { tag: expect.stringMatching(/^v\d+\.\d+\.\d+$/) },
        verify: {
          provider: 'cosign',
          matchOIDCIdentity: [{ issuer: expect.stringMatching(/^\^.*\$$/), subject: expect.any(String) }],
        },
      },
    });
  });

  it('come from a mirror by digest, whose signature nobody could verify', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    const spec = sourceOf(fleetWith({ url: 'oci://mirror.example.com/flux', digest }))?.spec;
    expect(spec).toMatchObject({ url: 'oci://mirror.example.com/flux', ref: { digest } });
    expect(spec).not.toHaveProperty('verify');
  });

  it('are one source for each version in use, and each cluster takes its own', () => {
    const fleet = (flux: FluxInstall | undefined, pins: Readonly<Record<string, string | undefined>>) => {
      const made = new Fleet({ source: { url: 'https://git.example.com/fleet.git' }, flux });
      new ExistingCluster(made, 'management', { kubernetesVersion: 'v1.36.3', management: true });
      for (const [name, pin] of Object.entries(pins)) {
        const versions = pin === undefined ? undefined : { flux: pin };
        new ExistingCluster(made, name, { kubernetesVersion: 'v1.36.3', installFlux: true, versions });
      }
      return made.compile().files;
    };
    const read = (files: ReadonlyMap<string, string>, name: string) => parseObjects(files.get(name) ?? '');
    const sources = (files: ReadonlyMap<string, string>) =>
      Object.fromEntries(
        read(files, 'management/flux.yaml')
          .filter(({ kind }) => kind === 'OCIRepository')
          .map(({ metadata, spec }) => [metadata.name, (spec as { ref: object }).ref]),
      );
    const sourceFor = (files: ReadonlyMap<string, string>, cluster: string) =>
      read(files, `management/clusters/${cluster}.yaml`)
        .filter(({ metadata }) => metadata.name === `${cluster}-flux`)
        .map(({ spec }) => (spec as { sourceRef: { name: string } }).sourceRef.name);
    const hex = 'a'.repeat(64);

    const waves = fleet(
      { version: 'v2.7.5' },
      { one: undefined, two: 'v2.7.5', three: 'v2.7.4', four: 'v2.7.4', five: `v2.7.4@sha256:${hex}` },
    );
    expect(sources(waves)).toEqual({
      'flux-v2.7.4': { tag: 'v2.7.4' },
      'flux-v2.7.4-aaaaaaaa': { digest: `sha256:${hex}` },
      'flux-v2.7.5': { tag: 'v2.7.5' },
    });
    const names = ['one', 'two', 'three', 'four', 'five'].flatMap((name) => sourceFor(waves, name));
    const pinned = ['flux-v2.7.4', 'flux-v2.7.4', 'flux-v2.7.4-aaaaaaaa'];
    expect(names).toEqual(['flux-v2.7.5', 'flux-v2.7.5', ...pinned]);

    const both = fleet({ version: 'v2.7.5', digest: `sha256:${hex}` }, { one: undefined, two: 'v2.7.5' });
    expect(sources(both)).toEqual({ 'flux-v2.7.5-aaaaaaaa': { digest: `sha256:${hex}` } });

    expect(sources(fleet({ digest: `sha256:${hex}` }, { one: undefined, two: FLUX_VERSION }))).toEqual({
      'flux-aaaaaaaa': { digest: `sha256:${hex}` },
      [`flux-${FLUX_VERSION}`]: { tag: FLUX_VERSION },
    });
  });

  it('are fetched only where a cluster needs them', () => {
    expect(sourceOf(fleetWith(undefined, false))).toBeUndefined();
  });

  it.each<[string, object, string]>([
    [
      'a version that can mean another one tomorrow',
      { version: '2.x' },
      'flux.version [version-malformed] is no version of Flux; write it in full, like v2.7.5',
    ],
    [
      'a misspelt field',
      { verison: 'v2.7.5' },
      'flux.verison [field-unknown] is no field here; remove it, or use one of url, version, digest (did you mean "version"?)',
    ],
  ])('report %s', (_, flux, expected) => {
    expect(readings(fleetWith(flux as FluxInstall))).toEqual([expected]);
  });
});
