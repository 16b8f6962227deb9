import { type KubernetesApi, reachable, referredName } from './kubernetes-api';
import { header } from './output';
import { byCodeUnit, type Schema } from './schema';

/**
 * Prints interfaces for some of the built-in kinds and all that they refer to. Types only: nothing of
 * them is left at run time.
 * @param kinds - each as `<apiVersion>/<Kind>`
 */
export function printKubernetesTypes(api: KubernetesApi, kinds: readonly string[]): string {
  const topLevel = new Set(
    kinds.map((kind) => {
      const name = api.kinds[kind];
      if (name === undefined)
        throw new Error(`this Kubernetes serves no ${kind}: change scripts/import/sources.ts`);
      return name;
    }),
  );
  const definitions = reachable(api.definitions, [...topLevel]);
  const printer = new Printer(shortNames(Object.keys(definitions)), topLevel);
  const declarations = Object.entries(definitions)
    .map(([name, schema]) => printer.declaration(name, schema))
    .sort(byCodeUnit);
  return `${header}\n${declarations.join('\n')}`;
}

/**
 * The last part of each definition's name (`io.k8s.api.apps.v1.Deployment` becomes `Deployment`), with
 * its group in front where groups share a name.
 */
export function shortNames(names: readonly string[]): Map<string, string> {
  const count = new Map<string, number>();
  for (const name of names) count.set(lastPart(name), (count.get(lastPart(name)) ?? 0) + 1);
  return new Map(
    names.map((name) => [
      name,
      count.get(lastPart(name)) === 1 ? lastPart(name) : groupOf(name) + lastPart(name),
    ]),
  );
}

class Printer {
  constructor(
    private readonly names: ReadonlyMap<string, string>,
    private readonly topLevel: ReadonlySet<string>,
  ) {}

  declaration(name: string, schema: Schema): string {
    if (!schema.properties) return `export type ${this.names.get(name)} = ${this.type(schema)};\n`;
    const required = new Set(schema.required);
    // In a manifest of its own, a kind says what it is; inside another object it need not.
    if (this.topLevel.has(name)) required.add('apiVersion').add('kind');
    const fields = Object.entries(schema.properties).map(
      ([field, type]) => `  ${key(field)}${required.has(field) ? '' : '?'}: ${this.type(type)};\n`,
    );
    return `export interface ${this.names.get(name)} {\n${fields.join('')}}\n`;
  }

  private type(schema: Schema): string {
    if (schema.$ref !== undefined) return this.reference(referredName(schema.$ref));
    if (schema.const !== undefined) return literal(schema.const);
    if (schema.enum) return schema.enum.map(literal).join(' | ');
    if (schema.anyOf) return schema.anyOf.map((option) => this.type(option)).join(' | ');
    if (schema.items) return `Array<${this.type(schema.items)}>`;
    if (typeof schema.additionalProperties === 'object') {
      return `{ [key: string]: ${this.type(schema.additionalProperties)} }`;
    }
    if (schema.type === 'object') {
      return schema.additionalProperties === false ? 'Record<string, never>' : '{ [key: string]: unknown }';
    }
    const types = [schema.type ?? 'unknown'].flat().filter((type) => type !== 'null');
    return types.map((type) => (type === 'integer' ? 'number' : type)).join(' | ');
  }

  private reference(name: string): string {
    const type = this.names.get(name) ?? 'unknown';
    return this.topLevel.has(name) ? `Omit<${type}, 'apiVersion' | 'kind'>` : type;
  }
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

function key(field: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(field) ? field : `'${field}'`;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** `Apps` of `io.k8s.api.apps.v1.Deployment`. */
function groupOf(name: string): string {
  const group = name.split('.').at(-3) ?? '';
  return group.charAt(0).toUpperCase() + group.slice(1);
}
