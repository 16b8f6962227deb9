import type { JSONSchemaProps } from '../../imports/kubernetes';
import { checkFields, type Fields } from '../fleet/check/fields';
import { isLabelKey, isLabelValue } from '../fleet/check/labels';
import type { Problem } from '../problem';
import { durationOf, longestPause, minutesOf } from './pause';
import { MIN_MEMORY, parseBytes } from './quantity';
import { scheduleError } from './schedule';
import { PATTERN_REMEDIES, SPEC_SCHEMA } from './schema';
import { type RedisBackupSpec, resolveSpec } from './spec';

/**
 * What is wrong with a spec, each with field and remedy: for the construct at synth time, and for the
 * operator when it reads an annotation.
 */
export function checkSpec(path: string, spec: RedisBackupSpec): Problem[] {
  const problems = checkValue(path, '', spec, SPEC_SCHEMA);
  return problems.length > 0 ? problems : checkMeaning(path, spec);
}

/** A value against the part of OpenAPI that the schema of the spec uses. */
function checkValue(path: string, field: string, value: unknown, schema: JSONSchemaProps): Problem[] {
  if (value === undefined) return [];
  if (!hasType(value, schema.type)) {
    const remedy = TYPE_REMEDIES[schema.type ?? ''] ?? 'write a string';
    return [{ code: 'field-malformed', path, field, value, problem: `is no ${schema.type}`, remedy }];
  }
  if (schema.type === 'object') return checkObject(path, field, value as object, schema);
  return checkScalar(path, field, value, schema);
}

function checkObject(path: string, field: string, value: object, schema: JSONSchemaProps): Problem[] {
  const { properties, required = [], additionalProperties } = schema;
  const at = (name: string) => (field ? `${field}.${name}` : name);
  if (!properties) {
    if (typeof additionalProperties !== 'object') return [];
    return Object.entries(value).flatMap(([name, member]) =>
      checkValue(path, at(name), member, additionalProperties),
    );
  }
  const known = Object.fromEntries(
    Object.keys(properties).map((name) => [name, required.includes(name) ? 'any' : 'any?']),
  );
  return [
    ...checkFields(path, field, value, known as Fields<object>),
    ...Object.entries(properties).flatMap(([name, member]) =>
      checkValue(path, at(name), (value as Record<string, unknown>)[name], member),
    ),
  ];
}

function checkScalar(path: string, field: string, value: unknown, schema: JSONSchemaProps): Problem[] {
  const { enum: choices, format, maximum, maxLength, minimum, pattern } = schema;
  const wrong = (problem: string, remedy: string, code = 'value-invalid'): Problem[] => [
    { code, path, field, value, problem, remedy },
  ];
  if (choices && !choices.includes(value)) return wrong('is no choice here', `use ${choices.join(' or ')}`);
  if (typeof value === 'number') {
    const fits = value >= (minimum ?? value) && value <= (maximum ?? value);
    return fits ? [] : wrong('is out of range', `use ${minimum} to ${maximum}`);
  }
  if (typeof value !== 'string') return [];
  if (pattern && !new RegExp(pattern).test(value)) {
    const code = field.endsWith('image') ? 'image-not-pinned' : 'value-invalid';
    return wrong(
      `does not match ${pattern}`,
      PATTERN_REMEDIES[pattern] ?? 'write it so that it matches',
      code,
    );
  }
  if (format === 'date-time' && !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value)) {
    return wrong('is no time', 'write it as 2026-01-31T12:00:00Z');
  }
  if (maxLength !== undefined && value.length > maxLength) {
    return wrong(`has ${value.length} characters`, `use at most ${maxLength}`);
  }
  return value === '' && schema.minLength ? wrong('is empty', 'write a value, or leave it out') : [];
}

const TYPE_REMEDIES: Readonly<Record<string, string>> = {
  object: 'write its fields in braces',
  integer: 'write a whole number',
  boolean: 'write true or false',
};

function hasType(value: unknown, type: string | undefined): boolean {
  switch (type) {
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return typeof value === 'string';
  }
}

