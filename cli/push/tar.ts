import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A file of an archive. */
export interface ArchiveFile {
  /** Its path, with `/` between folders. */
  readonly name: string;
  readonly content: Buffer;
}

/** An archive, packed. */
export interface Archive {
  /** The packed bytes. */
  readonly blob: Buffer;
  /** Bytes before packing. */
  readonly contentSize: number;
  /** `sha256:` of the bytes before packing: what the archive says, whatever packed it. */
  readonly contentDigest: string;
}

const BLOCK = 512;

/** `sha256:` and the hexadecimal digest of bytes, as registries write it. */
export function digestOf(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * Packs files as `tar.gz`. The archive before compression is a pure function of names and contents; what zlib makes
 * of it differs between its builds (Node's uses other instructions on other processors), so that two archives
 * are the same when their `contentDigest` is.
 */
export function pack(files: readonly ArchiveFile[]): Archive {
  const content = tar(files);
  const blob = gzipSync(content, { level: 9 });
  blob.writeUInt32LE(0, 4); // no time
  blob.writeUInt8(255, 9); // on no known system
  return { blob, contentSize: content.length, contentDigest: digestOf(content) };
}

/**
 * A POSIX archive of files, sorted by the bytes of their names, without owners, times and folders.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13
 */
export function tar(files: readonly ArchiveFile[]): Buffer {
  const sorted = files
    .map((file) => ({ ...file, bytes: Buffer.from(file.name) }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes));
  const blocks = sorted.flatMap(({ name, bytes, content }) => [
    ...header(name, bytes, content),
    ...padded(content),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header(name: string, bytes: Buffer, content: Buffer): Buffer[] {
  if (bytes.length <= 100 && /^[\x20-\x7e]+$/.test(name)) return [ustar(bytes, content.length, '0')];
  // The name goes into a record before the file; what follows is for readers that know no records.
  const record = pathRecord(bytes);
  return [
    ustar(Buffer.from('pax-header'), record.length, 'x'),
    ...padded(record),
    ustar(bytes.subarray(-100), content.length, '0'),
  ];
}

/** `<length> path=<name>\n`, whose length counts its own digits. */
function pathRecord(name: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(' path='), name, Buffer.from('\n')]);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function ustar(name: Buffer, size: number, type: '0' | 'x'): Buffer {
  const block = Buffer.alloc(BLOCK);
  name.copy(block, 0);
  const octal = (value: number, at: number, width: number) =>
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1');
  octal(0o644, 100, 8);
  octal(0, 108, 8); // owner
  octal(0, 116, 8); // group
  octal(size, 124, 12);
  octal(0, 136, 12); // time
  block.write(' '.repeat(8), 148, 'latin1');
  block.write(`${type}`, 156, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padded(content: Buffer): Buffer[] {
  return [content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
}
