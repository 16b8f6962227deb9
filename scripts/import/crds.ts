import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { ImportFailure } from './failure';
import { byCodeUnit, type Schema } from './schema';
import type { CrdSource } from './sources';

/** A kind that a CRD defines, at its storage version. */
export interface CustomKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly schema: Schema;
}

/** The part of a CustomResourceDefinition that is used here. */
interface CrdManifest {
  readonly kind?: string;
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly names: { readonly kind: string; readonly plural: string };
    readonly versions: readonly {
      readonly name: string;
      readonly storage: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** Reads the CRDs of a source from its module's folder, at their storage version, in the order of kind. */
export function readCrds(source: CrdSource, moduleFolder: string): CustomKind[] {
  const kinds = source.folders
    .flatMap((folder) => readFolder(join(moduleFolder, folder)))
    .map(storageVersion)
    .filter(({ group, kind }) => source.takes?.(group, kind) ?? true);
  if (kinds.length === 0) {
    throw new ImportFailure(
      `${source.module} has no CRD that is wanted in ${source.folders.join(', ')}. ` +
        'Did it move them? Change its folders in scripts/import/sources.ts.',
    );
  }
  return kinds.sort((left, right) => byCodeUnit(left.kind, right.kind));
}

/** The kind of a CRD at the one version that is stored. */
export function storageVersion({ spec }: CrdManifest): CustomKind {
  const stored = spec.versions.find((version) => version.storage);
  if (!stored) throw new ImportFailure(`The CRD of ${spec.names.kind} (${spec.group}) stores no version.`);
  return {
    group: spec.group,
    version: stored.name,
    kind: spec.names.kind,
    plural: spec.names.plural,
    scope: spec.scope,
    schema: stored.schema.openAPIV3Schema,
  };
}

function readFolder(folder: string): CrdManifest[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (cause) {
    throw new ImportFailure(
      `${folder} cannot be read. Did the module move its CRDs? Change its folders in scripts/import/sources.ts.`,
      { cause },
    );
  }
  return names
    .filter((name) => name.endsWith('.yaml'))
    .flatMap((name) => parseAllDocuments(readFileSync(join(folder, name), 'utf8')))
    .map((document) => document.toJS() as CrdManifest | null)
    .filter((manifest): manifest is CrdManifest => manifest?.kind === 'CustomResourceDefinition');
}
