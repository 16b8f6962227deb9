import type { CustomKind } from './crds';
import { type KubernetesApi, referredName } from './kubernetes-api';
import { mapParts, type Schema } from './schema';
import { strictSchema } from './strict-schema';

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

/** The strict schema of a whole object of a kind that a CRD defines, complete in itself. */
export function customSchema(kind: CustomKind, metadata: Schema): Schema {
  const schema = strictSchema(kind.schema);
  return {
    ...schema,
    properties: {
      ...schema.properties,
      apiVersion: { const: `${kind.group}/${kind.version}` },
      kind: { const: kind.kind },
      metadata,
    },
    required: [...new Set(['apiVersion', 'kind', 'metadata', ...(schema.required ?? [])])],
  };
}

/** The schema of `metadata` with everything it refers to put in place. */
export function metadataSchema(api: KubernetesApi): Schema {
  return inPlace({ $ref: `#/definitions/${objectMeta}` }, api.definitions);
}

function inPlace(schema: Schema, definitions: Record<string, Schema>): Schema {
  if (schema.$ref === undefined) return mapParts(schema, (part) => inPlace(part, definitions));
  return inPlace(definitions[referredName(schema.$ref)] ?? {}, definitions);
}
