import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build, cacheFolder, makeOnce } from '../build';
import { output } from '../command';
import { type Part, programs } from '../parts';
import { PAUSE_IMAGE } from './containerd';

/** An image that a node can run. */
export interface Image {
  /** The name that manifests use, with its tag. */
  readonly name: string;
  /** The file of an OCI archive of it. Made once, and kept in the cache folder. */
  archive(): Promise<string>;
}

/** The image that keeps the namespaces of pods. */
export const pauseImage: Image = binaryImage(PAUSE_IMAGE, programs, 'pause');

/** An image of one static program and nothing else, which runs as nobody. */
export function binaryImage(name: string, part: Part, binary: string): Image {
  return {
    name,
    archive: async () => {
      const folder = await build(part);
      const fingerprint = createHash('sha256').update(
        JSON.stringify([FORMAT, name, path.basename(folder), binary]),
      );
      const target = path.join(
        cacheFolder(),
        'images',
        `${binary}-${fingerprint.digest('hex').slice(0, 16)}`,
      );
      const made = await makeOnce(target, `the image ${name}`, (scratch) =>
        writeArchive(scratch, name, folder, binary),
      );
      return path.join(made, ARCHIVE);
    },
  };
}

/** @see https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md */
async function writeArchive(scratch: string, name: string, folder: string, binary: string): Promise<void> {
  const layout = path.join(scratch, 'layout');
  const blobs = path.join(layout, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const add = (mediaType: string, content: Buffer): Descriptor => {
    const digest = createHash('sha256').update(content).digest('hex');
    writeFileSync(path.join(blobs, digest), content);
    return { mediaType, digest: `sha256:${digest}`, size: content.length };
  };
  const addJson = (mediaType: string, content: object) =>
    add(mediaType, Buffer.from(JSON.stringify(content)));
  const layerFile = path.join(scratch, 'layer.tar');
  await tar(layerFile, folder, binary);
  const layer = add(`${OCI}.layer.v1.tar`, readFileSync(layerFile));
  const config = addJson(`${OCI}.config.v1+json`, {
    ...{ architecture: process.arch === 'x64' ? 'amd64' : process.arch, os: 'linux' },
    config: { Entrypoint: [`/${binary}`], User: '65534:65534' },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = addJson(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] });
  const annotations = { 'io.containerd.image.name': name };
  const index = { schemaVersion: 2, manifests: [{ ...manifest, annotations }] };
  writeFileSync(path.join(layout, 'index.json'), JSON.stringify(index));
  writeFileSync(path.join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await tar(path.join(scratch, ARCHIVE), layout, 'blobs', 'index.json', 'oci-layout');
  for (const file of [layout, layerFile]) rmSync(file, { recursive: true });
}

/** Part of an image's fingerprint, for what the code below makes of the same program. */
const FORMAT = 1;
const ARCHIVE = 'image.tar';
const OCI = 'application/vnd.oci.image';
const MANIFEST = `${OCI}.manifest.v1+json`;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** The same files give the same archive. */
async function tar(target: string, folder: string, ...names: string[]): Promise<void> {
  const alike = ['--sort=name', '--owner=0', '--group=0', '--numeric-owner', '--mtime=@0', '--mode=a+rX'];
  await output(['tar', ...alike, '--create', `--file=${target}`, `--directory=${folder}`, ...names]);
}
