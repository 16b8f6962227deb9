import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sorted } from './output';
import { mapValues, type Schema } from './schema';
import { strictDefinition } from './strict-definition';

/** The built-in kinds of one Kubernetes version. */
export interface KubernetesApi {
  /** Definition name by `<apiVersion>/<Kind>`. */
  readonly kinds: Record<string, string>;
  /** Strict schema by definition name. */
  readonly definitions: Record<string, Schema>;
  /** `<group>/<Kind>` of those that have no namespace. */
  readonly clusterScoped: readonly string[];
}

/** The part of a discovery document that is used here. */
interface ResourceList {
  readonly groupVersion: string;
  readonly resources: readonly {
    name: string;
    kind: string;
    namespaced: boolean;
    verbs: readonly string[];
  }[];
}

type OpenApiDefinition = Schema & {
  readonly 'x-kubernetes-group-version-kind'?: readonly { group: string; version: string; kind: string }[];
};

/** Reads OpenAPI and discovery documents from the folder of the module k8s.io/kubernetes. */
export function readKubernetesApi(moduleFolder: string): KubernetesApi {
  const { definitions } = readJson<{ definitions: Record<string, OpenApiDefinition> }>(
    join(moduleFolder, 'api/openapi-spec/swagger.json'),
  );
  const names = namesByKind(definitions);
  const kinds: Record<string, string> = {};
  const clusterScoped = new Set<string>();
  for (const { groupVersion, resources } of readDiscovery(join(moduleFolder, 'api/discovery'))) {
    for (const { kind, namespaced } of resources.filter(isManifest)) {
      const name = names.get(`${groupVersion}/${kind}`);
      if (!name)
        throw new Error(`discovery serves ${groupVersion} ${kind}, which the OpenAPI document lacks`);
      kinds[`${groupVersion}/${kind}`] = name;
      if (!namespaced)
        clusterScoped.add(`${groupVersion.includes('/') ? groupVersion.split('/')[0] : ''}/${kind}`);
    }
  }
  const strict = mapValues(definitions, strictDefinition);
  for (const [gvk, name] of Object.entries(kinds)) strict[name] = withGvk(strict[name] ?? {}, gvk);
  return {
    kinds: sorted(kinds),
    definitions: reachable(strict, Object.values(kinds)),
    clusterScoped: [...clusterScoped],
  };
}

/** The definitions that the given ones refer to, directly or not, themselves included; sorted. */
export function reachable(
  definitions: Record<string, Schema>,
  from: readonly string[],
): Record<string, Schema> {
  const found: Record<string, Schema> = {};
  const open = [...from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found[name]) continue;
    const definition = definitions[name];
    if (!definition) throw new Error(`the OpenAPI document lacks ${name}`);
    found[name] = definition;
    open.push(...references(definition));
  }
  return sorted(found);
}

/** The name of the definition that a `$ref` points at. */
export function referredName(ref: string): string {
  return ref.replace('#/definitions/', '');
}

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) =>
    key === '$ref' && typeof below === 'string' ? [referredName(below)] : references(below),
  );
}

/** What an apply can hold: no subresource, no review that only answers a question. */
function isManifest(resource: ResourceList['resources'][number]): boolean {
  return !resource.name.includes('/') && resource.verbs.includes('patch');
}

/** Alpha and beta versions are left out: a Kubernetes API server serves none of them unless told to. */
function readDiscovery(folder: string): ResourceList[] {
  return readdirSync(folder)
    .filter((name) => /^apis?__(.+__)?v\d+\.json$/.test(name))
    .sort()
    .map((name) => readJson<ResourceList>(join(folder, name)));
}

function namesByKind(definitions: Record<string, OpenApiDefinition>): Map<string, string> {
  const names = new Map<string, string>();
  for (const [name, definition] of Object.entries(definitions)) {
    const [gvk, ...others] = definition['x-kubernetes-group-version-kind'] ?? [];
    // Several mean a type that every group shares, such as DeleteOptions.
    if (gvk && others.length === 0) {
      names.set([gvk.group, gvk.version, gvk.kind].filter((part) => part !== '').join('/'), name);
    }
  }
  return names;
}

function withGvk(definition: Schema, gvk: string): Schema {
  const slash = gvk.lastIndexOf('/');
  return {
    ...definition,
    properties: {
      ...definition.properties,
      apiVersion: { const: gvk.slice(0, slash) },
      kind: { const: gvk.slice(slash + 1) },
    },
  };
}

function readJson<Content>(path: string): Content {
  return JSON.parse(readFileSync(path, 'utf8'));
}
