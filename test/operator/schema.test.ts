import Ajv from 'ajv';
import { SPEC_SCHEMA } from '../../constructs/redis-backup/schema';
import type { JSONSchemaProps } from '../../imports/kubernetes';
import { allSpec } from '../redis-backup/sample';

/** The paths of every property that a schema knows. */
function pathsOf(schema: JSONSchemaProps, at = ''): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [
    `${at}${name}`,
    ...pathsOf(member, `${at}${name}.`),
  ]);
}

/** The schema with nothing else allowed than it names, as the API server prunes it. */
function strict(schema: JSONSchemaProps): object {
  const properties = Object.entries(schema.properties ?? {}).map(([name, member]) => [name, strict(member)]);
  const { 'x-kubernetes-validations': _, format: __, ...rest } = schema;
  if (!schema.properties) return rest;
  return { ...rest, properties: Object.fromEntries(properties), additionalProperties: false };
}

test('the schema takes every field of the type, and no other', () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const validate = ajv.compile(strict(SPEC_SCHEMA));
  validate(allSpec);
  expect(validate.errors).toBeNull();
});

test('the type has every property of the schema', () => {
  const written = (value: object, at = ''): string[] =>
    Object.entries(value).flatMap(([name, member]) => [
      `${at}${name}`,
      ...(typeof member === 'object' ? written(member, `${at}${name}.`) : []),
    ]);
  const known = new Set(written(allSpec));
  // The two ways to name a backup exclude each other.
  expect(pathsOf(SPEC_SCHEMA).filter((path) => !known.has(path))).toEqual(['restore.from.key']);
});

test('every string and list has a bound, or the API server refuses the rules', () => {
  const unbounded = (schema: JSONSchemaProps, at: string): string[] => {
    const { enum: choices, format, maxLength, properties = {}, type } = schema;
    const own = type === 'string' && !choices && !format && !maxLength ? [at] : [];
    return [
      ...own,
      ...Object.entries(properties).flatMap(([name, member]) => unbounded(member, `${at}.${name}`)),
    ];
  };
  expect(unbounded(SPEC_SCHEMA, 'spec')).toEqual([]);
});
