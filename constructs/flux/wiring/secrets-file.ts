import { readFileSync, statSync } from 'node:fs';
import { type Document, parseAllDocuments } from 'yaml';
import type { Manifest } from '../../emit/manifest';
import { isBlank, readableIn } from '../../fleet/check/objects';
import type { Cluster } from '../../fleet/cluster';
import type { Fleet } from '../../fleet/fleet';
import type { FleetSource } from '../../fleet/source';
import type { Problem } from '../../problem';
import { FLUX_NAMESPACE } from './names';

/** What a file of Secrets holds, or what is wrong with it. */
export interface SecretsFile {
  readonly objects: readonly Manifest[];
  readonly problems: Problem[];
}

/** Reads and judges the Secrets that a cluster's Flux starts with. */
export function readSecretsFile(fleet: Fleet, cluster: Cluster, file: string): SecretsFile {
  const report = (found: Found): Problem => ({
    ...{ path: cluster.node.path, field: 'secretsFile', value: file, ...found },
  });
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found?.isFile()) return { objects: [], problems: [report(missing)] };
  if (found.size > LIMIT) return { objects: [], problems: [report(tooLarge)] };
  const documents = parseAllDocuments(readFileSync(file, 'utf8')).map(contentOf);
  const objects = documents.filter(isObject);
  const unusable = whyUnusable(documents, objects, file);
  if (unusable) return { objects: [], problems: [report(unusable)] };
  const strangers = objects.filter(
    ({ apiVersion, kind, metadata }) =>
      apiVersion !== 'v1' || kind !== 'Secret' || metadata.namespace !== FLUX_NAMESPACE,
  );
  const incomplete = whyIncomplete(fleet.source, objects);
  return { objects, problems: [...strangers.map(stranger), ...(incomplete ? [incomplete] : [])].map(report) };
}

/** What etcd takes of one object, in bytes: Secrets that Flux starts with are far below it together. */
const LIMIT = 1024 * 1024;

/** What a document holds, or why it cannot be read: it is no YAML, or has aliases without end. */
function contentOf(document: Document.Parsed): unknown {
  try {
    return document.errors[0] ?? document.toJS();
  } catch (error) {
    return error;
  }
}

/** A problem of the file; the value is the file's name, unless there is something better to say. */
type Found = Pick<Problem, 'code' | 'problem' | 'remedy'> & { readonly value?: string };

const missing: Found = {
  code: 'secrets-file-missing',
  problem: 'is no file',
  remedy: 'encrypt one with `sops`, and write its path from where synth runs: see docs/clusters.md',
};

const tooLarge: Found = {
  code: 'secrets-file-malformed',
  problem: 'is larger than 1 MiB, and no Secret can be',
  remedy: "put there only what the cluster's Flux starts with: a key and a credential",
};

function whyUnusable(
  documents: readonly unknown[],
  objects: readonly Manifest[],
  file: string,
): Found | undefined {
  const other = documents.findIndex((document) => !isNothing(document) && !isObject(document));
  if (other >= 0) {
    return {
      code: 'secrets-file-malformed',
      problem: `has something else than a Kubernetes object as document ${other + 1}`,
      remedy: 'write Secrets in YAML, and encrypt them with `sops`',
    };
  }
  const encrypt =
    "encrypt it for the management cluster's public key: sops encrypt --age age1... " +
    `--encrypted-regex '^(data|stringData)$' --in-place ${file}`;
  if (objects.some(isLocked)) {
    return {
      code: 'secrets-file-malformed',
      problem: 'has more encrypted than the values of data and stringData, and Flux has to read the rest',
      remedy: `write it again in the clear, and ${encrypt}`,
    };
  }
  const readable = objects.flatMap((object) =>
    readableIn(object).map((field) => `${object.metadata.name} ${field}`),
  );
  if (readable.length === 0) return undefined;
  const problem = `would be readable in git, for ever: ${readable.join(', ')}`;
  return { code: 'secret-plaintext', problem, remedy: encrypt };
}

