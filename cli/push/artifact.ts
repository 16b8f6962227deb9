import { MANIFEST } from '../registry/repository';
import { type Archive, digestOf } from './tar';

/** What a registry keeps: two blobs, and the manifest that names them. */
export interface Artifact {
  readonly manifest: Buffer;
  readonly config: Buffer;
  readonly archive: Archive;
}

/** The media types of an artifact. */
interface MediaTypes {
  readonly config: string;
  readonly layer: string;
}

/** What Flux expects (https://fluxcd.io/flux/cheatsheets/oci-artifacts/). */
const FLUX: MediaTypes = {
  config: 'application/vnd.cncf.flux.config.v1+json',
  layer: 'application/vnd.cncf.flux.content.v1.tar+gzip',
};

/** What Helm expects (https://helm.sh/docs/topics/registries/). */
const HELM: MediaTypes = {
  config: 'application/vnd.cncf.helm.config.v1+json',
  layer: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
};

/**
 * The artifact of a cluster's folder. Neither commit nor time is in it: what is the same content stays the same
 * artifact, and so the same revision to Flux.
 */
export function clusterArtifact(archive: Archive, source: string | undefined): Artifact {
  const rootfs = { type: 'layers', diff_ids: [archive.contentDigest] };
  return artifact(FLUX, { architecture: '', os: '', config: {}, rootfs }, archive, source);
}

/** The artifact of a chart. */
export function chartArtifact(metadata: object, archive: Archive, source: string | undefined): Artifact {
  return artifact(HELM, metadata, archive, source);
}

function artifact(
  types: MediaTypes,
  settings: object,
  archive: Archive,
  source: string | undefined,
): Artifact {
  const config = Buffer.from(JSON.stringify(settings));
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: descriptor(types.config, config),
    layers: [descriptor(types.layer, archive.blob)],
    ...(source === undefined ? {} : { annotations: { 'org.opencontainers.image.source': source } }),
  };
  return { manifest: Buffer.from(JSON.stringify(manifest)), config, archive };
}

/** What a manifest says of a blob. */
interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function descriptor(mediaType: string, content: Buffer): Descriptor {
  return { mediaType, digest: digestOf(content), size: content.length };
}

/**
 * The layer of a manifest that differs from another one in the packed bytes of its one layer only, and in its
 * annotations: they say where it comes from, and are no part of what clusters apply.
 */
export function sameButLayer(stored: Buffer, own: Buffer): string | undefined {
  const [theirs, ours] = [withoutLayer(stored), withoutLayer(own)];
  return theirs && ours && theirs.rest === ours.rest ? theirs.digest : undefined;
}

function withoutLayer(bytes: Buffer): { readonly rest: string; readonly digest: string } | undefined {
  try {
    const { layers, annotations: _, ...rest } = JSON.parse(bytes.toString('utf8'));
    const [{ digest, size: __, ...layer }, ...more] = layers;
    if (more.length > 0 || typeof digest !== 'string') return undefined;
    return { rest: JSON.stringify([rest, layer]), digest };
  } catch {
    return undefined;
  }
}
