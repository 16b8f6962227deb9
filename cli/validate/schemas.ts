import * as fs from 'node:fs';
import * as path from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { groupOf } from '../../constructs/emit/manifest';

interface BuiltIn {
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: object;
}

/** The pinned schemas of `imports/schemas`, each compiled when a document first asks for it. */
export class Schemas {
  private readonly ajv = new Ajv({ allErrors: true, strictTypes: false, verbose: true });
  private readonly compiled = new Map<string, ValidateFunction | undefined>();
  private readonly custom = new Map<string, object>();
  private readonly builtIn = new Map<string, BuiltIn>();

  /** @param folder where `npm run import` wrote the schemas */
  constructor(folder: string) {
    for (const file of fs.readdirSync(folder).sort()) {
      const schema = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
      const minor = /^kubernetes-(1\.\d+)\.json$/.exec(file)?.[1];
      if (!minor) {
        for (const [kind, own] of Object.entries(schema)) this.custom.set(kind, own as object);
      } else {
        this.builtIn.set(minor, schema);
        this.ajv.addSchema({ definitions: schema.definitions }, minor);
      }
    }
  }

  /** The Kubernetes minors whose built-in kinds are known, such as `1.35`. */
  get minors(): readonly string[] {
    return [...this.builtIn.keys()];
  }

  /** Whether kinds of a group are known, so that one that is not known is a slip. The core group is empty. */
  knowsGroup(minor: string, group: string): boolean {
    const kinds = [...this.custom.keys(), ...Object.keys(this.builtIn.get(minor)?.kinds ?? {})];
    return kinds.some((kind) => groupOf(kind.slice(0, kind.lastIndexOf('/'))) === group);
  }

  /**
   * What a schema says against a document.
   *
   * @param minor the Kubernetes minor of its cluster
   * @returns nothing when the kind is known and the document right; `undefined` when the kind is not known
   */
  errors(minor: string, apiVersion: string, kind: string, document: unknown): ErrorObject[] | undefined {
    const validate = this.compile(minor, `${apiVersion}/${kind}`);
    if (!validate) return undefined;
    return validate(document) ? [] : [...(validate.errors ?? [])];
  }

  private compile(minor: string, kind: string): ValidateFunction | undefined {
    const key = `${minor} ${kind}`;
    if (!this.compiled.has(key)) this.compiled.set(key, this.find(minor, kind));
    return this.compiled.get(key);
  }

  private find(minor: string, kind: string): ValidateFunction | undefined {
    const custom = this.custom.get(kind);
    if (custom) return this.ajv.compile(custom);
    const definition = this.builtIn.get(minor)?.kinds[kind];
    return definition === undefined
      ? undefined
      : this.ajv.compile({ $ref: `${minor}#/definitions/${definition}` });
  }
}
