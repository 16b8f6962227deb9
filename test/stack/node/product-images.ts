import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { MOVER_IMAGE, OPERATOR_IMAGE } from '../../../constructs/versions';
import { bundlePrograms, writeContext } from '../../../scripts/programs/programs';
import { ROOT } from '../../support/folder';
import { CommandError, run } from '../command';
import { shellOperator } from '../parts';
import { BY_TAG, packImage } from './archive';
import { nodeImage } from './debian-images';
import { binaryImage, type Image, makeImage } from './images';

const DOCKERFILE = path.join(ROOT, 'operator/image/Dockerfile');

/** The engine where the published image has it. */
const engineImage: Image = binaryImage('fleetwright.dev/shell-operator:1', shellOperator, 'shell-operator');

/** The operator's image as it is published, but for its base and its engine: Debian's Node, and a static binary. */
export const operatorImage: Image = productImage(OPERATOR_IMAGE, 'operator', 'hooks/', {
  BASE: nodeImage,
  ENGINE: engineImage,
});

/** The mover's image as it is published, but for its base. */
export const moverImage: Image = productImage(MOVER_IMAGE, 'mover', 'mover.js', { BASE: nodeImage });

/**
 * An image of our Dockerfile, from bases that were made here: no registry is asked.
 *
 * @param program how the files of its programs begin
 */
function productImage(
  name: string,
  target: string,
  program: string,
  bases: Readonly<Record<string, Image>>,
): Image {
  return {
    name,
    archive: async () => {
      const from: string[] = [];
      for (const [argument, base] of Object.entries(bases))
        from.push(`${argument}=oci-archive:${await base.archive()}:${BY_TAG}`);
      const programs = (await bundlePrograms()).filter(({ file }) => file.startsWith(program));
      return makeImage(name, [readFileSync(DOCKERFILE, 'utf8'), from, programs], (scratch) =>
        buildImage(scratch, name, target, from),
      );
    },
  };
}

async function buildImage(
  scratch: string,
  name: string,
  target: string,
  from: readonly string[],
): Promise<void> {
  const [context, layout] = [path.join(scratch, 'context'), path.join(scratch, 'layout')];
  const storage = path.join(scratch, 'storage');
  await writeContext(context);
  const bases = from.map((each) => `--build-arg=${each}`);
  await buildah(storage, [
    ...['build', '--isolation=chroot', '--pull=false', `--file=${DOCKERFILE}`, `--target=${target}`],
    ...[...bases, `--tag=${target}`, context],
  ]);
  await buildah(storage, ['push', '--quiet', target, `oci:${layout}`]);
  await packImage(scratch, name, layout);
  for (const folder of [context, storage]) rmSync(folder, { recursive: true });
}

/** Keeps everything in the given folder: what else it has on this machine is not for a test to change. */
async function buildah(storage: string, args: readonly string[]): Promise<void> {
  const folders = [`--root=${path.join(storage, 'root')}`, `--runroot=${path.join(storage, 'run')}`];
  const command = ['buildah', ...folders, '--storage-driver=vfs', ...args];
  const env = { ...process.env, TMPDIR: path.dirname(storage) };
  const result = await run(command, { env }).catch(() => undefined);
  if (!result) throw new Error('Images of a Dockerfile need buildah: apt-get install buildah');
  if (result.code !== 0) throw new CommandError(command, result);
}
