import { FleetError } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { digestOf } from '../push/tar';
import { Access } from '../registry/access';
import { credentialsFor } from '../registry/credentials';
import { Repository } from '../registry/repository';
import { type UnpackedFile, unpack } from './untar';

/** The artifact of an `OCIRepository`. */
export interface FetchedArtifact {
  /** Its address with tag and digest. */
  readonly reference: string;
  readonly files: readonly UnpackedFile[];
}

const LAYER = 'application/vnd.cncf.flux.content.v1.tar+gzip';

/**
 * Fetches what an `OCIRepository` reads: by its digest, if it has one. Bytes that are not what their digest says are
 * refused; the signature is not looked at.
 */
export async function fetchArtifact({ metadata, spec }: Manifest): Promise<FetchedArtifact> {
  const { url, ref = {} } = Object(spec) as { url: string; ref?: { tag?: string; digest?: string } };
  const [host = '', ...steps] = url.replace(/^oci:\/\//, '').split('/');
  const wanted = ref.digest ?? ref.tag ?? 'latest';
  const reference = `${url}${ref.digest ? '@' : ':'}${wanted}`;
  const origin = `https://${host}`;
  const access = new Access(origin, credentialsFor(host));
  const repository = new Repository(access, origin, steps.join('/'), 'pull');
  const manifest = await repository.manifest(wanted);
  if (!manifest) {
    const remedy = `correct \`flux\` of the fleet, or give the manifests by --flux FILE`;
    throw broken(reference, 'is not in the registry', remedy);
  }
  const digest = digestOf(manifest);
  const layer = layerOf(manifest);
  const blob = layer && (await repository.blob(layer));
  if ((ref.digest && ref.digest !== digest) || !blob || digestOf(blob) !== layer) {
    throw broken(reference, 'is not what its digest says, or has no layer of Flux', REMEDY);
  }
  try {
    return { reference: ref.digest ? reference : `${reference}@${digest}`, files: unpack(blob) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw broken(`${reference} (OCIRepository ${metadata.name})`, `cannot be unpacked: ${reason}`, REMEDY);
  }
}

const REMEDY = 'see who pushed it; `--flux FILE` takes the output of `flux install --export` instead';

function layerOf(manifest: Buffer): string | undefined {
  try {
    const layers: readonly { mediaType?: string; digest?: string }[] = JSON.parse(
      manifest.toString('utf8'),
    ).layers;
    return layers.find(({ mediaType }) => mediaType === LAYER)?.digest;
  } catch {
    return undefined;
  }
}

function broken(path: string, problem: string, remedy: string): FleetError {
  return new FleetError([{ code: 'flux-unusable', path, field: '', value: undefined, problem, remedy }]);
}
