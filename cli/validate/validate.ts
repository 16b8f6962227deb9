import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ErrorObject } from 'ajv';
import { type Document, parseAllDocuments } from 'yaml';
import { FleetError, type Problem } from '../../constructs';
import { groupOf, type Manifest } from '../../constructs/emit/manifest';
import { checkSecret, checkText, didYouMean } from '../../constructs/fleet/check';
import { clustersOf } from '../dist';
import { compareWithBase } from './base';
import { judgeOf } from './minors';
import { Schemas } from './schemas';

/** What was looked at. */
export interface Validated {
  /** How many documents were judged. */
  readonly documents: number;
  /** Kinds without a schema, sorted: their documents were read, but not judged. */
  readonly unknownKinds: readonly string[];
  /** Clusters that were not compared with the base, since the fleet's `forget` names them. */
  readonly forgotten: readonly string[];
  /** By which schemas clusters were judged that have none of their own, sorted. */
  readonly notes: readonly string[];
}

/**
 * Judges every document of a `dist/` tree by the pinned schemas: misspelt fields, wrong types, missing
 * fields; and refuses Secrets that git could read, also where somebody put them there by hand. It needs no cluster
 * and no network. What only a server knows (CEL rules, webhooks) it cannot say.
 *
 * @param dist the folder that synth wrote
 * @param schemas the folder of pinned schemas
 * @param base the same folder before a change, if what the change would lose shall be said
 * @throws FleetError with every problem of every file
 */
export function validateTree(dist: string, schemas: string, base?: string): Validated {
  const known = new Schemas(schemas);
  const problems: Problem[] = [];
  const unknown = new Set<string>();
  const notes = new Set<string>();
  let documents = 0;
  for (const cluster of clustersOf(dist)) {
    const { minor, note, problem } = judgeOf(path.join(dist, cluster), known.minors);
    if (problem) problems.push(problem);
    if (note) notes.add(note);
    for (const file of yamlFiles(path.join(dist, cluster))) {
      const text = fs.readFileSync(file, 'utf8');
      for (const document of parseAllDocuments(text)) {
        if (document.errors.length > 0) {
          problems.push(unreadable(file, document.errors[0]));
          continue;
        }
        const object = readObject(file, document, problems);
        if (!object) continue;
        problems.push(...readable(file, object, text.slice(document.range?.[0], document.range?.[2])));
        if (object.apiVersion?.startsWith('kustomize.config.k8s.io/')) continue;
        const { sops: _, ...judged } = object;
        const { apiVersion = '', kind = '' } = object;
        const errors = known.errors(minor, apiVersion, kind, judged);
        if (errors) {
          documents++;
          problems.push(
            ...errors.filter((error) => isCause(error, object)).map((error) => explain(file, object, error)),
          );
        } else if (known.knowsGroup(minor, groupOf(apiVersion))) {
          problems.push(unknownKind(file, object, minor));
        } else {
          unknown.add(`${apiVersion}/${kind}`);
        }
      }
    }
  }
  const compared = base === undefined ? undefined : compareWithBase(dist, base);
  problems.push(...(compared?.problems ?? []));
  if (problems.length > 0) throw new FleetError(problems);
  return {
    documents,
    unknownKinds: [...unknown].sort(),
    notes: [...notes].sort(),
    forgotten: compared?.forgotten ?? [],
  };
}

/** A document as an object with a kind, or a problem. An empty document is neither. */
function readObject(
  file: string,
  document: Document.Parsed,
  problems: Problem[],
): KubernetesObject | undefined {
  let value: unknown;
  try {
    // Nothing that is generated has aliases, and a few lines of them stand for millions of values.
    value = document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    problems.push(unreadable(file, error as Error));
    return undefined;
  }
  if (value === null) return undefined;
  const { apiVersion, kind } = value as KubernetesObject;
  if (typeof apiVersion === 'string' && typeof kind === 'string') return value as KubernetesObject;
  problems.push({
    code: 'object-malformed',
    path: file,
    field: '',
    value: undefined,
    problem: 'holds a document without apiVersion and kind',
    remedy: 'this folder is generated: synthesize it again',
  });
  return undefined;
}

/** Values that nobody encrypted. */
function readable(file: string, object: KubernetesObject, text: string): Problem[] {
  const manifest = { ...object, metadata: object.metadata ?? {} } as Manifest;
  const rendered = { manifest, path: placeOf(file, object) };
  return [...checkSecret(rendered), ...checkText(text, rendered)];
}

interface KubernetesObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string } | null;
  readonly sops?: unknown;
}

function yamlFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/**
 * Whether an error says what is wrong. `if` only repeats that one of its branches failed; and what SOPS made of a
 * value, such as of one in base64, is not what the server gets.
 */
function isCause({ keyword, data }: ErrorObject, { sops }: KubernetesObject): boolean {
  return keyword !== 'if' && !(sops !== undefined && typeof data === 'string' && data.startsWith('ENC['));
}

function placeOf(file: string, { kind, metadata }: KubernetesObject): string {
  const name = metadata?.namespace ? `${metadata.namespace}/${metadata.name}` : metadata?.name;
  return [file, kind, name].filter(Boolean).join(' ');
}

function explain(file: string, object: KubernetesObject, error: ErrorObject): Problem {
  const { kind } = object;
  const place = error.instancePath.slice(1).replaceAll('/', '.');
  const at = { path: placeOf(file, object), value: brief(error.data) };
  if (error.keyword === 'additionalProperties') {
    const field = String(error.params.additionalProperty);
    const fields = Object.keys((error.parentSchema?.properties as object | undefined) ?? {});
    return {
      ...at,
      code: 'field-unknown',
      field: place ? `${place}.${field}` : field,
      value: brief((error.data as Record<string, unknown>)[field]),
      problem: `is no field of ${kind}`,
      remedy: `correct the name${didYouMean(field, fields)}`,
    };
  }
  return {
    ...at,
    code: `schema-${error.keyword}`,
    field: place,
    problem: error.message ?? error.keyword,
    remedy:
      error.keyword === 'enum'
        ? `use one of ${error.params.allowedValues.join(', ')}`
        : 'write what the schema takes',
  };
}

/** A kind that its group does not have: a slip, or a version that is not served any more. */
function unknownKind(file: string, { apiVersion, kind, metadata }: KubernetesObject, minor: string): Problem {
  return {
    code: 'kind-unknown',
    path: `${file} ${kind} ${metadata?.name}`,
    field: 'kind',
    value: `${apiVersion}/${kind}`,
    problem: `is no kind of Kubernetes ${minor}, nor of the pinned definitions`,
    remedy: 'correct apiVersion and kind',
  };
}

/** Whole objects say nothing in an error message. */
function brief(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? undefined : value;
}

function unreadable(file: string, error: Error | undefined): Problem {
  return {
    code: 'yaml-malformed',
    path: file,
    field: '',
    value: undefined,
    problem: error?.message.split('\n')[0] ?? 'is no YAML',
    remedy: 'this folder is generated: synthesize it again',
    cause: error,
  };
}
