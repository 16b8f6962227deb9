import { join } from 'node:path';
import { generateBindings } from './bindings';
import { type CustomKind, readCrds } from './crds';
import { customSchema, metadataSchema } from './custom-schema';
import { downloadModules } from './go-modules';
import { type KubernetesApi, readKubernetesApi } from './kubernetes-api';
import { printKubernetesTypes } from './kubernetes-types';
import { type GeneratedFiles, jsonLines, sorted } from './output';
import { readPins } from './pins';
import type { Schema } from './schema';
import { printScopes } from './scopes';
import { crdSources, kubernetesVersions, typedKinds } from './sources';

/** Generates all files of imports/ from the modules that the pins in that folder name. */
export function generate(imports: string): GeneratedFiles {
  console.log('Go modules');
  const modules = downloadModules(readPins(imports), console.log);
  const files = new Map<string, string>();

  let newest: KubernetesApi | undefined;
  const clusterScoped: string[] = [];
  for (const { minor, pins } of kubernetesVersions) {
    const folders = pins === '.' ? modules : downloadModules(readPins(join(imports, pins)), console.log);
    console.log(`Kubernetes ${minor}`);
    newest = readKubernetesApi(folderOf(folders, 'k8s.io/kubernetes'));
    clusterScoped.push(...newest.clusterScoped);
    files.set(`schemas/kubernetes-${minor}.json`, printKubernetesSchemas(newest));
  }
  if (!newest) throw new Error('no Kubernetes version is listed');
  files.set('kubernetes.ts', printKubernetesTypes(newest, typedKinds));

  console.log('Custom kinds');
  const kinds = crdSources.flatMap((source) => readCrds(source, folderOf(modules, source.module)));
  for (const [path, content] of printCustomSchemas(kinds, metadataSchema(newest))) files.set(path, content);
  for (const [path, content] of generateBindings(kinds)) files.set(path, content);

  clusterScoped.push(
    ...kinds.filter(({ scope }) => scope === 'Cluster').map(({ group, kind }) => `${group}/${kind}`),
  );
  files.set('scopes.ts', printScopes(clusterScoped));
  return files;
}

function printKubernetesSchemas({ kinds, definitions }: KubernetesApi): string {
  return `{"kinds":${jsonLines(kinds)},\n"definitions":${jsonLines(definitions)}}\n`;
}

function printCustomSchemas(kinds: readonly CustomKind[], metadata: Schema): Map<string, string> {
  const groups = new Map<string, Record<string, Schema>>();
  for (const kind of kinds) {
    const schemas = groups.get(kind.group) ?? {};
    groups.set(kind.group, schemas);
    schemas[`${kind.group}/${kind.version}/${kind.kind}`] = customSchema(kind, metadata);
  }
  return new Map(
    [...groups].map(([group, schemas]) => [`schemas/${group}.json`, `${jsonLines(sorted(schemas))}\n`]),
  );
}

function folderOf(folders: ReadonlyMap<string, string>, module: string): string {
  const folder = folders.get(module);
  if (folder === undefined) throw new Error(`imports/go.mod does not require ${module}`);
  return folder;
}
