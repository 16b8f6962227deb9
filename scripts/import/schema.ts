/** A JSON Schema, or the OpenAPI dialect of it that CRDs and Kubernetes' own documents are written in. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  nullable?: boolean;
  default?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  uniqueItems?: boolean;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  allOf?: Schema[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  not?: Schema;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-list-type'?: string;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  [keyword: string]: unknown;
}

/** The schemas below a schema that describe parts of the value (a property, an item). */
export function mapParts(schema: Schema, map: (part: Schema) => Schema): Schema {
  const mapped: Schema = { ...schema };
  if (schema.properties) mapped.properties = mapValues(schema.properties, map);
  if (schema.items) mapped.items = map(schema.items);
  if (typeof schema.additionalProperties === 'object') {
    mapped.additionalProperties = map(schema.additionalProperties);
  }
  return mapped;
}

/** The schemas below a schema that describe the same value once more (allOf, anyOf, oneOf, not). */
export function mapAlternatives(schema: Schema, map: (alternative: Schema) => Schema): Schema {
  const mapped: Schema = { ...schema };
  if (schema.allOf) mapped.allOf = schema.allOf.map(map);
  if (schema.anyOf) mapped.anyOf = schema.anyOf.map(map);
  if (schema.oneOf) mapped.oneOf = schema.oneOf.map(map);
  if (schema.not) mapped.not = map(schema.not);
  return mapped;
}

/** The schema with only these keywords, in this order. */
export function pick(schema: Schema, keywords: readonly string[]): Schema {
  return Object.fromEntries(
    keywords.filter((keyword) => schema[keyword] !== undefined).map((keyword) => [keyword, schema[keyword]]),
  );
}

/** The same record with each value mapped. */
export function mapValues<A, B>(
  record: Record<string, A>,
  map: (value: A, key: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}

/** Compares by code unit, so that no locale changes an order. */
export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
