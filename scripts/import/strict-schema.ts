import { ImportFailure } from './failure';
import { mapAlternatives, mapParts, pick, type Schema } from './schema';

/** Keywords that JSON Schema and OpenAPI mean alike; all others are turned into them or dropped. */
const kept = [
  'type',
  'properties',
  'required',
  'additionalProperties',
  'items',
  'enum',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'allOf',
  'anyOf',
  'oneOf',
  'not',
] as const;

/** What a format means, in keywords that every validator knows. */
const formats: Record<string, Schema> = {
  int32: { minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  'date-time': { pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$' },
  byte: { pattern: '^[A-Za-z0-9+/\\r\\n]*={0,2}[\\r\\n]*$' },
};

/**
 * Turns a structural schema (of a CRD, or of a Kubernetes type) into a strict JSON Schema: a field that the API server would drop is
 * an error here, and what only people or the API server read (descriptions, defaults, CEL) is gone.
 */
export function strictSchema(structural: Schema): Schema {
  if (structural.$ref !== undefined) return { $ref: structural.$ref };
  const schema = mapAlternatives(mapParts(structural, strictSchema), looseSchema);
  if (structural['x-kubernetes-int-or-string']) {
    schema.type = ['integer', 'string'];
    // Always the same pair of integer and string; more constraints are in allOf.
    delete schema.anyOf;
  }
  if (structural.type === 'object' && !allowsAnyField(structural)) schema.additionalProperties = false;
  if (structural.type === 'array' && structural['x-kubernetes-list-type'] === 'set')
    schema.uniqueItems = true;
  return finish(schema, structural);
}

/** An alternative only narrows what the structural schema around it allows, so it forbids no field. */
function looseSchema(alternative: Schema): Schema {
  return finish(mapAlternatives(mapParts(alternative, looseSchema), looseSchema), alternative);
}

function allowsAnyField(structural: Schema): boolean {
  return Boolean(structural['x-kubernetes-preserve-unknown-fields'] || structural.additionalProperties);
}

function finish(schema: Schema, original: Schema): Schema {
  const finished: Schema = { ...formatKeywords(original), ...pick(schema, kept) };
  if (finished.pattern !== undefined) finished.pattern = portablePattern(finished.pattern);
  return original.nullable ? nullable(finished) : finished;
}

function formatKeywords(original: Schema): Schema {
  return (original.format === undefined ? undefined : formats[original.format]) ?? {};
}

function nullable(schema: Schema): Schema {
  const result = { ...schema };
  if (schema.type !== undefined) result.type = [schema.type, 'null'].flat();
  if (schema.enum && !schema.enum.includes(null)) result.enum = [...schema.enum, null];
  return result;
}

/** A pattern in the syntax that Go's RE2 and JavaScript share; `(?i)` at the start is spelled out. */
export function portablePattern(pattern: string): string {
  const caseless = /^\^?\(\?i\)/.exec(pattern)?.[0];
  const portable =
    caseless && !/[\\[]/.test(pattern)
      ? caseless.replace('(?i)', '') + pattern.slice(caseless.length).replace(/[a-z]/gi, eitherCase)
      : pattern;
  try {
    new RegExp(portable, 'u');
    return portable;
  } catch (cause) {
    throw new ImportFailure(`No JavaScript pattern is known for ${pattern}: teach portablePattern.`, {
      cause,
    });
  }
}

function eitherCase(letter: string): string {
  return `[${letter.toUpperCase()}${letter.toLowerCase()}]`;
}
