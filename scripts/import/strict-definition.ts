import type { Schema } from './schema';
import { strictSchema } from './strict-schema';

const quantity =
  '^([+-]?)(\\d+(\\.\\d*)?|\\.\\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?(\\d+(\\.\\d*)?|\\.\\d+))?$';
const timestamp = strictSchema({ type: 'string', format: 'date-time' });
const jsonSchemaProps = {
  $ref: '#/definitions/io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps',
};

/** Types whose JSON form the OpenAPI document does not tell, because their Go type writes it by hand. */
const handWritten: Record<string, Schema> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { type: ['string', 'number'], pattern: quantity },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { type: ['integer', 'string'] },
  // Manifests made by Go programs carry `creationTimestamp: null`.
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { ...timestamp, type: ['string', 'null'] },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { ...timestamp, type: ['string', 'null'] },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { type: 'object' },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { type: 'object' },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': {},
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': {
    anyOf: [jsonSchemaProps, { type: 'array', items: jsonSchemaProps }],
  },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': {
    anyOf: [jsonSchemaProps, { type: 'boolean' }],
  },
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': {
    anyOf: [jsonSchemaProps, { type: 'array', items: { type: 'string' } }],
  },
};

/** Turns a definition of Kubernetes' OpenAPI document into a strict JSON Schema. */
export function strictDefinition(definition: Schema, name: string): Schema {
  return handWritten[name] ?? strictSchema(definition);
}
