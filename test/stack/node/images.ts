import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
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
  const begin = `${name.replace(/[^a-z0-9.]+/g, '-')}-`;
  const folder = path.join(cacheFolder(), 'images');
  const target = path.join(folder, `${begin}${fingerprint.digest('hex').slice(0, 16)}`);
  await makeOnce(target, `the image ${name}`, make);
  utimesSync(target, new Date(), new Date());
  removeUnused(folder, begin);
  return path.join(target, ARCHIVE);
}

/** Images are big, and one that is made of our programs is another with every change of these. */
function removeUnused(folder: string, begin: string): void {
  const others = readdirSync(folder).filter((file) => /^[0-9a-f]{16}$/.test(file.slice(begin.length)));
  for (const file of others.filter((each) => each.startsWith(begin)).map((each) => path.join(folder, each))) {
    const used = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (used < Date.now() - UNUSED) rmSync(file, { recursive: true, force: true });
  }
}

/** After so long without use, in milliseconds, an archive is not that of another checkout that runs right now. */
const UNUSED = 2 * 60 * 60 * 1000;

/** Part of an image's fingerprint, for what this folder's code makes of the same content. */
const FORMAT = 3;
