import { gunzipSync } from 'node:zlib';

/** A file of an archive. */
export interface UnpackedFile {
  /** Its path, with `/` between folders. */
  readonly name: string;
  readonly content: Buffer;
}

const BLOCK = 512;

/** More than any install manifests have. */
const LARGEST = 50 * 1024 * 1024;

/**
 * The regular files of a packed archive.
 *
 * @throws Error on what is no archive, and on a name that leads out of the folder
 * @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13
 */
export function unpack(blob: Buffer): UnpackedFile[] {
  const bytes = gunzipSync(blob, { maxOutputLength: LARGEST });
  const files: UnpackedFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + BLOCK <= bytes.length && bytes[at] !== 0; ) {
    const header = bytes.subarray(at, at + BLOCK);
    const size = Number.parseInt(text(header, 124, 12) || '0', 8);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (!isHeader(header) || content.length !== size) throw new Error('it is no whole archive');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const type = text(header, 156, 1);
    if (type === 'x') {
      longName = / path=(.*)\n/.exec(content.toString('utf8'))?.[1];
      continue;
    }
    if (type === '' || type === '0') files.push({ name: safe(longName ?? nameOf(header)), content });
    longName = undefined;
  }
  return files;
}

function text(header: Buffer, from: number, length: number): string {
  return header
    .subarray(from, from + length)
    .toString('utf8')
    .replace(/\0.*$/s, '')
    .trim();
}

/** Whether the sum of its bytes is what it says, with spaces where it says it. */
function isHeader(header: Buffer): boolean {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
  return Number.parseInt(text(header, 148, 8), 8) === sum;
}

function nameOf(header: Buffer): string {
  const prefix = text(header, 257, 5) === 'ustar' ? text(header, 345, 155) : '';
  return prefix ? `${prefix}/${text(header, 0, 100)}` : text(header, 0, 100);
}

function safe(name: string): string {
  const steps = name.replace(/^(\.\/)+/, '').split('/');
  if (steps.every((step) => step !== '' && step !== '..' && !step.includes('\\'))) return steps.join('/');
  throw new Error('it has a file outside of its folder');
}
