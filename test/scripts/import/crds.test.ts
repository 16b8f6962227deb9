import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bareCrd } from '../../../scripts/import/bindings';
import { readCrds, storageVersion } from '../../../scripts/import/crds';
import { customSchema } from '../../../scripts/import/custom-schema';

const crd = (kind: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  spec: {
    group: 'example.com',
    scope: 'Cluster' as const,
    names: { kind, plural: `${kind.toLowerCase()}s` },
    versions: [
      { name: 'v1', storage: false, schema: { openAPIV3Schema: { type: 'object' } } },
      {
        name: 'v2',
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: 'prose',
            required: ['spec'],
            properties: {
              spec: { type: 'object', properties: { size: { type: 'integer', description: 'prose' } } },
            },
          },
        },
      },
    ],
  },
});

describe('storageVersion', () => {
  it('is the one version that is stored', () => {
    expect(storageVersion(crd('Box'))).toMatchObject({
      group: 'example.com',
      version: 'v2',
      kind: 'Box',
      scope: 'Cluster',
    });
  });

  it('must exist', () => {
    const box = crd('Box');
    box.spec.versions.pop();
    expect(() => storageVersion(box)).toThrow('The CRD of Box (example.com) stores no version.');
  });
});

describe('readCrds', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crds-test-'));
    mkdirSync(join(folder, 'crd'));
    writeFileSync(
      join(folder, 'crd/b.yaml'),
      `---\n${JSON.stringify(crd('Box'))}\n---\n${JSON.stringify(crd('Bag'))}\n`,
    );
    writeFileSync(join(folder, 'crd/kustomization.yaml'), 'kind: Kustomization\n');
    writeFileSync(join(folder, 'crd/notes.txt'), 'no yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads every CRD of the folders, in the order of kind', () => {
    const kinds = readCrds({ module: 'm', folders: ['crd'] }, folder);
    expect(kinds.map(({ kind }) => kind)).toEqual(['Bag', 'Box']);
  });

  it('leaves out what is not taken, and fails when that is everything', () => {
    const source = (taken: string) => ({
      module: 'm',
      folders: ['crd'],
      takes: (_group: string, kind: string) => kind === taken,
    });
    expect(readCrds(source('Box'), folder).map(({ kind }) => kind)).toEqual(['Box']);
    expect(() => readCrds(source('Jar'), folder)).toThrow('m has no CRD that is wanted in crd.');
  });

  it('fails when the module moved its CRDs', () => {
    expect(() => readCrds({ module: 'm', folders: ['gone'] }, folder)).toThrow('gone cannot be read.');
  });
});

describe('bareCrd', () => {
  it('has the storage version only, and no prose', () => {
    const bare = JSON.stringify(bareCrd(storageVersion(crd('Box'))));
    expect(bare).not.toMatch(/prose|description|"v1"/);
    expect(bare).toContain('"size":{"type":"integer"}');
  });
});

describe('customSchema', () => {
  it('is of the whole object, with its apiVersion, kind and metadata', () => {
    expect(customSchema(storageVersion(crd('Box')), { type: 'object' })).toEqual({
      type: 'object',
      properties: {
        spec: { type: 'object', properties: { size: { type: 'integer' } }, additionalProperties: false },
        apiVersion: { const: 'example.com/v2' },
        kind: { const: 'Box' },
        metadata: { type: 'object' },
      },
      required: ['apiVersion', 'kind', 'metadata', 'spec'],
      additionalProperties: false,
    });
  });
});
