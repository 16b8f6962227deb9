import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/folder';
import { ARCHIVE, digestNameIn, tar, writeImage } from './archive';

const scratch = temporaryFolder('archive');

/** Writes an image of one file. */
async function image(folder: string, name: string, content: string): Promise<string> {
  const work = path.join(scratch, folder);
  mkdirSync(work);
  writeFileSync(path.join(work, 'program'), content);
  const layer = path.join(work, 'layer.tar');
  await tar(layer, work, 'program');
  await writeImage(work, name, layer, { Entrypoint: ['/program'] });
  return path.join(work, ARCHIVE);
}

const fileIn = (archive: string, name: string) =>
  JSON.parse(execFileSync('tar', ['-xOf', archive, name], { encoding: 'utf8' }));

test('an image is in its archive by its tag and by its digest', async () => {
  const archive = await image('one', 'registry.test:5000/a/b:1.2', 'one');
  const { manifests } = fileIn(archive, 'index.json');
  const names = manifests.map(
    (each: { annotations: Record<string, string> }) => each.annotations['io.containerd.image.name'],
  );
  const byDigest = await digestNameIn(archive, 'registry.test:5000/a/b:1.2');
  expect(names).toEqual(['registry.test:5000/a/b:1.2', byDigest]);
  expect(byDigest).toMatch(/^registry\.test:5000\/a\/b@sha256:[0-9a-f]{64}$/);
  const manifest = fileIn(archive, `blobs/sha256/${byDigest.split(':').at(-1)}`);
  const config = fileIn(archive, `blobs/sha256/${manifest.config.digest.split(':')[1]}`);
  expect(config.config).toEqual({ Entrypoint: ['/program'] });
  expect(config.rootfs.diff_ids).toEqual([manifest.layers[0].digest]);
});

test('the same content has the same digest, another one another', async () => {
  const archives = [await image('a', 'x:1', 'a'), await image('b', 'x:1', 'a'), await image('c', 'x:1', 'c')];
  const [a, b, c] = await Promise.all(archives.map((archive) => digestNameIn(archive, 'x:1')));
  expect(a).toBe(b);
  expect(c).not.toBe(a);
});
