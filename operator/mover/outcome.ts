import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { codeOf, statusOf } from '../s3/access';
import { LayoutError } from '../s3/layout';
import { BucketRefused } from '../s3/refused';

/** What no new pod could do either. */
export class Impossible extends Error {}

/** Codes of S3 that no new pod would be spared; what it forbids now, it may allow once someone has seen to it. */
const LASTING: ReadonlySet<string> = new Set(['NoSuchBucket', 'InvalidBucketName', 'PermanentRedirect']);

/** The exit code for an error: 1 if a new pod may succeed, 2 if none can. */
export function exitCodeOf(error: unknown): 1 | 2 {
  const lasting =
    error instanceof Impossible || error instanceof BucketRefused || error instanceof LayoutError;
  return lasting || LASTING.has(codeOf(error)) ? 2 : 1;
}

/** An error as one line for people. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  const code = codeOf(error);
  const named = code !== 'Error' && !(error instanceof BucketRefused) && statusOf(error) !== undefined;
  const parts = [named ? `S3 says ${code}: ${message}` : message || code];
  if (cause instanceof Error && cause.message !== message) parts.push(cause.message);
  if (error instanceof BucketRefused) parts.push(error.remedy);
  return parts.join(': ').replaceAll(/\s+/g, ' ');
}

/** What Kubernetes takes as the reason why a container ended, at most 4,096 bytes of it. It makes the file. */
export function writeTermination(message: string, file = '/dev/termination-log'): void {
  try {
    const opened = openSync(file, constants.O_WRONLY);
    writeSync(opened, Buffer.from(message).subarray(0, 4096));
    closeSync(opened);
  } catch {
    // Not in a pod. It is on standard output or error as well.
  }
}
