import { fetchArtifact } from '../../../cli/bootstrap/artifact';
import { chartArtifact, clusterArtifact } from '../../../cli/push/artifact';
import { digestOf, pack } from '../../../cli/push/tar';

const archive = pack([{ name: 'gotk-components.yaml', content: Buffer.from('kind: Namespace\n') }]);
const { manifest } = clusterArtifact(archive, undefined);
const URL = 'oci://registry.example.com/flux';

/** A registry that gives these bytes, whatever it is asked for. */
const giving = (stored: Buffer | undefined, blob: Buffer | undefined = archive.blob) => ({
  manifest: async () => stored,
  blob: async () => blob,
});
const source = (ref: object) => ({
  ...{ apiVersion: 'source.toolkit.fluxcd.io/v1', kind: 'OCIRepository', metadata: { name: 'flux' } },
  spec: { url: URL, ref },
});

describe('the artifact of Flux', () => {
  it.each([
    [{ tag: 'v2.7.5' }, `${URL}:v2.7.5`],
    [{ digest: digestOf(manifest) }, URL],
  ])('%j', async (ref, at) => {
    const { reference, files } = await fetchArtifact(source(ref), giving(manifest));
    expect(reference).toBe(`${at}@${digestOf(manifest)}`);
    expect(files.map(({ name }) => name)).toEqual(['gotk-components.yaml']);
  });

  it.each([
    ['is not in the registry', { tag: 'v9' }, giving(undefined)],
    ['is not what its digest says', { digest: digestOf('other') }, giving(manifest)],
    ['is not what its digest says', { tag: 'v9' }, giving(manifest, Buffer.from('other'))],
    ['is not what its digest says', { tag: 'v9' }, { ...giving(manifest), blob: async () => undefined }],
    [
      'has no layer that Flux would read',
      { tag: 'v9' },
      giving(chartArtifact({}, archive, undefined).manifest),
    ],
    ['has no layer that Flux would read', { tag: 'v9' }, giving(Buffer.from('no JSON'))],
  ])('%s: %j', async (problem, ref, registry) => {
    await expect(fetchArtifact(source(ref), registry)).rejects.toThrow(`[flux-unusable]\n`);
    await expect(fetchArtifact(source(ref), registry)).rejects.toThrow(problem);
  });
});