function stranger({ apiVersion, kind, metadata }: Manifest): Found {
  return {
    code: 'secrets-file-foreign',
    value: `${apiVersion} ${kind} ${metadata.name}`,
    problem: `is no Secret (v1) of the namespace ${FLUX_NAMESPACE}`,
    remedy: "put there only what the cluster's Flux starts with; the rest belongs to an app",
  };
}

/** Whether nothing is between two `---`; SOPS adds its own member all the same. */
function isNothing(document: unknown): boolean {
  return document === null || Object.keys(Object(document)).join() === 'sops';
}

function isObject(value: unknown): value is Manifest {
  const { apiVersion, kind, metadata } = Object(value) as Partial<Manifest>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && Object(metadata) === metadata;
}

/** Whether SOPS was given no `--encrypted-regex`: then it encrypts names and kinds too. */
function isLocked({ data: _, stringData: __, sops: ___, ...rest }: Manifest): boolean {
  return JSON.stringify(rest).includes('"ENC[');
}

/** What the file lacks of the credential by which the cluster's Flux reads its folder. */
function whyIncomplete(source: FleetSource, objects: readonly Manifest[]): Found | undefined {
  const { secretName } = source;
  if (secretName === undefined) return undefined;
  const secret = objects.find(({ metadata }) => metadata.name === secretName);
  if (!secret) {
    const use = "by which the cluster's Flux reads the repository (source.secretName)";
    return {
      code: 'secrets-file-incomplete',
      problem: `has no Secret ${secretName}, ${use}`,
      remedy: 'add it to the file',
    };
  }
  const { use, type, ways } = credentialOf(source);
  const values = new Map(Object.entries({ ...Object(secret.data), ...Object(secret.stringData) }));
  const isEmpty = (key: string) => isBlank(String(values.get(key) ?? ''));
  const complete = ways.filter((way) => way.every((key) => values.has(key)));
  if (complete.length > 0 && (type === undefined || secret.type === type)) {
    const [empty] = complete.some((way) => !way.some(isEmpty)) ? [] : complete.flat().filter(isEmpty);
    return empty === undefined ? undefined : emptyKey(secretName, empty);
  }
  const wanted = ways.map((way) => way.join(' and ')).join(', or ');
  return {
    code: 'secrets-file-incomplete',
    problem: `has a Secret ${secretName} that Flux cannot use for ${use} (source.secretName)`,
    remedy: `give it ${type === undefined ? 'the keys' : `the type ${type} and the key`} ${wanted}`,
  };
}

/** SOPS leaves an empty value as it is, so that the file looks encrypted and complete. */
function emptyKey(secretName: string, key: string): Found {
  return {
    code: 'secrets-file-incomplete',
    problem: `the key ${key} of Secret ${secretName} is empty`,
    remedy:
      'see why what should have made it printed nothing, and write the file again: see docs/clusters.md',
  };
}

interface Credential {
  readonly use: string;
  readonly type?: string;
  readonly ways: readonly (readonly string[])[];
}

/**
 * What source-controller looks for in a credential: the keys, in one of several ways, and the type, without which it
 * passes over the Secret of a registry.
 *
 * @see https://fluxcd.io/flux/components/source/gitrepositories/#secret-reference
 */
function credentialOf({ kind, url }: FleetSource): Credential {
  if (kind === 'oci') {
    return { use: 'a registry', type: 'kubernetes.io/dockerconfigjson', ways: [['.dockerconfigjson']] };
  }
  if (/^ssh:/.test(url)) return { use: 'an ssh:// address', ways: [['identity', 'known_hosts']] };
  return {
    use: 'an https:// address',
    ways: [['username', 'password'], ['bearerToken'], ['tls.crt', 'tls.key'], ['ca.crt'], ['caFile']],
  };
}
