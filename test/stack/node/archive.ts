import { createHash } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { output } from '../command';

/** The name of an image's archive in its folder of the cache. */
export const ARCHIVE = 'image.tar';

/** What follows the file where a Dockerfile takes the image of an archive. */
export const BY_TAG = 'by-tag';

const OCI = 'application/vnd.oci.image';
const MANIFEST = `${OCI}.manifest.v1+json`;

/** How a container of an image starts, in the words of the specification. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Writes the archive of an image that has one layer, into the scratch folder.
 *
 * @param layer the file of its layer, a tar, which becomes part of the archive
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md
 */
export async function writeImage(
  scratch: string,
  name: string,
  layer: string,
  config: ImageConfig,
): Promise<void> {
  const layout = path.join(scratch, 'layout');
  const blobs = path.join(layout, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const addJson = (mediaType: string, content: object): Descriptor => {
    const text = Buffer.from(JSON.stringify(content));
    const digest = createHash('sha256').update(text).digest('hex');
    writeFileSync(path.join(blobs, digest), text);
    return { mediaType, digest: `sha256:${digest}`, size: text.length };
  };
  const digest = await digestOf(layer);
  const size = statSync(layer).size;
  renameSync(layer, path.join(blobs, digest));
  const layers = [{ mediaType: `${OCI}.layer.v1.tar`, digest: `sha256:${digest}`, size }];
  const image = addJson(`${OCI}.config.v1+json`, {
    ...{ architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux', config },
    rootfs: { type: 'layers', diff_ids: layers.map((each) => each.digest) },
  });
  const manifest = addJson(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config: image, layers });
  writeFileSync(path.join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  writeFileSync(path.join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  await packImage(scratch, name, layout);
}

/** Makes an archive of a layout that holds one image, and names the image in it, by its tag and by its digest. */
export async function packImage(scratch: string, name: string, layout: string): Promise<void> {
  const index = path.join(layout, 'index.json');
  const [image] = manifestsOf(readFileSync(index, 'utf8'));
  if (!image) throw new Error(`${layout} has no image`);
  const named = (full: string, short: string) => ({
    ...image,
    annotations: { 'io.containerd.image.name': full, 'org.opencontainers.image.ref.name': short },
  });
  const manifests = [named(name, BY_TAG), named(digestNameOf(name, image.digest), 'by-digest')];
  writeFileSync(index, JSON.stringify({ schemaVersion: 2, manifests }));
  await tar(path.join(scratch, ARCHIVE), layout, 'blobs', 'index.json', 'oci-layout');
  rmSync(layout, { recursive: true });
}

/** The name of an archive's image by its digest, as a pod names it that is to get this very one. */
export async function digestNameIn(archive: string, name: string): Promise<string> {
  const [image] = manifestsOf(
    await output(['tar', '--extract', '--to-stdout', '--file', archive, 'index.json']),
  );
  if (!image) throw new Error(`${archive} has no image`);
  return digestNameOf(name, image.digest);
}

/** Packs files into a tar. The same files give the same one. */
export async function tar(target: string, folder: string, ...names: string[]): Promise<void> {
  const alike = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=a+rX'];
  await output(['tar', ...alike, '--create', `--file=${target}`, `--directory=${folder}`, ...names]);
}

function manifestsOf(index: string): Descriptor[] {
  return (JSON.parse(index) as { manifests: Descriptor[] }).manifests;
}

/** Without the tag, as the kubelet looks for it. */
function digestNameOf(name: string, digest: string): string {
  return `${name.replace(/:[^:/]+$/, '')}@${digest}`;
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
