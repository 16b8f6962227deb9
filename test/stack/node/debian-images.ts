import path from 'node:path';
import { CommandError, run } from '../command';
import { type ImageConfig, writeImage } from './archive';
import { type Image, makeImage } from './images';

/** Where Debian is had from. */
const MIRROR = 'http://deb.debian.org/debian';

/** What no test reads. */
const LEFT_OUT = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** The environment of the official images. */
const PATH = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

interface DebianImage {
  readonly suite: 'bookworm' | 'trixie';
  readonly packages: readonly string[];
  readonly config: ImageConfig;
  /** A shell command after which the system in `$1` is complete. */
  readonly finish?: string;
}

/**
 * Debian's Valkey in the place of the official image: its user is 999 there, too. It has GNU's tools where that one
 * has those of Alpine.
 */
export const valkeyImage: Image = serverImage('valkey', 'trixie', '8.1');

/** Debian's Redis: another flavour, which reads no RDB newer than version 10. */
export const redisImage: Image = serverImage('redis', 'bookworm', '7.0');

/** Debian's Node, for what the official image is the base of. */
export const nodeImage: Image = debianImage('fleetwright.dev/node:20', {
  suite: 'trixie',
  packages: ['nodejs'],
  config: { Entrypoint: ['node'], Env: [PATH] },
});

function serverImage(name: 'valkey' | 'redis', suite: DebianImage['suite'], version: string): Image {
  return debianImage(`fleetwright.dev/${name}:${version}`, {
    suite,
    packages: [`${name}-server`, `${name}-tools`],
    config: { Entrypoint: [`${name}-server`], Env: [PATH], User: '999:999' },
    finish: `chroot "$1" groupmod --gid 999 ${name} && chroot "$1" usermod --uid 999 ${name}`,
  });
}

/** An image of Debian with a few packages, as they were when it was first made here. */
function debianImage(name: string, image: DebianImage): Image {
  return {
    name,
    archive: () =>
      makeImage(name, [image, LEFT_OUT], async (scratch) => {
        const layer = path.join(scratch, 'layer.tar');
        await bootstrap(layer, image);
        await writeImage(scratch, name, layer, image.config);
      }),
  };
}

async function bootstrap(target: string, { suite, packages, finish }: DebianImage): Promise<void> {
  const command = [
    ...['mmdebstrap', '--quiet', '--variant=minbase', '--mode=root', '--components=main'],
    ...LEFT_OUT.map((files) => `--dpkgopt=path-exclude=${files}`),
    `--include=${packages.join(',')}`,
    ...(finish ? [`--customize-hook=${finish}`] : []),
    ...[suite, target, MIRROR],
  ];
  // Its own work folder is as big as the system: the cache has room where the machine's temporary files may not.
  const env = { ...process.env, TMPDIR: path.dirname(target) };
  const result = await run(command, { env }).catch(() => undefined);
  if (!result) throw new Error('Images of Debian need mmdebstrap: apt-get install mmdebstrap');
  if (result.code !== 0) throw new CommandError(command, result);
}
