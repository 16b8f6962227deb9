import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { unpack } from '../../../cli/bootstrap/untar';
import { pack } from '../../../cli/push/tar';
import { BootstrapFixture } from './fixture';

const fixture = new BootstrapFixture();
const long = `${'folder/'.repeat(20)}file.yaml`;

describe('an archive', () => {
  it('of our own is unpacked', () => {
    const files = [
      { name: 'a.yaml', content: Buffer.from('a\n'.repeat(900)) },
      { name: long, content: Buffer.from('long\n') },
    ];
    expect(unpack(pack(files).blob)).toEqual(files);
  });

  it.each(['ustar', 'pax'])('of GNU tar in the format %s is unpacked', (format) => {
    fixture.write(`packed/a.yaml`, 'a\n');
    fixture.write(`packed/${long}`, 'long\n');
    const tar = spawnSync('tar', [
      '-cz',
      `--format=${format}`,
      '-C',
      path.join(fixture.folder, 'packed'),
      '.',
    ]);
    const found = unpack(tar.stdout).map(({ name, content }) => [name, content.toString()]);
    expect(found.sort()).toEqual([
      ['a.yaml', 'a\n'],
      [long, 'long\n'],
    ]);
  });

  it.each(['../up.yaml', '/etc/up.yaml', 'a/../../up.yaml', 'a\\up.yaml'])('with %s is refused', (name) => {
    const { blob } = pack([{ name, content: Buffer.from('') }]);
    expect(() => unpack(blob)).toThrow('it has a file outside of its folder');
  });

  it('that is cut or none is refused', () => {
    expect(() => unpack(gzipSync(Buffer.alloc(512, 'x')))).toThrow('it is no whole archive');
    expect(() => unpack(Buffer.from('no gzip'))).toThrow();
  });
});
