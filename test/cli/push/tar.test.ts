import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type ArchiveFile, digestOf, pack, tar } from '../../../cli/push/tar';
import { readTree, temporaryFolder } from '../../support/folder';

const scratch = temporaryFolder('tar');
const file = (name: string, text: string): ArchiveFile => ({ name, content: Buffer.from(text) });

const deep = `dist/prod/${'very-long-folder/'.repeat(8)}kustomization.yaml`;
const SAMPLES = [
  file('dist/prod/b.yaml', 'b\n'),
  file('dist/prod/a.yaml', 'a\n'.repeat(600)),
  file('dist/prod/empty.yaml', ''),
  file(deep, 'deep\n'),
  file(`dist/${'x'.repeat(95)}`, 'exactly 100\n'),
  file(`dist/${'x'.repeat(96)}`, 'one more\n'),
  file('dist/prod/größe-日本.yaml', 'unicode\n'),
  file('dist/prod/block.yaml', 'x'.repeat(512)),
];

describe('an archive', () => {
  test('unpacks to the same files', () => {
    const folder = path.join(scratch, 'unpacked');
    fs.mkdirSync(folder);
    const { status, stderr } = spawnSync('tar', ['-xzf', '-', '-C', folder], {
      input: pack(SAMPLES).blob,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(readTree(folder)).toEqual(
      Object.fromEntries(SAMPLES.map(({ name, content }) => [name, content.toString()])),
    );
  });

  test('is in the order of the bytes of names, whatever the order that it is given', () => {
    const names = ['a/c', 'a-b', 'a/B', 'ä', 'a', '\u{1f600}', '\uffee'];
    const packed = tar(names.map((name) => file(name, '')));
    const { stdout } = spawnSync('tar', ['-tf', '-', '--quoting-style=literal', '--show-stored-names'], {
      input: packed,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    expect(stdout.trim().split('\n')).toEqual(['a', 'a-b', 'a/B', 'a/c', 'ä', '\uffee', '\u{1f600}']);
    expect(tar([...names].reverse().map((name) => file(name, '')))).toEqual(packed);
  });

  test('names no owner and no time', () => {
    const { stdout } = spawnSync('tar', ['-tvf', '-', '--numeric-owner', '--utc', '--full-time'], {
      input: tar([file('a', 'x')]),
      encoding: 'utf8',
    });
    expect(stdout).toMatch(/^-rw-r--r-- 0\/0 +1 1970-01-01 00:00:00 a\n$/);
    const { blob } = pack([file('a', 'x')]);
    expect([...blob.subarray(0, 10)]).toEqual([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255]);
  });

  test('is the same on every machine and with every Node, before it is packed', () => {
    const { blob, contentDigest, contentSize } = pack(SAMPLES);
    expect(contentDigest).toBe('sha256:cb49faf2129088d8588f7e20722e3e29c8a8d3a5aecb15212594ab5d2d8937e9');
    const content = gunzipSync(blob);
    expect(content.length).toBe(contentSize);
    expect(digestOf(content)).toBe(contentDigest);
  });
});
