import * as path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Schemas } from '../../cli/validate/schemas';

const schemas = new Schemas(path.join(__dirname, '../../imports/schemas'));

/** Expects every document to be what its pinned, strict schema says. */
export function expectValid(yaml: string, minor = '1.36'): void {
  const found = parseAllDocuments(yaml).flatMap((document) => {
    const object = document.toJS() as { apiVersion: string; kind: string; metadata: { name: string } };
    const errors = schemas.errors(minor, object.apiVersion, object.kind, object);
    const at = `${object.kind} ${object.metadata.name}`;
    if (!errors) return [`${at}: no schema`];
    return errors.map((error) => `${at}${error.instancePath}: ${error.message}`);
  });
  expect(found).toEqual([]);
}
