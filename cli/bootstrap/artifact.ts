import { FleetError } from '../../constructs';
import type { Manifest } from '../../constructs/emit/manifest';
import { digestOf } from '../push/tar';
import { Access } from '../registry/access';
import { credentialsFor } from '../registry/credentials';
import { Repository } from '../registry/repository';
import { type UnpackedFile, unpack } from './untar';

/** The artifact of an `OCIRepository`. */
export interface FetchedArtifact {
  /** Its address with its digest. */
  readonly reference: string;
  readonly files: readonly UnpackedFile[];
}

const LAYER = 'application/vnd.cncf.flux.content.v1.tar+gzip';

/**
 * Fetches what an `OCIRepository` reads: by its digest, if it has one. Bytes that are not what their digest says are
 * refused; the signature is not looked at.
 *
 * @param repository where its bytes are
 */
export async function fetchArtifact(
  { spec }: Manifest,
  repository: Pick<Repository, 'manifest' | 'blob'> = repositoryAt(urlOf(spec)),
): Promise<FetchedArtifact> {
  const { tag = 'latest', digest: pinned } = Object(Object(spec).ref) as { tag?: string; digest?: string };
  const address = `${urlOf(spec)}${pinned ? '' : `:${tag}`}`;
  const manifest = await repository.manifest(pinned ?? tag);
  if (!manifest) {
    const remedy = 'correct `flux` of the fleet, or give the manifests by --flux FILE';
    throw unusable(address, `${pinned ?? tag} is not in the registry`, remedy);
  }
  const digest = digestOf(manifest);
  const reference = `${address}@${digest}`;
  const layer = layerOf(manifest);
  if (!layer) throw unusable(reference, 'has no layer that Flux would read', REMEDY);
  const blob = await repository.blob(layer);
  if ((pinned ?? digest) !== digest || !blob || digestOf(blob) !== layer) {
    throw unusable(reference, 'is not what its digest says', REMEDY);
  }
  try {
    return { reference, files: unpack(blob) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw unusable(reference, `cannot be unpacked: ${reason}`, REMEDY);
  }
}

function urlOf(spec: unknown): string {
  return String(Object(spec).url);
}

function repositoryAt(url: string): Repository {
  const [host = '', ...steps] = url.replace(/^oci:\/\//, '').split('/');
  const origin = `https://${host}`;
  return new Repository(new Access(origin, credentialsFor(host)), origin, steps.join('/'), 'pull');
}

const REMEDY = 'see who pushed it; --flux FILE takes the output of `flux install --export` instead';

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

function unusable(path: string, problem: string, remedy: string): FleetError {
  return new FleetError([{ code: 'flux-unusable', path, field: '', value: undefined, problem, remedy }]);
}
