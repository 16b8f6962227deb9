import { createHash } from 'node:crypto';
import path from 'node:path';
import { build, cacheFolder, makeOnce } from '../build';
import { type Part, programs } from '../parts';
import { ARCHIVE, digestNameIn, tar, writeImage } from './archive';
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

/** The name of an image by its digest, which a node that has loaded the image finds. */
export async function digestName(image: Image): Promise<string> {
  return digestNameIn(await image.archive(), image.name);
}

/** An image of one static program and nothing else, which runs as nobody. */
export function binaryImage(name: string, part: Part, binary: string): Image {
  return {
    name,
    archive: async () => {
      const folder = await build(part);
      return makeImage(name, [path.basename(folder), binary], async (scratch) => {
        const layer = path.join(scratch, 'layer.tar');
        await tar(layer, folder, binary);
        await writeImage(scratch, name, layer, { Entrypoint: [`/${binary}`], User: '65534:65534' });
      });
    },
  };
}

/**
 * Makes the archive of an image unless that was done before, and returns its file.
 *
 * @param content what the image is made of: another content is another archive
 * @param make writes the archive into a scratch folder
 */
export async function makeImage(
  name: string,
  content: readonly unknown[],
  make: (scratch: string) => Promise<void>,
): Promise<string> {
  const fingerprint = createHash('sha256').update(JSON.stringify([FORMAT, name, ...content]));
  const file = `${name.replace(/[^a-z0-9.]+/g, '-')}-${fingerprint.digest('hex').slice(0, 16)}`;
  const target = path.join(cacheFolder(), 'images', file);
  return path.join(await makeOnce(target, `the image ${name}`, make), ARCHIVE);
}

/** Part of an image's fingerprint, for what this folder's code makes of the same content. */
const FORMAT = 3;
