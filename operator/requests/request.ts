import { checkSpec } from '../../constructs/redis-backup/check';
import { NOT_BY_ANNOTATION, type RedisBackupSpec } from '../../constructs/redis-backup/spec';
import { REQUEST } from './resource';

/** What an annotation asks for, or why it cannot be had. */
export type Request = { readonly spec: RedisBackupSpec } | { readonly refusal: string };

const REMEDY = 'write "true", or an object such as {"redis": {"memory": "512Mi"}}';

/** Reads the annotation of a Deployment: `true`, or an object of spec fields. */
export function readRequest(written: string): Request {
  if (written.trim() === 'true') return { spec: {} };
  let spec: RedisBackupSpec;
  try {
    spec = JSON.parse(written) as RedisBackupSpec;
  } catch (error) {
    return { refusal: `${REQUEST} is no JSON: ${(error as Error).message}; ${REMEDY}` };
  }
  if (typeof spec === 'string') {
    const remedy = `it is quoted twice: leave out the inner quotes, and ${REMEDY}`;
    return { refusal: `${REQUEST}: the value (${written.trim().slice(0, 100)}) is no object; ${remedy}` };
  }
  const said = [...forbidden(spec), ...checkSpec('', spec).map(sentence)];
  return said.length > 0 ? { refusal: `${REQUEST}: ${said.join('. ')}` } : { spec };
}

function forbidden(spec: RedisBackupSpec): string[] {
  return NOT_BY_ANNOTATION.filter((field) => isWritten(spec, field.split('.'))).map(
    (field) => `${field} cannot be set by annotation; leave it out, or write a RedisBackup instead`,
  );
}

function isWritten(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
  return isWritten((value as Record<string, unknown>)[name], rest);
}

function sentence({ field, value, problem, remedy }: ReturnType<typeof checkSpec>[number]): string {
  const shown = (JSON.stringify(value) ?? 'missing').slice(0, 100);
  return `${field || 'the value'} (${shown}) ${problem}; ${remedy}`;
}
