import Ajv from 'ajv';
import type { Schema } from '../../../scripts/import/schema';
import { portablePattern, strictSchema } from '../../../scripts/import/strict-schema';

function accepts(structural: Schema, value: unknown): boolean {
  return new Ajv({ strictTypes: false }).compile(strictSchema(structural))(value);
}

describe('strictSchema', () => {
  const spec: Schema = {
    type: 'object',
    description: 'prose',
    required: ['name'],
    properties: { name: { type: 'string', description: 'prose', default: 'x' } },
  };

  it('refuses a field that the schema does not have, at any depth', () => {
    expect(accepts(spec, { name: 'a' })).toBe(true);
    expect(accepts(spec, { name: 'a', nmae: 'b' })).toBe(false);
    const nested: Schema = { type: 'object', properties: { list: { type: 'array', items: spec } } };
    expect(accepts(nested, { list: [{ name: 'a' }] })).toBe(true);
    expect(accepts(nested, { list: [{ name: 'a', nmae: 'b' }] })).toBe(false);
  });

  it('refuses any field of an object that has none', () => {
    expect(accepts({ type: 'object' }, {})).toBe(true);
    expect(accepts({ type: 'object' }, { a: 1 })).toBe(false);
  });

  it('lets unknown fields pass where the API server preserves them, and still checks the known ones', () => {
    const open: Schema = { ...spec, 'x-kubernetes-preserve-unknown-fields': true };
    expect(accepts(open, { name: 'a', other: { deep: 1 } })).toBe(true);
    expect(accepts(open, { name: 1 })).toBe(false);
    expect(accepts({ 'x-kubernetes-preserve-unknown-fields': true }, ['anything'])).toBe(true);
  });

  it('checks the values of a map', () => {
    const map: Schema = { type: 'object', additionalProperties: spec };
    expect(accepts(map, { any: { name: 'a' } })).toBe(true);
    expect(accepts(map, { any: { nmae: 'a' } })).toBe(false);
  });

  it('takes an integer or a string, and holds only the string to the pattern', () => {
    const percent: Schema = {
      'x-kubernetes-int-or-string': true,
      anyOf: [{ type: 'integer' }, { type: 'string' }],
      pattern: '^\\d+%$',
    };
    expect([1, '10%'].map((value) => accepts(percent, value))).toEqual([true, true]);
    expect([1.5, '10', true, null].map((value) => accepts(percent, value))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('takes null only where it is nullable', () => {
    expect(accepts({ type: 'string', enum: ['a'] }, null)).toBe(false);
    expect(accepts({ type: 'string', enum: ['a'], nullable: true }, null)).toBe(true);
  });

  it('turns formats into what every validator checks', () => {
    expect(accepts({ type: 'integer', format: 'int32' }, 2 ** 31 - 1)).toBe(true);
    expect(accepts({ type: 'integer', format: 'int32' }, 2 ** 31)).toBe(false);
    expect(accepts({ type: 'integer', format: 'int32', maximum: 5 }, 6)).toBe(false);
    expect(accepts({ type: 'integer', format: 'int64' }, 2 ** 31)).toBe(true);
    expect(accepts({ type: 'string', format: 'date-time' }, '2026-01-02T03:04:05.6+01:00')).toBe(true);
    expect(accepts({ type: 'string', format: 'date-time' }, '2026-01-02')).toBe(false);
    expect(accepts({ type: 'string', format: 'byte' }, 'YWJj')).toBe(true);
    expect(accepts({ type: 'string', format: 'byte' }, 'a-b')).toBe(false);
  });

  it('keeps alternatives as constraints that forbid no field', () => {
    const either: Schema = {
      type: 'object',
      properties: { a: { type: 'string' }, b: { type: 'string' } },
      oneOf: [{ required: ['a'], properties: { a: { minLength: 1 } } }, { required: ['b'] }],
    };
    expect(accepts(either, { a: 'x' })).toBe(true);
    expect(accepts(either, { b: '' })).toBe(true);
    expect(accepts(either, { a: 'x', b: 'x' })).toBe(false);
    expect(accepts(either, { a: '' })).toBe(false);
    expect(accepts(either, { a: 'x', c: 'x' })).toBe(false);
  });

  it('allows each item of a set once', () => {
    const set: Schema = { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' };
    expect(accepts(set, ['a', 'b'])).toBe(true);
    expect(accepts(set, ['a', 'a'])).toBe(false);
  });

  it('drops prose, defaults and CEL, but not properties of those names', () => {
    const schema = strictSchema({
      ...spec,
      'x-kubernetes-validations': [{ rule: 'true', message: 'prose' }],
      properties: { description: { type: 'string', title: 'prose' }, default: { type: 'string' } },
    });
    expect(schema).toEqual({
      type: 'object',
      properties: { description: { type: 'string' }, default: { type: 'string' } },
      required: ['name'],
      additionalProperties: false,
    });
  });
});

describe('portablePattern', () => {
  it('leaves what JavaScript understands as it is', () => {
    expect(portablePattern('^[a-z]+\\.$')).toBe('^[a-z]+\\.$');
  });

  it('spells out that case does not matter', () => {
    const pattern = new RegExp(portablePattern('^(?i)(abort|warn)?$'));
    expect(['', 'abort', 'ABORT', 'Warn'].every((value) => pattern.test(value))).toBe(true);
    expect(pattern.test('abort!')).toBe(false);
  });

  it('fails on a pattern that only Go understands', () => {
    expect(() => portablePattern('^[a-z](?i)x$')).toThrow('No JavaScript pattern is known for ^[a-z](?i)x$');
  });
});