/** What a schema cannot say. */
function checkMeaning(path: string, spec: RedisBackupSpec): Problem[] {
  const { redis, schedule, freshness, restoreTest } = resolveSpec(spec);
  const problems = [
    ...checkSchedule(path, '', schedule, freshness),
    ...checkSchedule(path, 'restoreTest.', restoreTest.schedule, restoreTest.freshness),
  ];
  problems.push(...checkClients(path, spec.clients));
  const [memory = 0, size = 0] = [parseBytes(redis.memory), parseBytes(redis.storage.size)];
  if (memory < (parseBytes(MIN_MEMORY) ?? 0)) {
    problems.push({
      code: 'value-invalid',
      path,
      field: 'redis.memory',
      value: redis.memory,
      problem:
        'is less than a server needs beside its data: it, or the job that loads its dump, would be killed',
      remedy: `give it ${MIN_MEMORY} or more`,
    });
  }
  if (size < 2 * memory) {
    problems.push({
      code: 'storage-small',
      path,
      field: 'redis.storage.size',
      value: redis.storage.size,
      problem: `is less than twice the memory (${redis.memory}): a rewrite needs old and new at once`,
      remedy: 'give it more, or the server less memory',
    });
  }
  const { bucket, restore } = spec;
  if (bucket?.name !== undefined) problems.push(...checkBucketName(path, 'bucket.name', bucket.name));
  if (restore?.from && 'key' in restore.from === 'time' in restore.from) {
    problems.push({
      code: 'value-invalid',
      path,
      field: 'restore.from',
      value: restore.from,
      problem: 'names not exactly one of key and time',
      remedy: 'give one of them, or leave `from` out for the newest backup',
    });
  }
  return problems;
}

/** Labels that a NetworkPolicy cannot select by: the API server would refuse it at every attempt. */
function checkClients(path: string, clients: RedisBackupSpec['clients'] = {}): Problem[] {
  const letters = 'letters, digits, `-`, `_` and `.`, at most 63';
  return Object.entries(clients).flatMap(([key, value]) => {
    const at = { code: 'label-malformed', path, field: `clients.${key}`, value };
    return [
      ...(isLabelKey(key)
        ? []
        : [
            {
              ...at,
              problem: 'is no key of a label',
              remedy: `use ${letters}, and before it at most a DNS name and \`/\`, such as app.kubernetes.io/name`,
            },
          ]),
      ...(isLabelValue(value)
        ? []
        : [{ ...at, problem: 'is no label value', remedy: `use a text of ${letters}` }]),
    ];
  });
}

/** A schedule by itself, and against the age at which its newest result counts as old. */
function checkSchedule(path: string, at: string, schedule: string, freshness: string): Problem[] {
  const pause = scheduleError(schedule) === undefined ? longestPause(schedule) : 0;
  const problem = scheduleError(schedule) ?? (pause === Infinity ? 'never comes' : undefined);
  if (problem) {
    const remedy = 'write minute, hour, day of month, month and day of week, such as H * * * *';
    const field = `${at}schedule`;
    return [{ code: 'schedule-invalid', path, field, value: schedule, problem, remedy }];
  }
  if (minutesOf(freshness) > pause) return [];
  return [
    {
      code: 'freshness-short',
      path,
      field: `${at}freshness`,
      value: freshness,
      problem: `is not longer than the longest pause of the schedule ${schedule} (${durationOf(pause)}): it would alert without cause`,
      remedy: `promise more than ${durationOf(pause)}, with time for the job, or run more often`,
    },
  ];
}

const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '--x-s3', '--table-s3'];

/**
 * Prefixes and suffixes that S3 keeps for itself (`.mrap` has a dot, which no name here has).
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function checkBucketName(path: string, field: string, name: string): Problem[] {
  const reserved =
    RESERVED_PREFIXES.find((prefix) => name.startsWith(prefix)) ??
    RESERVED_SUFFIXES.find((suffix) => name.endsWith(suffix));
  if (!reserved) return [];
  const problem = `has ${reserved}, which S3 reserves`;
  return [{ code: 'bucket-name', path, field, value: name, problem, remedy: 'choose another name' }];
}
