import { ExistingCluster, Fleet, type FluxInstall } from '../../constructs';
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
      metadata: { name: 'flux', namespace: 'clusters' },
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
